-- The statements that test_statements.c tries, as a superuser finds them: kind, schema, name and
-- column of the object, the need, and the SQL. In it %Q is the object, %C the column and %T its
-- type, %A an assignment of its default to each column, %K the column of the primary key.
--
-- Each fails with 42501 without its privilege and, where it fails all the same, with another
-- code: foreign tables have no server behind them, and can't be copied, which is said after the
-- privilege was looked at. Arguments are no constants: the planner would not call a strict function.
WITH every_n AS (
  SELECT oid, nspname, quote_ident(nspname) AS q,
         nspname !~ '^pg_' AND nspname <> 'information_schema' AS users FROM pg_namespace),
n AS (SELECT * FROM every_n WHERE users),
c AS (
  SELECT c.*, n.nspname, n.q || '.' || quote_ident(c.relname) AS q,
         (SELECT string_agg(quote_ident(a.attname) || ' = DEFAULT', ', ') FROM pg_attribute a
          WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) AS assigned,
         (SELECT quote_ident(a.attname) FROM pg_index x JOIN pg_attribute a
          ON a.attrelid = c.oid AND a.attnum = x.indkey[0]
          WHERE x.indrelid = c.oid AND x.indisprimary AND x.indnatts = 1) AS key
  FROM pg_class c JOIN n ON n.oid = c.relnamespace),
k(relkind, kind) AS (VALUES
  ('r'::"char", 'table'), ('p', 'partitioned_table'), ('v', 'view'), ('m', 'matview'),
  ('f', 'foreign_table'), ('S', 'sequence')),
on_relations(kinds, need, sql) AS (VALUES
  ('rpvm', 'SELECT', 'SELECT t FROM %Q t LIMIT 0'),
  ('rpvmf', 'SELECT', 'COPY %Q TO STDOUT'),
  ('rpv', 'INSERT', 'INSERT INTO %Q OVERRIDING SYSTEM VALUE SELECT (NULL::%Q).* WHERE false'),
  ('rpv', 'UPDATE', 'UPDATE %Q SET %A'),
  ('rpv', 'DELETE', 'DELETE FROM %Q'),
  ('rp', 'TRUNCATE', 'TRUNCATE %Q'),
  ('rp', 'REFERENCES', 'CREATE TABLE open_all.pgcs_trial (a int REFERENCES %Q (%K))'),
  ('rp', 'TRIGGER', 'CREATE TRIGGER pgcs_trial BEFORE UPDATE ON %Q FOR EACH ROW'
                    ' EXECUTE FUNCTION pg_catalog.suppress_redundant_updates_trigger()'),
  ('v', 'TRIGGER', 'CREATE TRIGGER pgcs_trial INSTEAD OF INSERT ON %Q FOR EACH ROW'
                   ' EXECUTE FUNCTION pg_catalog.suppress_redundant_updates_trigger()'),
  ('rm', 'MAINTAIN', 'REINDEX TABLE %Q'),
  ('rp', 'OWN', 'COMMENT ON TABLE %Q IS NULL'),
  ('rp', 'TRUNCATE AND OWN', 'TRUNCATE %Q RESTART IDENTITY'),
  ('rp', 'SELECT ALL ROWS', 'SET LOCAL row_security = off; SELECT t FROM %Q t LIMIT 0'),
  ('rpvmf', 'GRANT SELECT', 'GRANT SELECT ON %Q TO pg_monitor'),
  ('rpvmf', 'GRANT UPDATE', 'GRANT UPDATE ON %Q TO pg_monitor'),
  ('S', 'SELECT', 'SELECT last_value FROM %Q'),
  ('S', 'OWN', 'ALTER SEQUENCE %Q RESTART'),
  ('S', 'GRANT USAGE', 'GRANT USAGE ON SEQUENCE %Q TO pg_monitor'),
  ('S', 'GRANT UPDATE', 'GRANT UPDATE ON SEQUENCE %Q TO pg_monitor')),
on_columns(need, sql) AS (VALUES
  ('SELECT', 'SELECT %C FROM %Q LIMIT 0'),
  ('INSERT', 'INSERT INTO %Q (%C) OVERRIDING SYSTEM VALUE SELECT NULL::%T WHERE false'),
  ('UPDATE', 'UPDATE %Q SET %C = DEFAULT'),
  ('GRANT SELECT', 'GRANT SELECT (%C) ON %Q TO pg_monitor'),
  ('GRANT INSERT', 'GRANT INSERT (%C) ON %Q TO pg_monitor'))
SELECT k.kind, c.nspname, c.relname::text, '', s.need,
       replace(replace(replace(s.sql, '%Q', c.q), '%A', COALESCE(c.assigned, '')),
               '%K', COALESCE(c.key, ''))
FROM c JOIN k USING (relkind) JOIN on_relations s ON s.kinds ~ c.relkind::text
WHERE (s.sql !~ '%K' OR c.key IS NOT NULL)
  AND (s.need <> 'TRUNCATE AND OWN' OR EXISTS (SELECT FROM pg_depend d JOIN pg_sequence q
       ON q.seqrelid = d.objid WHERE d.refobjid = c.oid AND d.deptype IN ('a', 'i')))
  -- what a view without rules refuses to everybody says nothing of privileges
  AND (c.relkind <> 'v' OR s.need NOT IN ('INSERT', 'UPDATE', 'DELETE')
       OR pg_relation_is_updatable(c.oid, false) <> 0)
  AND (s.need <> 'MAINTAIN' OR current_setting('server_version_num')::int >= 170000)
UNION ALL
SELECT 'column', c.nspname, c.relname, a.attname, s.need,
       replace(replace(replace(s.sql, '%Q', c.q), '%C', quote_ident(a.attname)),
               '%T', format_type(a.atttypid, a.atttypmod))
