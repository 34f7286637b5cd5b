-- The schemas: kind of piece, nothing, order, flags, name.
SELECT 'n'::pg_catalog."char", 0::pg_catalog.oid, 0, 0, n.nspname::pg_catalog.text
FROM pg_catalog.pg_namespace n WHERE {schemas}
