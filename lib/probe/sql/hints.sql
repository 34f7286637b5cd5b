-- What tells flavors of PostgreSQL and poolers apart: kind of evidence, its name. See
-- flavors.def.
SELECT 'r'::pg_catalog."char", r.rolname::pg_catalog.text
FROM pg_catalog.pg_roles r WHERE r.rolname IN ({hints r})
UNION ALL
SELECT 'f'::pg_catalog."char", p.proname::pg_catalog.text FROM pg_catalog.pg_proc p
WHERE p.proname IN ({hints f})
      AND p.pronamespace = 'pg_catalog'::pg_catalog.regnamespace
UNION ALL
SELECT DISTINCT 's'::pg_catalog."char", pg_catalog.split_part(s.name, '.', 1)
FROM pg_catalog.pg_settings s WHERE pg_catalog.split_part(s.name, '.', 1) IN ({hints s})
