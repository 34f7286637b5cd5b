-- For WITH RECURSIVE: "up", what tables call that inherit from others, for each table above them:
-- by UPDATE (16384), by TRUNCATE (32768). Columns computed from a table's own columns alone are not
-- computed anew by an UPDATE of the table above.
up AS (
  SELECT i.inhparent AS rel, h.fn,
         CASE WHEN h.through & 268 <> 0 OR h.why = 2 AND EXISTS (
                SELECT FROM pg_catalog.pg_depend e JOIN pg_catalog.pg_attribute a
                  ON a.attrelid = e.refobjid AND a.attnum = e.refobjsubid AND a.attinhcount > 0
                WHERE e.classid = h.classid AND e.objid = h.objid AND e.objsubid = h.objsubid
                  AND e.refclassid = {class pg_class} AND e.refobjid = h.rel OFFSET 0)
              THEN 16384 ELSE 0 END
         + CASE WHEN h.through & 512 <> 0 THEN 32768 ELSE 0 END AS why
  FROM hit h JOIN pg_catalog.pg_class c ON c.oid = h.rel AND NOT c.relispartition {of_reach c.oid}
  JOIN pg_catalog.pg_inherits i ON i.inhrelid = h.rel {of_reach i.inhrelid}
  WHERE h.through <> 0
  UNION
  SELECT i.inhparent, u.fn, u.why
  FROM up u JOIN pg_catalog.pg_inherits i ON i.inhrelid = u.rel {of_reach i.inhrelid}),
