-- Views: what their queries call and read. Kind of piece, view, order, flags, name, texts:
--   v  views (1 materialized, 2 and not filled yet): schema, owner
--   c  their columns
--   x  functions (128 we have EXECUTE, 1024 by a query): column, schema, name, arguments, owner
--   r  relations (1 it may be read, 2 by another role than ours, 4 row level security hides rows
--      of it, 8 any of its columns does, 16 it was never filled, 1024): column, schema, name,
--      owner, who reads it
-- A view reads as its owner, or as whoever asks if it says so, and the policies of what it reads
-- are those for that role and look as that role; all functions run as whoever asks, and those that
-- they call by their definition, or a domain does that the view casts to.
WITH RECURSIVE me AS MATERIALIZED (
  SELECT a.oid FROM pg_catalog.pg_roles a WHERE a.rolname = current_user),
v AS MATERIALIZED (
  SELECT c.oid, c.relname, n.nspname, c.relkind, c.relowner, c.relispopulated
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('v', 'm') AND {scope c.relname}),
{opened}
called AS (
  SELECT u.subject, u.object AS fn FROM used u
  WHERE u.class = {class pg_proc}
  UNION
  SELECT u.subject, o.oprcode::pg_catalog.oid
  FROM used u JOIN pg_catalog.pg_operator o ON o.oid = u.object
  WHERE u.class = {class pg_operator}),
reads AS (
  SELECT DISTINCT u.subject, u.object AS rel, u.reader,
         CASE WHEN pg_catalog.has_table_privilege(u.reader, u.object, 'SELECT') THEN 0
              ELSE u.col END AS col
  FROM used u WHERE u.class = {class pg_class}
    AND (u.col > 0 OR (SELECT c.relkind FROM pg_catalog.pg_class c WHERE c.oid = u.object) <> 'S')),
judged AS (
  SELECT r.subject, r.rel, r.col, r.reader, r.reader <> me.oid AS other,
         CASE WHEN r.col > 0
              THEN pg_catalog.has_column_privilege(r.reader, r.rel, r.col::pg_catalog.int2, 'SELECT')
              ELSE pg_catalog.has_any_column_privilege(r.reader, r.rel, 'SELECT') END AS may,
         {hidden_from r.reader} AS hides,
         c.relkind = 'm' AND NOT c.relispopulated AS bare
  FROM reads r CROSS JOIN LATERAL (
    SELECT * FROM pg_catalog.pg_class x WHERE x.oid = r.rel OFFSET 0) c CROSS JOIN me)
SELECT 'v'::pg_catalog."char", v.oid, 0,
       CASE WHEN v.relkind = 'v' THEN 0 WHEN v.relispopulated THEN 1 ELSE 3 END,
       v.relname::pg_catalog.text, v.nspname::pg_catalog.text,
       pg_catalog.pg_get_userbyid(v.relowner)::pg_catalog.text, NULL::pg_catalog.text,
       NULL::pg_catalog.text
FROM v
UNION ALL
SELECT 'c'::pg_catalog."char", a.attrelid, a.attnum::pg_catalog.int4, 0,
       a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod), NULL, NULL,
       NULL
FROM pg_catalog.pg_attribute a JOIN v ON v.oid = a.attrelid
WHERE a.attnum > 0 AND NOT a.attisdropped
UNION ALL
SELECT 'x'::pg_catalog."char", h.subject, 0,
       1024 + CASE WHEN pg_catalog.has_function_privilege(h.fn, 'EXECUTE') THEN 128 ELSE 0 END,
       '', n.nspname, f.proname,
       pg_catalog.pg_get_function_identity_arguments(h.fn),
       pg_catalog.pg_get_userbyid(f.proowner)
FROM called h JOIN pg_catalog.pg_proc f ON f.oid = h.fn
JOIN pg_catalog.pg_namespace n ON n.oid = f.pronamespace
UNION ALL
SELECT 'r'::pg_catalog."char", j.subject, 0,
       1024 + CASE WHEN j.may THEN 1 ELSE 0 END + CASE WHEN j.other THEN 2 ELSE 0 END
       + CASE WHEN j.hides THEN 4 ELSE 0 END
       + CASE WHEN j.col > 0 OR pg_catalog.has_table_privilege(j.reader, j.rel, 'SELECT') THEN 0
              ELSE 8 END
       + CASE WHEN j.bare THEN 16 ELSE 0 END,
       a.attname, n.nspname, c.relname,
       pg_catalog.pg_get_userbyid(c.relowner),
       pg_catalog.pg_get_userbyid(j.reader)
FROM judged j CROSS JOIN LATERAL (
  SELECT * FROM pg_catalog.pg_class x
  WHERE x.oid = j.rel AND x.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') OFFSET 0) c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = j.rel AND a.attnum = j.col AND j.col > 0
WHERE NOT j.may OR j.hides OR j.bare OR NOT j.other AND {users_schema}
