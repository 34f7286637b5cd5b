-- Types of the system's own on which somebody granted or revoked USAGE, a row for each: kind, name,
-- owner (3 columns), privileges held, ACL items, schema, whether that may be used. All others are
-- for everybody. As types.sql, whatever the scope is: columns anywhere are of them.
SELECT 'T'::pg_catalog."char", t.typname::pg_catalog.text, {owner t.typowner}, {held type t.oid},
       {items t.typacl T t.typowner}, n.nspname::pg_catalog.text,
       pg_catalog.has_schema_privilege(n.oid, 'USAGE')
FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
WHERE t.oid < 16384::pg_catalog.oid AND t.typacl IS NOT NULL
