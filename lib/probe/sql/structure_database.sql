-- Schemas and extensions: kind of piece, nothing, order, flags, name, version.
SELECT 'n'::pg_catalog."char", 0::pg_catalog.oid, 0, 0, n.nspname::pg_catalog.text,
       NULL::pg_catalog.text
FROM pg_catalog.pg_namespace n WHERE {schemas}
UNION ALL
SELECT 'e'::pg_catalog."char", 0::pg_catalog.oid, 0, 0, x.extname::pg_catalog.text, x.extversion
FROM pg_catalog.pg_extension x
