-- What a function or a domain calls or casts to by its definition, as the role that runs it:
-- catalog and oid of both. Where only some tables are in scope it is asked of row r of "refers".
{since 140000 SELECT {class pg_proc} AS of_class, p.oid AS of, e.refclassid AS class,
  e.refobjid AS object
FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_depend e
  ON e.classid = {class pg_proc} AND e.objid = p.oid
  AND e.refclassid IN ({class pg_proc}, {class pg_operator})
WHERE p.prosqlbody IS NOT NULL AND NOT p.prosecdef
  {if_few AND r.class = {class pg_proc} AND p.oid = r.object}
UNION ALL}
SELECT {class pg_type} AS of_class, k.contypid AS of, e.refclassid AS class,
  e.refobjid AS object
FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_depend e
  ON e.classid = {class pg_constraint} AND e.objid = k.oid
  AND e.refclassid IN ({class pg_proc}, {class pg_operator}, {class pg_type})
WHERE k.conrelid = 0 {if_few AND r.class = {class pg_type} AND k.contypid = r.object}
UNION ALL
SELECT {class pg_type}, t.oid, {class pg_type}, t.typbasetype
FROM pg_catalog.pg_type t
WHERE t.typtype = 'd' {if_few AND r.class = {class pg_type} AND t.oid = r.object}
