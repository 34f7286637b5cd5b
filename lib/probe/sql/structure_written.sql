-- What writing a view does: kind of piece, view, order, flags, name, texts. Order 0:
--   without a name: whether rows can come in (1) and change (2), by INSTEAD OF triggers (4, 8), by
--   rules (16, 32), by functions that run as whoever writes (64, 128)
--   with one: a column that can't be written
-- and from 1 on what a view without triggers writes to, and what that, if it is a view, writes to in
-- turn: whether it may INSERT (1) there, or into some columns (2), UPDATE (4, 8), as another role
-- (16), it is a table (32), row level security holds for that role (64); schema, name, owner, role.
-- What only functions can tell waits for a view in somebody's exclusive hands, for a second only,
-- and is not asked of views over foreign tables whose wrapper has no handler: that is an error.
WITH RECURSIVE brief AS MATERIALIZED (
  SELECT pg_catalog.set_config('lock_timeout', '1000', true) AS ms),
me AS MATERIALIZED (
  SELECT a.oid FROM pg_catalog.pg_roles a WHERE a.rolname = current_user),
v AS MATERIALIZED (
  SELECT c.oid
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind = 'v' AND {scope c.relname} AND (SELECT brief.ms FROM brief) IS NOT NULL),
{bare}
told AS MATERIALIZED (
  SELECT v.oid FROM v WHERE v.oid NOT IN (SELECT b.oid FROM bare b)),
chain AS (
  SELECT v.oid AS subject, v.oid AS view, v.oid AS rel, 0::pg_catalog.oid AS writer, 0 AS level
  FROM v
  UNION ALL
  SELECT k.subject, k.rel, l.rel, l.writer, k.level + 1
  FROM chain k CROSS JOIN LATERAL (
    SELECT pg_catalog.min(d.refobjid::pg_catalog.int8)::pg_catalog.oid AS rel,
           CASE WHEN EXISTS (SELECT FROM pg_catalog.unnest(u.reloptions) x(option)
                         WHERE x.option LIKE 'security!_invoker=%' ESCAPE '!'
                           AND pg_catalog.split_part(x.option, '=', 2)::pg_catalog.bool)
                THEN me.oid ELSE u.relowner END AS writer
    FROM pg_catalog.pg_class u
    JOIN pg_catalog.pg_rewrite w ON w.ev_class = u.oid AND w.ev_type = '1'
    JOIN pg_catalog.pg_depend d
      ON d.classid = {class pg_rewrite} AND d.objid = w.oid AND d.refclassid = {class pg_class}
      AND d.refobjid <> u.oid
    CROSS JOIN me
    WHERE u.oid = k.rel AND u.relkind = 'v' AND (k.level = 0 OR NOT u.relhastriggers AND NOT EXISTS (
      SELECT FROM pg_catalog.pg_rewrite x WHERE x.ev_class = u.oid AND x.ev_type <> '1' OFFSET 0))
    GROUP BY u.oid, u.reloptions, u.relowner, me.oid
    HAVING pg_catalog.count(DISTINCT d.refobjid) = 1 OFFSET 0) l
  WHERE k.level < 64)
SELECT 'w'::pg_catalog."char", v.oid, 0,
       CASE WHEN e.events & 8 <> 0 THEN 1 ELSE 0 END + CASE WHEN e.events & 4 <> 0 THEN 2 ELSE 0 END
       + COALESCE((SELECT pg_catalog.bit_or(((g.tgtype & 4) + (g.tgtype & 16) / 2)
                                            * CASE WHEN f.prosecdef THEN 1 ELSE 17 END)
                   FROM pg_catalog.pg_trigger g JOIN pg_catalog.pg_proc f ON f.oid = g.tgfoid
                   WHERE g.tgrelid = v.oid AND g.tgtype & 64 <> 0), 0)
       + COALESCE((SELECT pg_catalog.bit_or(CASE w.ev_type WHEN '3' THEN 16 WHEN '2' THEN 32 END)
                   FROM pg_catalog.pg_rewrite w WHERE w.ev_class = v.oid), 0),
       ''::pg_catalog.text, NULL::pg_catalog.text, NULL::pg_catalog.text, NULL::pg_catalog.text,
       NULL::pg_catalog.text
FROM told v CROSS JOIN LATERAL (
  SELECT pg_catalog.pg_relation_is_updatable(v.oid, true) AS events OFFSET 0) e
UNION ALL
SELECT 'w'::pg_catalog."char", v.oid, 0, 0, a.attname, NULL, NULL, NULL, NULL
FROM told v CROSS JOIN LATERAL (
  SELECT x.attname, x.attnum FROM pg_catalog.pg_attribute x
  WHERE x.attrelid = v.oid AND x.attnum > 0 AND NOT x.attisdropped OFFSET 0) a
WHERE NOT pg_catalog.pg_column_is_updatable(v.oid, a.attnum, true)
UNION ALL
SELECT 'w'::pg_catalog."char", k.subject, k.level,
       may.flags + CASE WHEN k.writer <> me.oid THEN 16 ELSE 0 END
       + CASE WHEN c.relkind IN ('r', 'p', 'f') THEN 32 ELSE 0 END
       + CASE WHEN {hidden_from k.writer} THEN 64 ELSE 0 END,
       '', n.nspname, c.relname, pg_catalog.pg_get_userbyid(c.relowner),
       pg_catalog.pg_get_userbyid(k.writer)
FROM chain k JOIN pg_catalog.pg_class c ON c.oid = k.rel
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
CROSS JOIN me
CROSS JOIN LATERAL (
  SELECT pg_catalog.sum(p.bit * CASE
           WHEN pg_catalog.has_table_privilege(k.writer, k.rel, p.name) OR (
             SELECT pg_catalog.bool_and(pg_catalog.has_column_privilege(
                      k.writer, k.rel, d.refobjsubid::pg_catalog.int2, p.name))
             FROM pg_catalog.pg_rewrite w JOIN pg_catalog.pg_depend d
               ON d.classid = {class pg_rewrite} AND d.objid = w.oid
               AND d.refclassid = {class pg_class} AND d.refobjid = k.rel AND d.refobjsubid > 0
             WHERE w.ev_class = k.view AND w.ev_type = '1') THEN 1
           WHEN pg_catalog.has_any_column_privilege(k.writer, k.rel, p.name) THEN 2
           ELSE 0 END)::pg_catalog.int4 AS flags
  FROM (VALUES (1, 'INSERT'), (4, 'UPDATE')) p(bit, name)) may
WHERE k.level > 0
