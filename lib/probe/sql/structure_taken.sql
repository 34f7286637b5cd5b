-- Sequences that rows are taken from by nextval() in checks (256), and that views are by their
-- queries (512), always by whoever writes or asks: kind of piece, table or view, order, flags and
-- the rest as structure_sequences.sql has them, without a column. 1574 is nextval() on every version.
WITH RECURSIVE {if_few {reach},} opened AS (
  SELECT c.oid AS subject, c.oid AS view
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind = 'v' AND {scope c.relname}
  UNION
  SELECT o.subject, c.oid
  FROM opened o JOIN pg_catalog.pg_rewrite w ON w.ev_class = o.view AND w.ev_type = '1'
  JOIN pg_catalog.pg_depend d
    ON d.classid = {class pg_rewrite} AND d.objid = w.oid AND d.refclassid = {class pg_class}
  JOIN pg_catalog.pg_class c ON c.oid = d.refobjid AND c.relkind = 'v'),
checked AS (
  SELECT k.oid, k.conrelid
  FROM pg_catalog.pg_constraint k
  WHERE k.contype = 'c' AND k.conrelid <> 0 AND k.conbin::pg_catalog.text ~ ':funcid 1574[^0-9]'
    {of_reach k.conrelid}),
taken AS (
  SELECT k.conrelid AS rel, d.refobjid AS seq, 256 AS flags
  FROM checked k CROSS JOIN LATERAL (
    SELECT e.refobjid FROM pg_catalog.pg_depend e
    WHERE e.classid = {class pg_constraint} AND e.objid = k.oid
      AND e.refclassid = {class pg_class} AND e.refobjsubid = 0 OFFSET 0) d
  UNION
  SELECT o.subject, d.refobjid, 512
  FROM opened o JOIN pg_catalog.pg_rewrite w ON w.ev_class = o.view AND w.ev_type = '1'
  CROSS JOIN LATERAL (
    SELECT e.refobjid FROM pg_catalog.pg_depend e
    WHERE e.classid = {class pg_rewrite} AND e.objid = w.oid
      AND e.refclassid = {class pg_class} AND e.refobjsubid = 0 OFFSET 0) d
  WHERE w.ev_action::pg_catalog.text ~ ':funcid 1574[^0-9]'),
told AS (
  SELECT t.rel, t.seq, t.flags FROM taken t
  UNION
  SELECT p.relid, t.seq, t.flags
  FROM taken t CROSS JOIN LATERAL pg_catalog.pg_partition_ancestors(t.rel) p(relid)
  WHERE t.flags = 256)
SELECT 's'::pg_catalog."char", q.rel, 0, q.flags + 8
         + CASE WHEN pg_catalog.has_sequence_privilege(s.oid, 'USAGE') THEN 16 ELSE 0 END
         + CASE WHEN pg_catalog.has_sequence_privilege(s.oid, 'UPDATE') THEN 32 ELSE 0 END,
       '', sn.nspname, s.relname, pg_catalog.pg_get_userbyid(s.relowner),
       pg_catalog.pg_get_userbyid(sn.nspowner)
FROM told q JOIN pg_catalog.pg_class s ON s.oid = q.seq AND s.relkind = 'S'
JOIN pg_catalog.pg_namespace sn ON sn.oid = s.relnamespace
JOIN pg_catalog.pg_class c ON c.oid = q.rel AND c.relkind IN ('r', 'p', 'f', 'v')
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE {scope c.relname} OR {users_schema} AND c.relkind <> 'v' AND {written q.rel}
