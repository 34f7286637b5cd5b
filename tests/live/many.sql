-- For test_scope.c: two hundred tables, and ten more in a schema for themselves, all like one
-- another. Each has a key, a sequence, a foreign key, checks, grants, triggers, a policy, an index,
-- and a view, a domain and an enum of its own; and there is a partition for each.
DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['a', 'b"{,\ c''', 'parts', 'few'] LOOP
    EXECUTE format('CREATE SCHEMA %1$I; GRANT USAGE ON SCHEMA %1$I TO PUBLIC', name);
  END LOOP;
  CREATE TABLE a.t0 (id int PRIMARY KEY);
  CREATE TABLE parts.whole (id int) PARTITION BY LIST (id);
  CREATE FUNCTION a.good(int) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true';
  CREATE FUNCTION a.fire() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
  FOR i IN 1..210 LOOP
    name := CASE WHEN i > 200 THEN 'few' WHEN i % 2 = 0 THEN 'a' ELSE 'b"{,\ c''' END;
    EXECUTE format('CREATE DOMAIN %I.%I AS int DEFAULT 1 CHECK (a.good(VALUE))', name, 'd' || i);
    EXECUTE format('CREATE TYPE %I.%I AS ENUM (''1'')', name, 'e' || i);
    EXECUTE format('CREATE TABLE %1$I.t%2$s (id serial PRIMARY KEY, v int CHECK (v > 0),'
      ' w int REFERENCES a.t0, x int GENERATED ALWAYS AS (v + 1) STORED, y %1$I.d%2$s,'
      ' z %1$I.e%2$s[], UNIQUE (v), UNIQUE (w), CHECK (a.good(x)))', name, i);
    EXECUTE format('CREATE INDEX ON %I.t%s (id) WHERE a.good(v)', name, i);
    EXECUTE format('CREATE VIEW %1$I.v%2$s AS SELECT id FROM %1$I.t%2$s WHERE a.good(v)', name, i);
    EXECUTE format('CREATE POLICY p ON %I.t%s USING (a.good(v))', name, i);
    EXECUTE format('CREATE TRIGGER f BEFORE INSERT ON %I.t%s FOR EACH ROW WHEN (a.good(NEW.v))'
      ' EXECUTE FUNCTION a.fire()', name, i);
    EXECUTE format('CREATE TRIGGER g BEFORE TRUNCATE ON %I.t%s EXECUTE FUNCTION a.fire()', name, i);
    EXECUTE format('GRANT SELECT, INSERT (v) ON %I.t%s TO PUBLIC', name, i);
    EXECUTE format('CREATE TABLE parts.t%1$s PARTITION OF parts.whole FOR VALUES IN (%1$s)', i);
    IF i % 25 = 0 THEN COMMIT; END IF; -- each table takes a lock until then
  END LOOP;
END
$$;
