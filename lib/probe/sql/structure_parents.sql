-- What tables inherit from, but for partitions: kind of piece, table, order, flags, no name, the
-- parent's schema and name. Also of tables out of scope that a job may reach.
{if_few WITH {reach}}
SELECT 'h'::pg_catalog."char", i.inhrelid, i.inhseqno, 0, ''::pg_catalog.text,
       pn.nspname::pg_catalog.text, p.relname::pg_catalog.text
FROM pg_catalog.pg_inherits i
JOIN pg_catalog.pg_class c ON c.oid = i.inhrelid AND c.relkind IN ('r', 'f') {of_reach c.oid}
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_class p ON p.oid = i.inhparent
JOIN pg_catalog.pg_namespace pn ON pn.oid = p.relnamespace
WHERE NOT c.relispartition {of_reach i.inhrelid}
  AND ({scope c.relname} OR {users_schema} AND {reached c.oid})
