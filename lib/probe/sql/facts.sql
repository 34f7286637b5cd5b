-- Who we are and where: one row. read_only is what new transactions get; this one is always.
-- CONNECT is asked of the role that logs in, whatever role it acts as then.
-- The rest: version(), the process, the attributes of the role, whether row_security is off.
SELECT session_user::pg_catalog.text, current_user::pg_catalog.text, r.oid, r.rolsuper,
       pg_catalog.pg_is_in_recovery(),
       pg_catalog.current_setting('default_transaction_read_only') = 'on',
       pg_catalog.getdatabaseencoding()::pg_catalog.text,
       pg_catalog.current_database()::pg_catalog.text,
       d.datcollate::pg_catalog.text || ' ' || d.datctype::pg_catalog.text
         {since 150000 || CASE d.datlocprovider WHEN 'c' THEN '' WHEN 'i' THEN ' ICU '
                                ELSE ' builtin ' END
                       || COALESCE({before 170000 d.daticulocale}{since 170000 d.datlocale}, '')}
         {since 160000 || COALESCE(' ' || d.daticurules, '')},
       pg_catalog.date_part('epoch', pg_catalog.pg_postmaster_start_time())::pg_catalog.text
         || ' ' || d.oid::pg_catalog.text,
       pg_catalog.has_database_privilege(session_user, d.oid, 'CONNECT'),
       pg_catalog.version(), pg_catalog.pg_backend_pid(),
       pg_catalog.concat_ws(' ', CASE WHEN r.rolsuper THEN 'SUPERUSER' END,
         CASE WHEN r.rolcreaterole THEN 'CREATEROLE' END,
         CASE WHEN r.rolcreatedb THEN 'CREATEDB' END,
         CASE WHEN r.rolreplication THEN 'REPLICATION' END,
         CASE WHEN r.rolbypassrls THEN 'BYPASSRLS' END),
       COALESCE(pg_catalog.current_setting('row_security', true), '') = 'off'
FROM pg_catalog.pg_roles r
JOIN pg_catalog.pg_database d ON d.datname = pg_catalog.current_database()
WHERE r.rolname = current_user
