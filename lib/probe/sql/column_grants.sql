-- information_schema.column_privileges, as table_grants.sql: columns that have grants of their
-- own. For all others the view repeats what is granted on the table.
SELECT 'a'::pg_catalog."char", g.grantor::pg_catalog.text, g.grantee::pg_catalog.text,
       n.nspname::pg_catalog.text, c.relname::pg_catalog.text, a.attname::pg_catalog.text,
       {bits g}, {grantable_bits g}
FROM information_schema.column_privileges g
JOIN pg_catalog.pg_namespace n ON n.nspname = g.table_schema::pg_catalog.name
JOIN pg_catalog.pg_class c
  ON c.relnamespace = n.oid AND c.relname = g.table_name::pg_catalog.name
JOIN pg_catalog.pg_attribute a
  ON a.attrelid = c.oid AND a.attname = g.column_name::pg_catalog.name
WHERE a.attacl IS NOT NULL AND {scope c.relname} {of_names g.table_name}
GROUP BY 1, 2, 3, 4, 5, 6
