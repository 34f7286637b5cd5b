-- A database of many tables in 20 schemas. :acls says how alike they are: "some", of 5 owners, with
-- 60 distinct (owner, ACL) pairs; "distinct", with an ACL of its own for each table; "one", with one
-- owner and one ACL for all, and nothing else in pg_class. ACLs are as GRANT leaves them: their
-- owner has all there is, others what they were given. The rows are put into
-- pg_class directly: a million real tables would take half an hour. Nothing ever opens them.
-- Needs a superuser and allow_system_table_mods = on.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'bench_app') THEN
        CREATE ROLE bench_app LOGIN PASSWORD 'bench';
        CREATE ROLE bench_group;
        FOR i IN 1..5 LOOP EXECUTE format('CREATE ROLE bench_owner%s', i); END LOOP;
        FOR i IN 1..30 LOOP EXECUTE format('CREATE ROLE bench_role%s', i); END LOOP;
        GRANT bench_group, bench_owner1 TO bench_app;
    END IF;
    FOR i IN 1..20 LOOP EXECUTE format('CREATE SCHEMA bench_schema%s', i); END LOOP;
    FOR i IN 1..15 LOOP EXECUTE format('GRANT USAGE ON SCHEMA bench_schema%s TO PUBLIC', i); END LOOP;
END $$;
CREATE TABLE public.bench_template (a int, b text, c int, d int, e int);
CREATE TABLE public.bench_empty (a int);
REVOKE ALL ON public.bench_empty FROM CURRENT_USER;
CREATE TEMP TABLE acl AS
SELECT i, o.oid AS owner,
       CASE WHEN i % 10 = 0 THEN NULL
       WHEN i % 10 = 1 THEN (SELECT relacl FROM pg_class WHERE oid = 'public.bench_empty'::regclass)
       ELSE
       ARRAY[format('%1$s=arwdDxt/%1$s', o.rolname)::aclitem]
       || ARRAY(SELECT format('%s=%s/%s', g.rolname, CASE WHEN (g.oid::int8 + i) % 3 = 0 THEN 'arwd' ELSE 'r' END,
                              o.rolname)::aclitem FROM pg_roles g
             WHERE g.rolname ~ '^bench_role' AND (g.oid::int8 * 7 + i) % 30 < i % 10)
       || CASE WHEN i % 3 = 0 THEN ARRAY[makeaclitem(0, o.oid, 'SELECT', false)] ELSE '{}'::aclitem[] END
       || CASE WHEN i % 4 = 0 THEN (SELECT ARRAY[makeaclitem(g.oid, o.oid, 'INSERT', i % 8 = 0)]
            FROM pg_roles g WHERE g.rolname = 'bench_group') ELSE '{}'::aclitem[] END END AS acl
FROM generate_series(0, 59) i
JOIN pg_roles o ON o.rolname = 'bench_owner' || (1 + i % 5);
CREATE TEMP TABLE nsp AS
SELECT row_number() OVER (ORDER BY oid) - 1 AS i, oid FROM pg_namespace
WHERE nspname ~ '^bench_schema';
-- Beside each table stand the three rows that a primary key, a TOAST table and its index take;
-- but for "one".
-- A few at a time: a command compares each of its invalidation messages with all before it.
DO $$
DECLARE
    columns text; selected text; insertion text;
BEGIN
    SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum),
           string_agg(CASE attname
             WHEN 'oid' THEN '(20000000 + 4 * k.n + k.part)::oid'
             WHEN 'relname' THEN $q$(CASE k.part WHEN 0 THEN 'customer_orders_' ELSE 'extra_' || k.part || '_' END || k.n)::name$q$
             WHEN 'relnamespace' THEN $q$CASE WHEN k.part < 2 THEN nsp.oid ELSE 'pg_toast'::regnamespace::oid END$q$
             WHEN 'reltype' THEN 'CASE k.part WHEN 0 THEN c.reltype ELSE 0 END'
             WHEN 'relowner' THEN 'acl.owner'
             WHEN 'relacl' THEN $q$CASE WHEN k.part > 0 THEN NULL WHEN ':acls' = 'distinct'
               THEN acl.acl || makeaclitem((30000000 + k.n)::oid, acl.owner, 'SELECT', false)
               ELSE acl.acl END$q$
             WHEN 'relkind' THEN $q$(ARRAY['r','i','t','i'])[k.part + 1]::"char"$q$
             WHEN 'relfilenode' THEN '0::oid'
             ELSE 'c.' || quote_ident(attname) END, ', ' ORDER BY attnum)
    INTO columns, selected
    FROM pg_attribute WHERE attrelid = 'pg_class'::regclass AND attnum > 0;
    insertion := format('INSERT INTO pg_class (%s) SELECT %s FROM pg_class c
      CROSS JOIN (SELECT n, part FROM generate_series($1, $2) n, generate_series(0, %s) part) k
      JOIN nsp ON nsp.i = k.n %% 20 JOIN acl ON acl.i = k.n %% %s
      WHERE c.oid = ''public.bench_template''::regclass', columns, selected, CASE ':acls' WHEN 'one' THEN 0 ELSE 3 END,
      CASE ':acls' WHEN 'one' THEN 1 ELSE 60 END);
    FOR start IN 1..:tables BY 100 LOOP
        EXECUTE insertion USING start, least(start + 99, :tables);
    END LOOP;
END $$;
-- Columns of as many of them as :columns says: five of each, and the system's own. One table in
-- ten has a column with the ACL of another table.
DO $$
DECLARE
    columns text; selected text; insertion text;
BEGIN
    SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum),
           string_agg(CASE attname
             WHEN 'attrelid' THEN '(20000000 + 4 * n)::oid'
             WHEN 'attacl' THEN 'CASE WHEN a.attname = ''b'' AND n % 10 = 0 THEN acl.acl END'
             ELSE 'a.' || quote_ident(attname) END, ', ' ORDER BY attnum)
    INTO columns, selected
    FROM pg_attribute
    WHERE attrelid = 'pg_attribute'::regclass AND attnum > 0 AND attname <> 'attmissingval';
    insertion := format('INSERT INTO pg_attribute (%s) SELECT %s FROM pg_attribute a
      CROSS JOIN generate_series($1, $2) n JOIN acl ON acl.i = (n / 10) %% 60
      WHERE a.attrelid = ''public.bench_template''::regclass', columns, selected);
    FOR start IN 1..:columns BY 100 LOOP
        EXECUTE insertion USING start, least(start + 99, :columns);
    END LOOP;
END $$;
