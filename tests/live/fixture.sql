-- A database with every kind of object and every way to hold a privilege. Read by psql's rules
-- but without its commands, so that it can be sent as one string. :pw stands for the password.
CREATE ROLE owner_r LOGIN PASSWORD :pw;
CREATE ROLE other_owner LOGIN PASSWORD :pw;
CREATE ROLE owner_member LOGIN PASSWORD :pw IN ROLE owner_r;
CREATE ROLE owner_noinherit LOGIN NOINHERIT PASSWORD :pw IN ROLE owner_r;
CREATE ROLE public_only LOGIN PASSWORD :pw;
CREATE ROLE direct LOGIN PASSWORD :pw;
CREATE ROLE grp NOLOGIN;
CREATE ROLE outer_grp NOLOGIN IN ROLE grp;
CREATE ROLE inheritor LOGIN PASSWORD :pw IN ROLE outer_grp;
CREATE ROLE noinheritor LOGIN NOINHERIT PASSWORD :pw IN ROLE outer_grp;
CREATE ROLE columns_only LOGIN PASSWORD :pw;
CREATE ROLE no_usage LOGIN PASSWORD :pw;
CREATE ROLE grantor LOGIN PASSWORD :pw;
CREATE ROLE rls_exempt LOGIN BYPASSRLS PASSWORD :pw;
CREATE ROLE database_owner LOGIN PASSWORD :pw;
CREATE ROLE acts_as_grp LOGIN PASSWORD :pw;
GRANT grp TO acts_as_grp;
ALTER ROLE acts_as_grp SET role = 'grp';
CREATE ROLE reader_of_all LOGIN PASSWORD :pw;
CREATE ROLE writer_of_all LOGIN PASSWORD :pw;
CREATE ROLE keeper LOGIN PASSWORD :pw;
CREATE ROLE without_inherit LOGIN PASSWORD :pw;
CREATE ROLE "we""ird ro.le" LOGIN PASSWORD :pw;
-- Memberships that give nothing until SET ROLE: of a superuser, of predefined roles, of a role
-- that has a table but not its schema, and of roles that inherit what they need from others.
CREATE ROLE asleep NOLOGIN SUPERUSER;
CREATE ROLE sleeping_super LOGIN NOINHERIT PASSWORD :pw IN ROLE asleep;
CREATE ROLE sleeping_reader LOGIN NOINHERIT PASSWORD :pw;
CREATE ROLE has_table NOLOGIN;
CREATE ROLE has_schema NOLOGIN;
CREATE ROLE has_both NOLOGIN IN ROLE has_table, has_schema;
CREATE ROLE two_doors LOGIN NOINHERIT PASSWORD :pw IN ROLE has_table, has_schema;
CREATE ROLE behind_a_door LOGIN NOINHERIT PASSWORD :pw IN ROLE has_both;
CREATE ROLE key_holder LOGIN NOINHERIT PASSWORD :pw IN ROLE has_schema;
CREATE ROLE db_deputy LOGIN NOINHERIT PASSWORD :pw IN ROLE database_owner;
CREATE ROLE db_heir LOGIN PASSWORD :pw IN ROLE database_owner;
DO $$
BEGIN
    EXECUTE pg_catalog.format('ALTER DATABASE %I OWNER TO database_owner', pg_catalog.current_database());
    IF pg_catalog.current_setting('server_version_num')::int >= 140000 THEN
        GRANT pg_read_all_data TO reader_of_all;
        GRANT pg_write_all_data TO writer_of_all;
        GRANT pg_read_all_data, pg_write_all_data TO sleeping_reader;
    END IF;
    IF pg_catalog.current_setting('server_version_num')::int >= 160000 THEN
        EXECUTE 'GRANT grp TO without_inherit WITH INHERIT FALSE, SET TRUE';
        -- May act as has_both, which inherits from has_table without being let act as it.
        EXECUTE 'GRANT has_table TO has_both WITH INHERIT TRUE, SET FALSE';
        EXECUTE 'GRANT owner_r TO public_only WITH INHERIT FALSE, SET FALSE, ADMIN TRUE';
        EXECUTE 'GRANT outer_grp TO grantor WITH INHERIT TRUE, SET FALSE';
    END IF;
    IF pg_catalog.current_setting('server_version_num')::int >= 170000 THEN
        GRANT pg_maintain TO keeper;
    END IF;
