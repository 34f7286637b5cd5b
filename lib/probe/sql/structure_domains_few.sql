-- As structure_domains.sql, for some tables: from their columns to whatever their types are made
-- of, by indexes. A part that PostgreSQL itself made holds nothing of a user's.
WITH RECURSIVE {reach}, columns AS MATERIALIZED (
  SELECT a.attrelid, a.attname, a.atttypid, NOT a.atthasdef AND a.attidentity = '' AS bare
  FROM pg_catalog.pg_attribute a
  WHERE a.attnum > 0 AND NOT a.attisdropped {of_reach a.attrelid}),
holds AS (
  SELECT a.atttypid AS whole, a.atttypid AS part FROM columns a
  UNION
  SELECT h.whole, l.part FROM holds h CROSS JOIN LATERAL (
    SELECT t.typbasetype AS part FROM pg_catalog.pg_type t
    WHERE t.oid = h.part AND t.typtype = 'd'
    UNION ALL
    SELECT e.oid FROM pg_catalog.pg_type t JOIN pg_catalog.pg_type e ON e.oid = t.typelem
    WHERE t.oid = h.part AND e.typarray = t.oid
    UNION ALL
    SELECT a.atttypid
    FROM pg_catalog.pg_type t JOIN pg_catalog.pg_attribute a ON a.attrelid = t.typrelid
    WHERE t.oid = h.part AND a.attnum > 0 AND NOT a.attisdropped
    UNION ALL
    SELECT r.rngsubtype FROM pg_catalog.pg_range r WHERE r.rngtypid = h.part
    {since 140000 UNION ALL
    SELECT r.rngtypid FROM pg_catalog.pg_range r WHERE r.rngmultitypid = h.part}
    OFFSET 0) l WHERE l.part >= 16384),
depends AS MATERIALIZED (
  SELECT p.oid AS type, l.*
  FROM (SELECT DISTINCT h.part AS oid FROM holds h) p CROSS JOIN LATERAL (
    SELECT d.classid, d.objid, d.refclassid, d.refobjid FROM pg_catalog.pg_depend d
    WHERE d.classid = 'pg_catalog.pg_type'::pg_catalog.regclass AND d.objid = p.oid
    UNION ALL
    SELECT d.classid, d.objid, d.refclassid, d.refobjid
    FROM pg_catalog.pg_depend e JOIN pg_catalog.pg_constraint k ON k.oid = e.objid
    JOIN pg_catalog.pg_depend d ON d.classid = e.classid AND d.objid = e.objid
    WHERE e.refclassid = 'pg_catalog.pg_type'::pg_catalog.regclass AND e.refobjid = p.oid
      AND e.classid::pg_catalog.int8
        = 'pg_catalog.pg_constraint'::pg_catalog.regclass::pg_catalog.int8
      AND k.contypid = p.oid OFFSET 0) l),
leads AS (
  SELECT d.classid, d.type, d.refclassid AS class, d.refobjid AS object
  FROM depends d WHERE d.classid = {class pg_constraint} OR d.refclassid <> {class pg_type}
    OR d.refobjid <> (SELECT t.typbasetype FROM pg_catalog.pg_type t WHERE t.oid = d.type)
  UNION
  SELECT r.classid, r.type, f.class, f.object
  FROM leads r CROSS JOIN LATERAL ({leads} OFFSET 0) f),
dep AS MATERIALIZED (
  SELECT l.classid, l.type, l.object AS fn
  FROM leads l WHERE l.class = {class pg_proc}
  UNION
  SELECT l.classid, l.type, o.oprcode::pg_catalog.oid
  FROM leads l JOIN pg_catalog.pg_operator o ON o.oid = l.object
  WHERE l.class = {class pg_operator}),
hit AS (
  SELECT a.attrelid AS rel, a.attname AS col, dep.fn, 1 AS why
  FROM dep JOIN columns a
    ON dep.classid = 'pg_catalog.pg_type'::pg_catalog.regclass AND dep.type = a.atttypid
  JOIN pg_catalog.pg_type t ON t.oid = a.atttypid AND t.typtype = 'd'
  WHERE a.bare
  UNION ALL
  SELECT a.attrelid, a.attname, dep.fn, 32
  FROM dep JOIN holds h
    ON dep.classid = 'pg_catalog.pg_constraint'::pg_catalog.regclass AND dep.type = h.part
  JOIN columns a ON a.atttypid = h.whole)
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
