-- The session, as facts.sql, without a system catalog: for where somebody took them away.
SELECT session_user::pg_catalog.text, current_user::pg_catalog.text, 0::pg_catalog.oid,
       pg_catalog.current_setting('is_superuser') = 'on',
       pg_catalog.pg_is_in_recovery(),
       pg_catalog.current_setting('default_transaction_read_only') = 'on',
       pg_catalog.getdatabaseencoding()::pg_catalog.text,
       pg_catalog.current_database()::pg_catalog.text, NULL::pg_catalog.text,
       NULL::pg_catalog.text,
       pg_catalog.has_database_privilege(session_user,
                                         pg_catalog.current_database()::pg_catalog.text,
                                         'CONNECT'),
       pg_catalog.version(), pg_catalog.pg_backend_pid(), NULL::pg_catalog.text,
       COALESCE(pg_catalog.current_setting('row_security', true), '') = 'off'