END $$;

CREATE SCHEMA s AUTHORIZATION owner_r;
CREATE SCHEMA closed;
CREATE SCHEMA open_all;
CREATE SCHEMA "we""ird.sch ema";
CREATE SCHEMA empty_acl AUTHORIZATION owner_r;
REVOKE ALL ON SCHEMA empty_acl FROM owner_r;
GRANT USAGE ON SCHEMA s, "we""ird.sch ema" TO PUBLIC;
GRANT USAGE, CREATE ON SCHEMA open_all TO PUBLIC;
GRANT USAGE ON SCHEMA closed TO grp;
GRANT CREATE ON SCHEMA s TO direct WITH GRANT OPTION;

SET ROLE owner_r;
CREATE TYPE s.mood AS ENUM ('sad', 'ok', 'happy');
REVOKE USAGE ON TYPE s.mood FROM PUBLIC;
GRANT USAGE ON TYPE s.mood TO grp, direct WITH GRANT OPTION;
CREATE DOMAIN s.positive AS int CHECK (VALUE > 0);
REVOKE USAGE ON DOMAIN s.positive FROM PUBLIC;
GRANT USAGE ON DOMAIN s.positive TO public_only, has_table;
CREATE TYPE s."pa""ir" AS (a int, b text);
CREATE TYPE s.span AS RANGE (subtype = int8);
REVOKE ALL ON TYPE s.span FROM PUBLIC, owner_r;
CREATE TYPE s.duo AS (a int, b text);
REVOKE USAGE ON TYPE s.duo FROM PUBLIC;
GRANT USAGE ON TYPE s.duo TO has_both, columns_only WITH GRANT OPTION;
CREATE TABLE s.plain (id int PRIMARY KEY, v text, dropped int, w int);
ALTER TABLE s.plain DROP COLUMN dropped;
CREATE TABLE s.public_read (id serial PRIMARY KEY, v text);
GRANT SELECT ON s.public_read TO PUBLIC;
CREATE TABLE s.direct_all (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, v text);
GRANT ALL ON s.direct_all TO direct;
CREATE TABLE s.group_write (id bigserial, v text);
GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON s.group_write TO grp;
GRANT SELECT ON s.group_write TO direct, inheritor;
CREATE TABLE s.by_column (id int, a text, b text, c text);
GRANT SELECT (id, a), UPDATE (a) ON s.by_column TO columns_only;
GRANT SELECT (b) ON s.by_column TO PUBLIC;
GRANT INSERT (c) ON s.by_column TO grp WITH GRANT OPTION;
GRANT INSERT ON s.by_column TO direct;
CREATE TABLE s.nobody (id int);
REVOKE ALL ON s.nobody FROM owner_r;
CREATE TABLE s.passed_on (id int);
GRANT SELECT, UPDATE ON s.passed_on TO grantor WITH GRANT OPTION;
RESET ROLE;
SET ROLE grantor;
GRANT SELECT ON s.passed_on TO public_only;
RESET ROLE;
SET ROLE owner_r;
GRANT SELECT ON s.passed_on TO public_only; -- of another grantor now, twice
GRANT SELECT ON s.passed_on TO public_only;
CREATE TABLE s.secured (id int, who text);
ALTER TABLE s.secured ENABLE ROW LEVEL SECURITY;
GRANT SELECT ON s.secured TO PUBLIC;
CREATE TABLE s.secured_forced (id int, who text);
ALTER TABLE s.secured_forced ENABLE ROW LEVEL SECURITY;
ALTER TABLE s.secured_forced FORCE ROW LEVEL SECURITY;
CREATE TABLE s.secured_by_policy (id int, who text);
ALTER TABLE s.secured_by_policy ENABLE ROW LEVEL SECURITY;
CREATE POLICY all_of_it ON s.secured_by_policy USING (true);
CREATE POLICY of_group ON s.secured_by_policy AS RESTRICTIVE FOR SELECT TO grp USING (id > 0);
GRANT SELECT, INSERT ON s.secured_by_policy TO grp, columns_only, rls_exempt, grantor;
GRANT SELECT ON s.secured_forced TO direct, rls_exempt;
CREATE TABLE s.not_secured (id int);
CREATE POLICY asleep ON s.not_secured USING (false);
GRANT SELECT ON s.not_secured TO PUBLIC;
CREATE TABLE s.parted (id int, at date) PARTITION BY RANGE (at);
CREATE TABLE s.parted_2026 PARTITION OF s.parted FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
GRANT SELECT ON s.parted TO direct;
CREATE VIEW s.v AS SELECT id FROM s.plain;
GRANT SELECT ON s.v TO inheritor;
CREATE MATERIALIZED VIEW s.mv AS SELECT id FROM s.plain;
GRANT SELECT ON s.mv TO grp;
CREATE SEQUENCE s.free_seq;
GRANT USAGE ON SEQUENCE s.free_seq TO direct;
GRANT UPDATE ON SEQUENCE s.free_seq TO grp WITH GRANT OPTION;
CREATE SEQUENCE s.read_seq;
GRANT SELECT ON SEQUENCE s.read_seq TO PUBLIC;
CREATE SEQUENCE s.no_seq;
REVOKE ALL ON SEQUENCE s.no_seq FROM owner_r;
CREATE FUNCTION s.f(a int, b text DEFAULT 'x') RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION s.f(a text) RETURNS int LANGUAGE sql AS 'SELECT 2';
REVOKE EXECUTE ON FUNCTION s.f(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION s.f(text) TO grp;
CREATE PROCEDURE s.p() LANGUAGE sql AS 'SELECT 1';
REVOKE ALL ON PROCEDURE s.p() FROM PUBLIC, owner_r;
CREATE AGGREGATE s.total(int) (sfunc = pg_catalog.int4pl, stype = int);
RESET ROLE;

SET ROLE other_owner;
CREATE TABLE open_all.others (id serial, v text);
GRANT INSERT, SELECT ON open_all.others TO owner_member;
RESET ROLE;

CREATE TABLE closed.inside (id serial, v text);
GRANT ALL ON closed.inside TO no_usage, grp;
GRANT ALL ON SEQUENCE closed.inside_id_seq TO no_usage;
GRANT SELECT (v) ON closed.inside TO columns_only;
CREATE SCHEMA locked;
GRANT USAGE ON SCHEMA locked TO has_schema;
CREATE TABLE locked.by_role (id int PRIMARY KEY, v text);
GRANT SELECT, INSERT, REFERENCES ON locked.by_role TO has_table;
GRANT UPDATE (v) ON locked.by_role TO has_table;
CREATE TABLE locked.by_login (id int PRIMARY KEY);
GRANT SELECT ON locked.by_login TO key_holder;
CREATE TABLE locked.by_all (id int PRIMARY KEY);
GRANT SELECT ON locked.by_all TO PUBLIC;
CREATE SEQUENCE locked.seq;
GRANT USAGE ON SEQUENCE locked.seq TO has_table;
CREATE TABLE "we""ird.sch ema"."t.a'b""le\x" ("co.l""umn" serial, "new
line" text);
GRANT SELECT, REFERENCES ON "we""ird.sch ema"."t.a'b""le\x" TO "we""ird ro.le";
GRANT UPDATE ("new
line") ON "we""ird.sch ema"."t.a'b""le\x" TO "we""ird ro.le";
CREATE TABLE "we""ird.sch ema"."größe_表_123456789012345678901234567890123456789012345678" (id int);
CREATE FUNCTION "we""ird.sch ema"."f(x)"("a""b" "we""ird.sch ema"."t.a'b""le\x") RETURNS void
    LANGUAGE sql AS '';
-- The same text with a dot between schema and table.
CREATE SCHEMA p;
CREATE SCHEMA "p.q";
GRANT USAGE ON SCHEMA p, "p.q" TO PUBLIC;
CREATE TABLE p."q.r" (id int);
CREATE TABLE "p.q".r (id int, v int);
GRANT SELECT ON p."q.r" TO direct;
GRANT INSERT ON "p.q".r TO grp;
GRANT UPDATE (id) ON "p.q".r TO PUBLIC;
CREATE FOREIGN DATA WRAPPER nothing;
CREATE SERVER nowhere FOREIGN DATA WRAPPER nothing;
GRANT USAGE ON FOREIGN DATA WRAPPER nothing TO direct WITH GRANT OPTION;
GRANT USAGE ON FOREIGN SERVER nowhere TO grp, has_both;
-- Types of the system, row types, and multiranges as long as they have an ACL of their own.
REVOKE USAGE ON TYPE money, int8range FROM PUBLIC;
GRANT USAGE ON TYPE money TO grp WITH GRANT OPTION;
GRANT USAGE ON TYPE int8range TO has_both;
REVOKE USAGE ON DOMAIN information_schema.yes_or_no FROM PUBLIC;
GRANT USAGE ON DOMAIN information_schema.yes_or_no TO direct;
REVOKE USAGE ON TYPE s.plain FROM PUBLIC;
GRANT USAGE ON TYPE s.plain TO inheritor, outer_grp;
-- What belongs to an extension, made by a role that is no superuser where it is trusted.
CREATE SCHEMA "ext ra" AUTHORIZATION direct;
GRANT USAGE ON SCHEMA "ext ra" TO PUBLIC;
CREATE EXTENSION pg_stat_statements SCHEMA "ext ra";
REVOKE SELECT ON "ext ra".pg_stat_statements FROM PUBLIC;
GRANT SELECT ON "ext ra".pg_stat_statements TO grp;
REVOKE USAGE ON LANGUAGE plpgsql FROM PUBLIC;
GRANT USAGE ON LANGUAGE plpgsql TO direct, outer_grp;
CREATE FOREIGN TABLE s.far (id int) SERVER nowhere;
GRANT SELECT ON s.far TO direct;
GRANT CREATE ON SCHEMA public TO direct;
DO $$
BEGIN
    EXECUTE pg_catalog.format('GRANT CREATE ON DATABASE %I TO direct WITH GRANT OPTION', pg_catalog.current_database());
    EXECUTE pg_catalog.format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', pg_catalog.current_database());
    IF pg_catalog.current_setting('server_version_num')::int BETWEEN 140000 AND 169999 THEN
        EXECUTE 'REVOKE USAGE ON TYPE s.span_multirange FROM PUBLIC';
        EXECUTE 'GRANT USAGE ON TYPE s.span_multirange TO has_table, public_only';
    END IF;
    SET ROLE direct;
    CREATE EXTENSION lo SCHEMA "ext ra";
    RESET ROLE;
    IF pg_catalog.current_setting('server_version_num')::int >= 170000 THEN
        EXECUTE 'GRANT MAINTAIN ON s.plain, s.mv TO direct';
    END IF;
END $$;
-- CONNECT is asked of the role that logs in: "grp", which acts_as_grp acts as, has none.
DO $$
DECLARE
    login pg_catalog.name;
BEGIN
    EXECUTE pg_catalog.format('REVOKE CONNECT ON DATABASE %I FROM PUBLIC', pg_catalog.current_database());
    FOR login IN SELECT rolname FROM pg_roles WHERE rolcanlogin LOOP
        EXECUTE pg_catalog.format('GRANT CONNECT ON DATABASE %I TO %I', pg_catalog.current_database(), login);
    END LOOP;
END $$;
