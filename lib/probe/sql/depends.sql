-- For WITH RECURSIVE: "fires", triggers with a WHEN, each with the one that it is a copy of, or itself,
-- where copied is 0: the copies on partitions have nothing in pg_depend of what their WHEN calls; and
-- "depends", what expressions of tables in reach depend on, and those of what the tables in scope are
-- partitions of, where only some tables are in scope; elsewhere pg_depend has it.
{if_few {reach},}
fires AS (
  SELECT g.oid, g.oid AS original, g.tgparentid AS copied
  FROM pg_catalog.pg_trigger g WHERE g.tgqual IS NOT NULL {of_reach g.tgrelid}
  UNION ALL
  SELECT f.oid, l.oid, l.tgparentid
  FROM fires f CROSS JOIN LATERAL (SELECT g.oid, g.tgparentid
    FROM pg_catalog.pg_trigger g WHERE g.oid = f.copied OFFSET 0) l),
{if_few own AS (
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
  SELECT {class pg_trigger}, f.original FROM fires f WHERE f.copied = 0
  UNION ALL
  SELECT {class pg_class}, p.relid
  FROM pg_catalog.pg_class c CROSS JOIN LATERAL pg_catalog.pg_partition_ancestors(c.oid) p(relid)
  WHERE c.relispartition {of_tables c.oid}),
depends AS MATERIALIZED (
  SELECT l.* FROM own CROSS JOIN LATERAL (SELECT e.* FROM pg_catalog.pg_depend e
    WHERE e.classid = own.class AND e.objid = own.oid OFFSET 0) l),}
