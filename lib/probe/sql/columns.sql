-- Columns with an ACL of their own; all others have what their table has. Members, a row for
-- each (owner, ACL of the table, ACL of the column). The system has most of all there are: its own
-- are left out before a row is taken to pieces as far as its ACL.
SELECT {owner q.relowner}, {held column q.rep, q.number},
       COALESCE({items q.attacl c q.relowner}, '')
         || COALESCE({items q.relacl r q.relowner}, ''),
       'a'::pg_catalog."char", {cuts}
FROM (SELECT g.*, {cut} FROM (
      SELECT c.relowner, c.relacl, a.attacl,
             (pg_catalog.array_agg(c.oid))[1] AS rep,
             (pg_catalog.array_agg(a.attnum))[1] AS number,
             {names oidsend(c.relnamespace) || pg_catalog.namesend(c.relname)
               || pg_catalog.decode('00', 'hex') || pg_catalog.namesend(a.attname)} AS members
      FROM {if_scoped pg_catalog.pg_attribute}{if_everything (
        SELECT e.attrelid, e.attname, e.attnum, e.attisdropped, e.attacl
        FROM pg_catalog.pg_attribute e WHERE e.attnum > 0 OFFSET 0)} a
      JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE a.attacl IS NOT NULL AND a.attnum > 0 AND NOT a.attisdropped
        AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND {found c.oid}
      GROUP BY c.relowner, c.relacl, a.attacl) g) q
