-- Columns: kind of piece, table, place, flags, name, type, default, collation if not the type's.
-- pg_get_expr() takes no lock when it is told of no table; a default has no columns in it.
SELECT 'c'::pg_catalog."char", a.attrelid, a.attnum::pg_catalog.int4,
       (CASE WHEN a.attnotnull THEN 1 ELSE 0 END
        + CASE WHEN a.atthasdef AND a.attgenerated = '' THEN 2 ELSE 0 END
        + CASE a.attgenerated WHEN '' THEN 0 WHEN 's' THEN 4 ELSE 12 END
        + CASE a.attidentity WHEN 'a' THEN 16 WHEN 'd' THEN 32 ELSE 0 END
        + CASE WHEN a.attnum = ANY (k.conkey) THEN 64 ELSE 0 END)::pg_catalog.int4,
       a.attname::pg_catalog.text, pg_catalog.format_type(a.atttypid, a.atttypmod),
       CASE WHEN a.attgenerated = '' THEN pg_catalog.pg_get_expr(d.adbin, 0) END,
       CASE WHEN a.attcollation <> t.typcollation THEN
         (SELECT pg_catalog.quote_ident(ln.nspname) || '.' || pg_catalog.quote_ident(l.collname)
          FROM pg_catalog.pg_collation l
          JOIN pg_catalog.pg_namespace ln ON ln.oid = l.collnamespace
          WHERE l.oid = a.attcollation) END
FROM pg_catalog.pg_attribute a
JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
LEFT JOIN pg_catalog.pg_constraint k ON k.conrelid = a.attrelid AND k.contype = 'p'
WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'f')
  AND {scope c.relname}
