-- What stands under a name of the scope that is no table or view: kind of piece, oid, order, flags
-- (1 sequence, 2 index, 4 type, 8 function), name, schema, and the schema and name of the table that
-- it belongs to.
WITH named AS MATERIALIZED (
  SELECT n.oid, s.n AS nspname, s.r AS name
  FROM ({named}) s JOIN pg_catalog.pg_namespace n ON n.nspname = s.n WHERE {users_schema}),
found AS (
  SELECT c.oid, s.nspname, s.name, COALESCE(x.indrelid, d.refobjid) AS rel,
         CASE c.relkind WHEN 'S' THEN 1 WHEN 'c' THEN 4 ELSE 2 END AS what
  FROM named s JOIN pg_catalog.pg_class c ON c.relnamespace = s.oid AND c.relname = s.name
  LEFT JOIN pg_catalog.pg_index x ON x.indexrelid = c.oid
  LEFT JOIN pg_catalog.pg_depend d ON d.classid = {class pg_class} AND d.objid = c.oid
    AND d.objsubid = 0 AND d.refclassid = {class pg_class} AND d.refobjsubid > 0
    AND d.deptype IN ('a', 'i') AND c.relkind = 'S'
  WHERE c.relkind IN ('S', 'i', 'I', 'c')
  UNION ALL
  SELECT t.oid, s.nspname, s.name, NULL, 4
  FROM named s JOIN pg_catalog.pg_type t ON t.typnamespace = s.oid AND t.typname = s.name
  WHERE t.typrelid = 0
  UNION ALL
  SELECT pg_catalog.min(f.oid::pg_catalog.int8)::pg_catalog.oid, s.nspname, s.name, NULL, 8
  FROM named s JOIN pg_catalog.pg_proc f ON f.pronamespace = s.oid AND f.proname = s.name
  GROUP BY s.nspname, s.name)
SELECT 'o'::pg_catalog."char", f.oid, 0, f.what, f.name::pg_catalog.text,
       f.nspname::pg_catalog.text, rn.nspname::pg_catalog.text, r.relname::pg_catalog.text
FROM found f LEFT JOIN pg_catalog.pg_class r ON r.oid = f.rel
LEFT JOIN pg_catalog.pg_namespace rn ON rn.oid = r.relnamespace