FROM c JOIN pg_attribute a ON a.attrelid = c.oid CROSS JOIN on_columns s
WHERE a.attacl IS NOT NULL AND a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p')
UNION ALL
SELECT 'sequence', nspname, relname, '', s.need, format(s.sql, q)
FROM c JOIN (VALUES ('NEXTVAL', 'SELECT nextval(%L)'), ('UPDATE', 'SELECT setval(%L, 5)'))
  AS s(need, sql) ON relkind = 'S'
UNION ALL
SELECT 'schema', '', nspname, '', s.need, replace(s.sql, '%Q', q)
FROM n CROSS JOIN (VALUES
  ('CREATE', 'CREATE TABLE %Q.pgcs_trial ()'),
  ('USAGE', 'DROP TABLE %Q.pgcs_is_not_there'),
  ('GRANT USAGE', 'GRANT USAGE ON SCHEMA %Q TO pg_monitor'),
  ('GRANT CREATE', 'GRANT CREATE ON SCHEMA %Q TO pg_monitor')) AS s(need, sql)
UNION ALL
SELECT 'database', '', current_database(), '', s.need,
       replace(s.sql, '%Q', quote_ident(current_database()))
FROM (VALUES
  ('CREATE', 'CREATE SCHEMA pgcs_trial'),
  ('TEMPORARY', 'CREATE TEMP TABLE pgcs_trial ()'),
  ('GRANT CREATE', 'GRANT CREATE ON DATABASE %Q TO pg_monitor')) AS s(need, sql)
UNION ALL
SELECT 'function', n.nspname,
       p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')', '', s.need,
       CASE s.need WHEN 'EXECUTE' THEN
         CASE p.prokind WHEN 'p' THEN 'CALL ' ELSE 'SELECT ' END || n.q || '.'
           || quote_ident(p.proname) || '('
           || COALESCE((SELECT string_agg('(SELECT NULL::' || format_type(t, NULL) || ')', ', ')
                        FROM unnest(p.proargtypes) t), '') || ')'
       ELSE 'GRANT EXECUTE ON ROUTINE ' || n.q || '.' || quote_ident(p.proname) || '('
         || pg_get_function_identity_arguments(p.oid) || ') TO pg_monitor' END
FROM pg_proc p JOIN n ON n.oid = p.pronamespace
CROSS JOIN (VALUES ('EXECUTE'), ('GRANT EXECUTE')) AS s(need)
UNION ALL
SELECT 'type', n.nspname, t.typname, '', s.need,
       replace(s.sql, '%Q', n.q || '.' || quote_ident(t.typname))
FROM pg_type t JOIN every_n n ON n.oid = t.typnamespace CROSS JOIN (VALUES
  ('USAGE', 'CREATE TABLE open_all.pgcs_trial (a %Q)'),
  ('USAGE', 'CREATE TABLE open_all.pgcs_trial (a %Q[])'),
  ('GRANT USAGE', 'GRANT USAGE ON TYPE %Q TO pg_monitor')) AS s(need, sql)
WHERE t.typacl IS NOT NULL OR n.users AND (t.typtype IN ('d', 'e', 'r')
   OR t.typtype = 'c' AND t.typrelid IN (SELECT oid FROM pg_class WHERE relkind = 'c'))
UNION ALL -- multiranges belong to their ranges from 17 on
SELECT 'type', n.nspname, t.typname, '', 'USAGE',
       'CREATE TABLE open_all.pgcs_trial (a ' || format_type(m.oid, NULL) || ')'
FROM pg_type t JOIN every_n n ON n.oid = t.typnamespace
JOIN pg_type m ON m.typnamespace = n.oid AND m.typtype = 'm'
  AND (m.typname IN (t.typname || '_multirange', replace(t.typname, 'range', 'multirange')))
WHERE t.typtype = 'r' AND (t.typacl IS NOT NULL OR n.users)
  AND current_setting('server_version_num')::int >= 170000
UNION ALL
SELECT 'language', '', l.lanname, '', s.need, replace(s.sql, '%Q', quote_ident(l.lanname))
FROM pg_language l CROSS JOIN (VALUES
  ('USAGE', 'CREATE FUNCTION open_all.pgcs_trial() RETURNS int LANGUAGE %Q AS $$$$'),
  ('GRANT USAGE', 'GRANT USAGE ON LANGUAGE %Q TO pg_monitor')) AS s(need, sql)
WHERE l.lanpltrusted OR s.need = 'USAGE' -- only trusted ones can be granted
UNION ALL
SELECT 'server', '', v.srvname, '', s.need, replace(s.sql, '%Q', quote_ident(v.srvname))
FROM pg_foreign_server v CROSS JOIN (VALUES
  ('USAGE', 'CREATE FOREIGN TABLE open_all.pgcs_trial (a int) SERVER %Q'),
  ('GRANT USAGE', 'GRANT USAGE ON FOREIGN SERVER %Q TO pg_monitor')) AS s(need, sql)
UNION ALL
SELECT 'foreign_data_wrapper', '', w.fdwname, '', s.need,
       replace(s.sql, '%Q', quote_ident(w.fdwname))
FROM pg_foreign_data_wrapper w CROSS JOIN (VALUES
  ('USAGE', 'CREATE SERVER pgcs_trial FOREIGN DATA WRAPPER %Q'),
  ('GRANT USAGE', 'GRANT USAGE ON FOREIGN DATA WRAPPER %Q TO pg_monitor')) AS s(need, sql)
ORDER BY 1, 2, 3, 4, 5, 6
