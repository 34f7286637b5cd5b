-- What only functions can tell that wait for a table in somebody's exclusive hands, so they wait
-- for a second only: checks and exclusions, expressions of generated columns, partition keys and
-- bounds, unique indexes that are no constraint. Kind of piece, table, order, flags, name, text.
WITH brief AS MATERIALIZED (
  SELECT pg_catalog.set_config('lock_timeout', '1000', true) AS ms),
t AS MATERIALIZED (
  SELECT c.oid, c.relkind, c.relispartition, c.relpartbound
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p', 'f') AND {scope c.relname}
    AND (SELECT brief.ms FROM brief) IS NOT NULL)
SELECT 'k'::pg_catalog."char", t.oid, 0, CASE k.contype WHEN 'c' THEN 8 ELSE 16 END,
       k.conname::pg_catalog.text, pg_catalog.pg_get_constraintdef(k.oid)
FROM t JOIN pg_catalog.pg_constraint k ON k.conrelid = t.oid
WHERE k.contype IN ('c', 'x') AND k.coninhcount = 0
UNION ALL
SELECT 'q'::pg_catalog."char", t.oid, a.attnum, 0, a.attname::pg_catalog.text,
       pg_catalog.pg_get_expr(d.adbin, t.oid)
FROM t JOIN pg_catalog.pg_attribute a ON a.attrelid = t.oid AND a.attgenerated <> ''
JOIN pg_catalog.pg_attrdef d ON d.adrelid = t.oid AND d.adnum = a.attnum
UNION ALL
SELECT 'p'::pg_catalog."char", t.oid, 1, 0, '', pg_catalog.pg_get_partkeydef(t.oid)
FROM t WHERE t.relkind = 'p'
UNION ALL
SELECT 'p'::pg_catalog."char", t.oid, 2, 0, '', pg_catalog.pg_get_expr(t.relpartbound, t.oid)
FROM t WHERE t.relispartition
UNION ALL
SELECT 'i'::pg_catalog."char", t.oid, 0, 0, c.relname::pg_catalog.text,
       pg_catalog.pg_get_indexdef(x.indexrelid)
FROM t JOIN pg_catalog.pg_index x ON x.indrelid = t.oid AND x.indisunique
JOIN pg_catalog.pg_class c ON c.oid = x.indexrelid AND NOT c.relispartition
WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_constraint k
                  WHERE k.conrelid = x.indrelid AND k.conindid = x.indexrelid
                    AND k.contype IN ('p', 'u', 'x'))
