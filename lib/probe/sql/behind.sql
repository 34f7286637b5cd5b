-- What views in scope are made of, and the views among that.
SELECT y.oid FROM (WITH RECURSIVE y AS (
  SELECT c.oid
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind = 'v' AND {scope c.relname}
  UNION
  SELECT d.refobjid
  FROM y JOIN pg_catalog.pg_rewrite w ON w.ev_class = y.oid AND w.ev_type = '1'
  JOIN pg_catalog.pg_depend d
    ON d.classid = {class pg_rewrite} AND d.objid = w.oid AND d.refclassid = {class pg_class})
  SELECT y.oid FROM y) y
