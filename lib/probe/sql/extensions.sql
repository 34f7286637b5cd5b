-- The extensions: kind of piece, nothing, order, flags, name, version.
SELECT 'e'::pg_catalog."char", 0::pg_catalog.oid, 0, 0, x.extname::pg_catalog.text, x.extversion
FROM pg_catalog.pg_extension x
