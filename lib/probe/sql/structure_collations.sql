-- Collations of users, as far as they are for this database: kind of piece, nothing, order, flags,
-- name in SQL, what it is made of, schema, name. ICU's names are written in two ways.
SELECT 'b'::pg_catalog."char", 0::pg_catalog.oid, 0, 0,
       pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(l.collname),
       CASE l.collprovider
         WHEN 'i' THEN 'ICU ' || pg_catalog.translate(COALESCE(
           {before 150000 l.collcollate::pg_catalog.text}
           {since 150000 {before 170000 l.colliculocale}}{since 170000 l.colllocale}, ''),
           '_', '-')
         WHEN 'c' THEN 'libc ' || COALESCE(l.collcollate::pg_catalog.text, '') || ' '
           || COALESCE(l.collctype::pg_catalog.text, '')
         ELSE CASE l.collprovider WHEN 'b' THEN 'builtin' ELSE 'PostgreSQL''s own' END
              {since 170000 || ' ' || COALESCE(l.colllocale, '')} END
       {since 160000 || COALESCE(' with rules ' || l.collicurules, '')}
       || CASE WHEN l.collisdeterministic THEN '' ELSE ', not deterministic' END,
       n.nspname::pg_catalog.text, l.collname::pg_catalog.text
FROM pg_catalog.pg_collation l JOIN pg_catalog.pg_namespace n ON n.oid = l.collnamespace
WHERE {schemas} AND l.collencoding IN (-1,
  pg_catalog.pg_char_to_encoding(pg_catalog.getdatabaseencoding()))
