-- Enums, domains and composite types: kind of piece, type, order, flags, name, schema, what it
-- is; then the labels of enums in their order.
SELECT 'y'::pg_catalog."char", t.oid, 0,
       CASE t.typtype WHEN 'e' THEN 1 WHEN 'd' THEN 2 ELSE 4 END,
       t.typname::pg_catalog.text, n.nspname::pg_catalog.text,
       CASE t.typtype
         WHEN 'd' THEN pg_catalog.format_type(t.typbasetype, t.typtypmod)
           || CASE WHEN t.typcollation <> b.typcollation THEN ' COLLATE '
                || (SELECT pg_catalog.quote_ident(l.collname) FROM pg_catalog.pg_collation l
                    WHERE l.oid = t.typcollation) ELSE '' END
           || CASE WHEN t.typnotnull THEN ' NOT NULL' ELSE '' END
           || COALESCE(' DEFAULT ' || t.typdefault, '')
           || COALESCE((SELECT ' ' || pg_catalog.string_agg(x.def, ' ' ORDER BY x.def COLLATE "C")
                        FROM (SELECT pg_catalog.pg_get_constraintdef(k.oid) AS def
                              FROM pg_catalog.pg_constraint k
                              WHERE k.contypid = t.oid AND k.contype = 'c') x), '')
         WHEN 'c' THEN (SELECT pg_catalog.string_agg(pg_catalog.quote_ident(a.attname) || ' '
                          || pg_catalog.format_type(a.atttypid, a.atttypmod), ', '
                          ORDER BY a.attnum)
                        FROM pg_catalog.pg_attribute a
                        WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped)
       END
FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
LEFT JOIN pg_catalog.pg_class c ON c.oid = t.typrelid
LEFT JOIN pg_catalog.pg_type b ON b.oid = t.typbasetype
WHERE (t.typtype IN ('e', 'd') OR t.typtype = 'c' AND c.relkind = 'c') AND {schemas}
UNION ALL
SELECT 'l'::pg_catalog."char", e.enumtypid,
       (pg_catalog.row_number() OVER (PARTITION BY e.enumtypid ORDER BY e.enumsortorder))
         ::pg_catalog.int4, 0, e.enumlabel::pg_catalog.text, NULL, NULL
FROM pg_catalog.pg_enum e
JOIN pg_catalog.pg_type t ON t.oid = e.enumtypid
JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
WHERE {schemas}
