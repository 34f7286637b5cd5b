-- information_schema.table_privileges: kind, grantor, grantee, schema, object, column,
-- privileges, those of them that may be granted on. The view leaves MAINTAIN and materialized
-- views out. Its columns are of a domain, which an operator of somebody else's could be made
-- for: they are cast before anything is done with them.
SELECT c.relkind, g.grantor::pg_catalog.text, g.grantee::pg_catalog.text,
       n.nspname::pg_catalog.text, c.relname::pg_catalog.text, NULL::pg_catalog.text,
       {bits g}, {grantable_bits g}
FROM information_schema.table_privileges g
JOIN pg_catalog.pg_namespace n ON n.nspname = g.table_schema::pg_catalog.name
JOIN pg_catalog.pg_class c
  ON c.relnamespace = n.oid AND c.relname = g.table_name::pg_catalog.name
WHERE {scope c.relname} {of_names g.table_name}
GROUP BY 1, 2, 3, 4, 5
