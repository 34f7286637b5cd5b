-- For WITH RECURSIVE: "depends", what expressions of tables in reach depend on, where only some
-- tables are in scope; elsewhere pg_depend has it.
{if_few {reach}, own AS (
  SELECT {class pg_class} AS class, c.oid
  FROM pg_catalog.pg_class c WHERE true {of_reach c.oid}
  UNION ALL
  SELECT {class pg_class}, x.indexrelid
  FROM pg_catalog.pg_index x WHERE true {of_reach x.indrelid}
  UNION ALL
  SELECT {class pg_attrdef}, a.oid
  FROM pg_catalog.pg_attrdef a WHERE true {of_reach a.adrelid}
  UNION ALL
  SELECT {class pg_constraint}, k.oid
  FROM pg_catalog.pg_constraint k WHERE true {of_reach k.conrelid}
  UNION ALL
  SELECT {class pg_trigger}, g.oid
  FROM pg_catalog.pg_trigger g WHERE true {of_reach g.tgrelid}),
depends AS MATERIALIZED (
  SELECT l.* FROM own CROSS JOIN LATERAL (SELECT e.* FROM pg_catalog.pg_depend e
    WHERE e.classid = own.class AND e.objid = own.oid OFFSET 0) l),}
