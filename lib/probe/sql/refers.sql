-- For WITH RECURSIVE: "refers" has the rows of pg_depend that say which functions, operators and
-- domains an expression has, in "depends" where only some tables are in scope, and in the same form
-- what these lead to: the checks of a domain and of what that is over, and what a function with a
-- body in standard SQL calls, unless it does that as its owner.
{if_many follows AS MATERIALIZED ({follows}),}
refers AS (
  SELECT d.classid, d.objid, d.objsubid, d.refclassid AS class, d.refobjid AS object
  FROM {if_few depends}{if_many pg_catalog.pg_depend} d
  WHERE d.refclassid IN ({class pg_proc}, {class pg_operator})
    OR d.refclassid = {class pg_type} AND d.objsubid = 0 AND d.classid IN ({class pg_class},
      {class pg_attrdef}, {class pg_constraint}, {class pg_trigger})
  UNION
  SELECT r.classid, r.objid, r.objsubid, f.class, f.object
  FROM refers r {if_many JOIN follows f ON f.of_class = r.class AND f.of = r.object}
    {if_few CROSS JOIN LATERAL ({leads} OFFSET 0) f})
