-- The last values of sequences: schema, name, value, how many sequences are in scope. It takes a
-- lock on each to read one, which somebody's ALTER SEQUENCE holds up; so it waits for a second
-- only, and reads none where there are more than {most_values}. Before 18 what we may not read is
-- an error, as is an unlogged sequence on a standby.
WITH brief AS MATERIALIZED (
  SELECT pg_catalog.set_config('lock_timeout', '1000', true) AS ms),
q AS MATERIALIZED (
  SELECT c.oid, n.nspname, c.relname, c.relpersistence, pg_catalog.count(*) OVER () AS total
  FROM pg_catalog.pg_sequence s JOIN pg_catalog.pg_class c ON c.oid = s.seqrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE {sequence_scope} AND (SELECT brief.ms FROM brief) IS NOT NULL)
SELECT q.nspname::pg_catalog.text, q.relname::pg_catalog.text,
       CASE WHEN q.total <= {most_values}
              AND pg_catalog.has_sequence_privilege(q.oid, 'SELECT, USAGE')
              AND NOT (q.relpersistence = 'u' AND pg_catalog.pg_is_in_recovery())
            THEN pg_catalog.pg_sequence_last_value(q.oid) END, q.total
FROM q
