-- Functions of users that domains of columns call: kind of piece, table, order, flags, column, and
-- of the function schema, name, arguments and owner, as structure_calls.sql has them. Checks of a
-- domain run for each value in it (32), also inside of domains, arrays, rows and ranges; its
-- default (1) where the column has none. Both may cast to other domains, and call functions that say
-- in standard SQL what they call.
WITH RECURSIVE follows AS MATERIALIZED ({follows}),
leads AS (
  SELECT d.classid, d.objid, d.refclassid AS class, d.refobjid AS object
  FROM pg_catalog.pg_depend d LEFT JOIN pg_catalog.pg_type t
    ON d.classid = {class pg_type} AND t.oid = d.objid AND t.typtype = 'd'
  WHERE d.classid IN ({class pg_type}, {class pg_constraint})
    AND (d.refclassid IN ({class pg_proc}, {class pg_operator})
         OR d.refclassid = {class pg_type}
            AND (d.classid = {class pg_constraint} OR d.refobjid <> t.typbasetype))
  UNION
  SELECT l.classid, l.objid, f.class, f.object
  FROM leads l JOIN follows f ON f.of_class = l.class AND f.of = l.object),
dep AS MATERIALIZED (
  SELECT l.classid, l.objid, l.object AS fn
  FROM leads l WHERE l.class = {class pg_proc}
  UNION
  SELECT l.classid, l.objid, o.oprcode::pg_catalog.oid
  FROM leads l JOIN pg_catalog.pg_operator o ON o.oid = l.object
  WHERE l.class = {class pg_operator}),
holds AS (
  SELECT t.typbasetype AS part, t.oid AS whole FROM pg_catalog.pg_type t
  WHERE t.typtype = 'd' AND t.typbasetype >= 16384
  UNION ALL
  SELECT t.oid, t.typarray FROM pg_catalog.pg_type t WHERE t.typarray >= 16384
  UNION ALL
  SELECT a.atttypid, c.reltype
  FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
  WHERE a.atttypid >= 16384 AND a.attnum > 0 AND NOT a.attisdropped AND c.reltype <> 0
  UNION ALL
  SELECT r.rngsubtype, r.rngtypid FROM pg_catalog.pg_range r WHERE r.rngsubtype >= 16384
  {since 140000 UNION ALL SELECT r.rngtypid, r.rngmultitypid FROM pg_catalog.pg_range r
  WHERE r.rngtypid >= 16384}),
checked AS (
  SELECT k.contypid AS type, dep.fn
  FROM dep JOIN pg_catalog.pg_constraint k
    ON dep.classid = 'pg_catalog.pg_constraint'::pg_catalog.regclass AND dep.objid = k.oid
  WHERE k.contypid <> 0
  UNION
  SELECT h.whole, m.fn FROM checked m JOIN holds h ON h.part = m.type),
hit AS (
  SELECT a.attrelid AS rel, a.attname AS col, dep.fn, 1 AS why
  FROM dep JOIN pg_catalog.pg_type t
    ON dep.classid = 'pg_catalog.pg_type'::pg_catalog.regclass AND dep.objid = t.oid
    AND t.typtype = 'd'
  JOIN pg_catalog.pg_attribute a ON a.atttypid = t.oid
  WHERE a.attnum > 0 AND NOT a.attisdropped AND NOT a.atthasdef AND a.attidentity = ''
  UNION ALL
  SELECT a.attrelid, a.attname, m.fn, 32
  FROM checked m JOIN pg_catalog.pg_attribute a ON a.atttypid = m.type
  WHERE a.attnum > 0 AND NOT a.attisdropped)
SELECT 'x'::pg_catalog."char", h.rel, 0,
       (pg_catalog.bit_or(h.why)
        | CASE WHEN pg_catalog.has_function_privilege(h.fn, 'EXECUTE') THEN 128 ELSE 0 END),
       h.col, fn.nspname, f.proname, pg_catalog.pg_get_function_identity_arguments(h.fn),
       pg_catalog.pg_get_userbyid(f.proowner)
FROM hit h
JOIN pg_catalog.pg_class c ON c.oid = h.rel AND c.relkind IN ('r', 'p', 'f')
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_proc f ON f.oid = h.fn
JOIN pg_catalog.pg_namespace fn ON fn.oid = f.pronamespace
WHERE {scope c.relname} OR {users_schema} AND {written h.rel}
GROUP BY h.rel, h.fn, h.col, fn.nspname, f.proname, f.proowner
