-- Of a database of which schemas are in scope, tables out of scope that a job may reach: those with
-- a foreign key, those that have a table in scope above them, and what views in scope are made of.
WITH RECURSIVE below AS (
  SELECT c.oid
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relhassubclass AND c.relkind IN ('r', 'p') AND {scope c.relname}
  UNION
  SELECT i.inhrelid FROM below b JOIN pg_catalog.pg_inherits i ON i.inhparent = b.oid)
SELECT b.oid FROM below b
UNION ALL
{behind}
UNION ALL
SELECT k.conrelid FROM pg_catalog.pg_constraint k WHERE k.contype = 'f'
