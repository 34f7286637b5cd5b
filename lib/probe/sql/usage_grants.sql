-- information_schema.usage_privileges on sequences, as table_grants.sql. The view forgets the
-- owner of a sequence on which nothing was ever granted.
SELECT 'S'::pg_catalog."char", g.grantor::pg_catalog.text, g.grantee::pg_catalog.text,
       n.nspname::pg_catalog.text, g.object_name::pg_catalog.text, NULL::pg_catalog.text,
       {bits g}, {grantable_bits g}
FROM information_schema.usage_privileges g
JOIN pg_catalog.pg_namespace n ON n.nspname = g.object_schema::pg_catalog.name
WHERE g.object_type::pg_catalog.text = 'SEQUENCE'
  AND {scope g.object_name::pg_catalog.name}
GROUP BY 1, 2, 3, 4, 5
