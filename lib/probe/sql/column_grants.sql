-- information_schema.column_privileges, as table_grants.sql: columns that have grants of their
-- own. For all others the view repeats what is granted on the table. Where only some tables are
-- in scope what the view says is said here of those, for it reads the columns of all.
SELECT 'a'::pg_catalog."char", g.grantor::pg_catalog.text, g.grantee::pg_catalog.text,
       n.nspname::pg_catalog.text, c.relname::pg_catalog.text, a.attname::pg_catalog.text,
       {bits g}, {grantable_bits g}
FROM {if_many information_schema.column_privileges}{if_few (
  SELECT r.rolname AS grantor, e.rolname AS grantee, n.nspname AS table_schema,
         x.relname AS table_name, x.attname AS column_name, x.privilege_type,
         CASE WHEN pg_catalog.pg_has_role(x.grantee, x.relowner, 'USAGE') OR x.is_grantable
              THEN 'YES' ELSE 'NO' END AS is_grantable
  FROM (SELECT c.relnamespace, c.relname, c.relowner, a.attname, i.*
        FROM pg_catalog.pg_class c JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid
        CROSS JOIN LATERAL pg_catalog.aclexplode(pg_catalog.array_cat(a.attacl,
          COALESCE(c.relacl, pg_catalog.acldefault('r', c.relowner)))) i
        WHERE c.relkind IN ('r', 'v', 'f', 'p') AND a.attnum > 0 AND NOT a.attisdropped
          AND a.attacl IS NOT NULL {of_tables c.oid}) x
  JOIN pg_catalog.pg_namespace n ON n.oid = x.relnamespace
  JOIN pg_catalog.pg_roles r ON r.oid = x.grantor
  JOIN (SELECT y.oid, y.rolname FROM pg_catalog.pg_roles y
        UNION ALL SELECT 0::pg_catalog.oid, 'PUBLIC') e ON e.oid = x.grantee
  WHERE x.privilege_type IN ('INSERT', 'SELECT', 'UPDATE', 'REFERENCES')
    AND (pg_catalog.pg_has_role(r.oid, 'USAGE') OR pg_catalog.pg_has_role(e.oid, 'USAGE')
         OR e.rolname = 'PUBLIC'))} g
JOIN pg_catalog.pg_namespace n ON n.nspname = g.table_schema::pg_catalog.name
JOIN pg_catalog.pg_class c
  ON c.relnamespace = n.oid AND c.relname = g.table_name::pg_catalog.name
JOIN pg_catalog.pg_attribute a
  ON a.attrelid = c.oid AND a.attname = g.column_name::pg_catalog.name
WHERE a.attacl IS NOT NULL AND {scope c.relname}
GROUP BY 1, 2, 3, 4, 5, 6
