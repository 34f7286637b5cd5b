-- information_schema.routine_privileges, as table_grants.sql. A specific name is the name, an
-- underscore and the oid.
SELECT 'X'::pg_catalog."char", g.grantor::pg_catalog.text, g.grantee::pg_catalog.text,
       n.nspname::pg_catalog.text,
       p.proname || '(' || COALESCE(pg_catalog.pg_get_function_identity_arguments(p.oid), '') || ')',
       NULL::pg_catalog.text, {bits g}, {grantable_bits g}
FROM information_schema.routine_privileges g
JOIN pg_catalog.pg_proc p ON p.oid =
  pg_catalog.substring(g.specific_name::pg_catalog.text, '_([0-9]+)$')::pg_catalog.oid
JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
WHERE {scope}
GROUP BY 1, 2, 3, 4, 5
