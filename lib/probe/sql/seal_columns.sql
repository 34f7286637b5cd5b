-- All that structure_columns.sql tells but defaults: table, then what is sealed. Types and
-- collations that every PostgreSQL has go by their numbers.
SELECT a.attrelid, a.attnum, a.attname::pg_catalog.text,
       CASE WHEN a.atttypid < 10000 THEN a.atttypid END, a.atttypmod,
       CASE WHEN a.atttypid >= 10000 THEN pg_catalog.format_type(a.atttypid, NULL) END,
       CASE WHEN a.attcollation < 10000 THEN a.attcollation END,
       CASE WHEN a.attcollation >= 10000
            THEN (SELECT pg_catalog.quote_ident(ln.nspname) || '.'
                         || pg_catalog.quote_ident(l.collname)
                  FROM pg_catalog.pg_collation l
                  JOIN pg_catalog.pg_namespace ln ON ln.oid = l.collnamespace
                  WHERE l.oid = a.attcollation) END,
       a.attnotnull, a.attgenerated, a.attidentity
FROM pg_catalog.pg_attribute a
JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'f')
  AND {sealed a.attrelid}
