-- information_schema.usage_privileges on sequences, domains, foreign servers and foreign data
-- wrappers, as table_grants.sql. The view forgets the owner of a sequence on which nothing was
-- ever granted; what it says of collations, which have no privileges, is made up.
SELECT CASE g.object_type::pg_catalog.text WHEN 'SEQUENCE' THEN 'S' WHEN 'DOMAIN' THEN 'T'
         WHEN 'FOREIGN SERVER' THEN 'V' ELSE 'D' END::pg_catalog."char",
       g.grantor::pg_catalog.text, g.grantee::pg_catalog.text,
       n.nspname::pg_catalog.text, g.object_name::pg_catalog.text, NULL::pg_catalog.text,
       {bits g}, {grantable_bits g}
FROM information_schema.usage_privileges g
LEFT JOIN pg_catalog.pg_namespace n ON n.nspname = g.object_schema::pg_catalog.name
WHERE g.object_type::pg_catalog.text IN ('SEQUENCE', 'DOMAIN', 'FOREIGN SERVER',
                                         'FOREIGN DATA WRAPPER')
  AND (n.oid IS NULL AND NOT {is_scoped} OR {scope g.object_name::pg_catalog.name})
  {of_names g.object_name}
GROUP BY 1, 2, 3, 4, 5
