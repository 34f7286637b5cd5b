-- The roles that concern us: oid, name, flags (1 we have its privileges, 2 SET ROLE takes it, 4 it
-- is a superuser), and the oids of those that inherit its privileges, packed. None for a
-- superuser. Whether a member inherits is the member's property before 16, then that of each
-- membership; the owner of the database is a member of pg_database_owner without a row of its own.
-- The queries that follow are told their oids by a setting. The view pg_roles is named once: to
-- plan it six times takes a third of the query's time.
WITH a AS MATERIALIZED (
  SELECT x.oid, x.rolname, x.rolsuper, x.rolinherit FROM pg_catalog.pg_roles x),
r AS MATERIALIZED (
  SELECT x.oid FROM a x
  WHERE (pg_catalog.pg_has_role(session_user, x.oid, 'MEMBER')
         OR pg_catalog.pg_has_role(x.oid, 'USAGE'))
    AND NOT (SELECT m.rolsuper FROM a m WHERE m.rolname = current_user)),
told AS MATERIALIZED (
  SELECT pg_catalog.set_config('pgconnspec.roles',
           ARRAY(SELECT r.oid FROM r)::pg_catalog.text, true) AS oids)
SELECT x.oid, x.rolname::pg_catalog.text,
       (CASE WHEN pg_catalog.pg_has_role(x.oid, 'USAGE') THEN 1 ELSE 0 END
        + CASE WHEN pg_catalog.pg_has_role(session_user, x.oid,
                                           {since 160000 'SET'}{before 160000 'MEMBER'})
            THEN 2 ELSE 0 END
        + CASE WHEN x.rolsuper THEN 4 ELSE 0 END)::pg_catalog.int4,
       h.heirs
FROM told CROSS JOIN a x JOIN r ON r.oid = x.oid
LEFT JOIN (SELECT i.role, {pack oidsend(i.heir)} AS heirs
           FROM (SELECT m.roleid AS role, m.member AS heir
                 FROM pg_catalog.pg_auth_members m
                 JOIN a b ON b.oid = m.member
                 WHERE {since 160000 m.inherit_option}{before 160000 b.rolinherit}
                 UNION ALL
                 SELECT o.oid, b.oid
                 FROM a o, pg_catalog.pg_database d
                 JOIN a b ON b.oid = d.datdba
                 WHERE o.rolname = 'pg_database_owner'
                   AND d.datname = pg_catalog.current_database()
                   {before 160000 AND b.rolinherit}) i
           GROUP BY i.role) h ON h.role = x.oid
