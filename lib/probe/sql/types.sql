-- Types and domains, which a column of that type takes USAGE on: members, a row for each (owner,
-- ACL); of tables in scope all of their schemas. Not arrays, and multiranges from 17 on, which have
-- no ACL of their own, nor the row types of tables on which nobody granted or revoked anything. Of
-- some schemas those that depend on one, or on what does.
SELECT {owner q.typowner}, {held type q.rep}, {items q.typacl T q.typowner},
       'T'::pg_catalog."char", {cuts}
FROM (SELECT g.*, {cut} FROM (
      SELECT t.typowner, t.typacl, pg_catalog.min(t.oid) AS rep,
             {names oidsend(t.typnamespace) || pg_catalog.namesend(t.typname)} AS members
      FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
      LEFT JOIN pg_catalog.pg_class c ON c.oid = t.typrelid
      WHERE (t.typtype IN ('b', 'd', 'e', 'r') {before 170000 OR t.typtype = 'm'}
             OR t.typtype = 'c' AND (c.relkind = 'c' OR t.typacl IS NOT NULL))
        AND NOT EXISTS (SELECT FROM pg_catalog.pg_type e
                        WHERE e.oid = t.typelem AND e.typarray = t.oid)
        AND {schemas}
        {if_scoped AND t.oid = ANY (ARRAY({dependents pg_type}
          UNION ALL
          SELECT x.reltype FROM ({dependents pg_class}) d JOIN pg_catalog.pg_class x
            ON x.oid = d.objid
          {since 140000 {before 170000 UNION ALL
          SELECT r.rngmultitypid FROM ({dependents pg_type}) d JOIN pg_catalog.pg_range r
            ON r.rngtypid = d.objid}}))}
      GROUP BY t.typowner, t.typacl) g) q
