-- What a function or a domain calls or casts to by its definition, as the role that runs it:
-- catalog and oid of both. {leads} is that of row r alone, by its class and object.
{since 140000 SELECT {class pg_proc} AS of_class, p.oid AS of, e.refclassid AS class,
  e.refobjid AS object
FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_depend e
  ON e.classid = {class pg_proc} AND e.objid = p.oid
  AND e.refclassid IN ({class pg_proc}, {class pg_operator})
WHERE p.prosqlbody IS NOT NULL AND NOT p.prosecdef
  {led p.oid pg_proc}
UNION ALL}
SELECT {class pg_type} AS of_class, k.contypid AS of, e.refclassid AS class,
  e.refobjid AS object
FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_depend e
  ON e.classid = {class pg_constraint} AND e.objid = k.oid
  AND e.refclassid IN ({class pg_proc}, {class pg_operator}, {class pg_type})
WHERE k.conrelid = 0 {led k.contypid pg_type}
UNION ALL
SELECT {class pg_type}, t.oid, {class pg_type}, t.typbasetype
FROM pg_catalog.pg_type t
WHERE t.typtype = 'd' {led t.oid pg_type}
