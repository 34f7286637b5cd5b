-- Functions of users whose EXECUTE is checked when a row is written: kind of piece, table, order,
-- flags (why, and 128 if we have EXECUTE), column, the function's schema, name, arguments, owner. A
-- trigger's own function is not among them: EXECUTE was checked when the trigger was made; nor are
-- operators of exclusion constraints, which run unchecked, checks that are not enforced, and
-- indexes that are not kept up, as CREATE INDEX CONCURRENTLY may leave one. WHEN of a trigger
-- counts for what fires it: 64 INSERT, 256 UPDATE, 512 TRUNCATE. A trigger for each row of a
-- partitioned table fires as its copies on the partitions, each of which may be disabled. What a
-- partitioned table finds the partition of a row with says of its partitions whether a row may be
-- there, if they are named. A user's operator runs its function. Before 15 what a generated column
-- depends on hangs on the column. What a partition has of its own counts for its parents, too,
-- through which rows come to it. An expression that casts to a domain calls what its checks do, and
-- one that calls a function with a body in standard SQL calls what that does; what else a body
-- holds nobody can know. Of tables out of scope that TRUNCATE may reach by a foreign key, what
-- TRUNCATE calls; of those that views in scope may write to, all. What a table that inherits from
-- another has of its own counts for that: 16384 for rows that an UPDATE changes there, unless it is
-- a column computed from others that are that table's own, 32768 for TRUNCATE. Domains have a query
-- of their own.
WITH RECURSIVE {depends}
{refers},
dep AS MATERIALIZED (
  SELECT r.classid, r.objid, r.objsubid, r.object AS fn
  FROM refers r WHERE r.class = {class pg_proc}
  UNION
  SELECT r.classid, r.objid, r.objsubid, o.oprcode::pg_catalog.oid
  FROM refers r JOIN pg_catalog.pg_operator o ON o.oid = r.object
  WHERE r.class = {class pg_operator}),
hit AS (
  SELECT a.adrelid AS rel, a.adnum::pg_catalog.int4 AS col, dep.fn,
         CASE WHEN t.attgenerated <> '' THEN 2 ELSE 1 END AS why,
         CASE WHEN t.attgenerated <> '' THEN 2 ELSE 0 END AS through,
         dep.classid, dep.objid, dep.objsubid
  FROM dep JOIN pg_catalog.pg_attrdef a
    ON dep.classid = {class pg_attrdef} AND dep.objid = a.oid {of_reach a.adrelid}
  JOIN pg_catalog.pg_attribute t ON t.attrelid = a.adrelid AND t.attnum = a.adnum
    {of_reach t.attrelid}
  UNION ALL
  SELECT dep.objid, dep.objsubid, dep.fn, w.why, w.why, dep.classid, dep.objid, dep.objsubid
  FROM dep CROSS JOIN LATERAL (SELECT CASE WHEN dep.objsubid > 0 THEN 2 ELSE 16 END) w(why)
  WHERE dep.classid = {class pg_class}
  UNION ALL
  SELECT x.indrelid, 0, dep.fn, 8, 8, dep.classid, dep.objid, dep.objsubid
  FROM dep JOIN pg_catalog.pg_index x
    ON dep.classid = {class pg_class} AND dep.objid = x.indexrelid
    AND x.indisready {of_reach x.indrelid}
  UNION ALL
  SELECT k.conrelid, 0, dep.fn, 4, 4, dep.classid, dep.objid, dep.objsubid
  FROM dep JOIN pg_catalog.pg_constraint k
    ON dep.classid = {class pg_constraint} AND dep.objid = k.oid
  WHERE k.contype = 'c' AND k.conrelid <> 0 {since 180000 AND k.conenforced}
    {of_reach k.conrelid}
  UNION ALL
  SELECT g.tgrelid, 0, dep.fn, w.why, CASE WHEN g.tgtype & 1 <> 0 THEN w.why ELSE w.why & 512 END,
         dep.classid, dep.objid, dep.objsubid
  FROM dep JOIN fires f
    ON dep.classid = {class pg_trigger} AND dep.objid = f.original AND f.copied = 0
  JOIN pg_catalog.pg_trigger g ON g.oid = f.oid {of_reach g.tgrelid}
  JOIN pg_catalog.pg_class c ON c.oid = g.tgrelid
    AND (c.relkind <> 'p' OR g.tgtype & 1 = 0) {of_reach c.oid}
  CROSS JOIN LATERAL (SELECT CASE WHEN g.tgtype & 4 <> 0 THEN 64 ELSE 0 END
                             + CASE WHEN g.tgtype & 16 <> 0 THEN 256 ELSE 0 END
                             + CASE WHEN g.tgtype & 32 <> 0 THEN 512 ELSE 0 END) w(why)
  WHERE dep.fn <> g.tgfoid AND g.tgenabled NOT IN ('D', 'R') AND g.tgtype & 52 <> 0),
{if_few within AS (
  SELECT c.oid AS rel, h.fn
  FROM pg_catalog.pg_class c CROSS JOIN LATERAL pg_catalog.pg_partition_ancestors(c.oid) p(relid)
  JOIN hit h ON h.rel = p.relid AND h.why = 16
  WHERE c.relispartition {of_tables c.oid}),}
{if_many within AS (
  SELECT h.rel, h.fn FROM hit h WHERE h.why = 16
  UNION
  SELECT i.inhrelid, w.fn
  FROM within w JOIN pg_catalog.pg_inherits i ON i.inhparent = w.rel),}
{inherited}
told AS (
  SELECT h.rel, h.col, h.fn, h.why FROM hit h
  UNION ALL
  SELECT u.rel, 0, u.fn, u.why FROM up u WHERE u.why <> 0
  UNION ALL
  SELECT w.rel, 0, w.fn, 16 FROM within w
  UNION ALL
  SELECT p.relid, 0, h.fn, h.through
  FROM hit h JOIN pg_catalog.pg_class c ON c.oid = h.rel AND c.relispartition {of_reach c.oid}
  CROSS JOIN LATERAL pg_catalog.pg_partition_ancestors(h.rel) p(relid)
  WHERE h.through <> 0 AND p.relid <> h.rel)
SELECT 'x'::pg_catalog."char", h.rel, 0,
       (pg_catalog.bit_or(h.why)
        | CASE WHEN pg_catalog.has_function_privilege(h.fn, 'EXECUTE') THEN 128 ELSE 0 END),
       a.attname, fn.nspname, f.proname,
       pg_catalog.pg_get_function_identity_arguments(h.fn),
       pg_catalog.pg_get_userbyid(f.proowner)
FROM told h
JOIN pg_catalog.pg_class c ON c.oid = h.rel AND c.relkind IN ('r', 'p', 'f')
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_proc f ON f.oid = h.fn
JOIN pg_catalog.pg_namespace fn ON fn.oid = f.pronamespace
LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = h.rel AND a.attnum = h.col AND h.col > 0
  {of_reach a.attrelid}
WHERE ({scope c.relname} OR {users_schema} AND ({written h.rel}
         OR {reaches} AND h.why & 512 <> 0
            AND h.rel IN (SELECT k.conrelid FROM pg_catalog.pg_constraint k
                          WHERE k.contype = 'f' {of_reach k.conrelid})))
  {of_reach c.oid}
GROUP BY h.rel, h.fn, a.attname, fn.nspname, f.proname, f.proowner
