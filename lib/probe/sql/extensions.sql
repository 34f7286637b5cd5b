-- The extensions: kind of piece, nothing, order, flags, name, version, schema.
SELECT 'e'::pg_catalog."char", 0::pg_catalog.oid, 0, 0, x.extname::pg_catalog.text, x.extversion,
       pg_catalog.quote_ident(n.nspname)
FROM pg_catalog.pg_extension x LEFT JOIN pg_catalog.pg_namespace n ON n.oid = x.extnamespace
