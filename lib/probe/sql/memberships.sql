-- The roles that somebody granted to us, to one of them, and so on: name; whether it was granted
-- to us; its privileges are ours; SET ROLE takes it; it was granted WITH ADMIN OPTION, and we may
-- grant it. Privileges are of the role we act as, SET ROLE asks the one that logged in. Each
-- question is asked of all roles before the next one: the server remembers the roles of one
-- question only. OFFSET 0 keeps the planner from reading all of
-- pg_auth_members for each step. From 16 on a role that is not inherited can't be the grantor.
WITH RECURSIVE mine AS (
    SELECT r.oid FROM pg_catalog.pg_roles r WHERE r.rolname = current_user
    UNION
    SELECT m.roleid FROM mine CROSS JOIN LATERAL (SELECT g.roleid
        FROM pg_catalog.pg_auth_members g WHERE g.member = mine.oid OFFSET 0) m),
logins AS (
    SELECT r.oid FROM pg_catalog.pg_roles r WHERE r.rolname = session_user
    UNION
    SELECT m.roleid FROM logins CROSS JOIN LATERAL (SELECT g.roleid
        FROM pg_catalog.pg_auth_members g WHERE g.member = logins.oid OFFSET 0) m),
inherited AS MATERIALIZED (
    SELECT mine.oid, pg_catalog.pg_has_role(mine.oid, 'USAGE') AS yes FROM mine),
settable AS MATERIALIZED (
    SELECT logins.oid, pg_catalog.pg_has_role(session_user, logins.oid, '{set_role}') AS yes
    FROM logins),
granted AS MATERIALIZED (
    SELECT m.roleid AS oid, pg_catalog.bool_or(m.admin_option {since 160000 AND i.yes}) AS admin,
           pg_catalog.bool_or(m.member = r.oid) AS direct
    FROM inherited i JOIN pg_catalog.pg_auth_members m ON m.member = i.oid
    CROSS JOIN pg_catalog.pg_roles r WHERE r.rolname = current_user
    GROUP BY m.roleid)
SELECT x.rolname::pg_catalog.text, COALESCE(g.direct, false), COALESCE(i.yes, false),
       COALESCE(s.yes, false), COALESCE(g.admin, false)
FROM pg_catalog.pg_roles x
LEFT JOIN inherited i ON i.oid = x.oid
LEFT JOIN settable s ON s.oid = x.oid
LEFT JOIN granted g ON g.oid = x.oid
WHERE (i.oid IS NOT NULL OR s.oid IS NOT NULL) AND x.rolname NOT IN (current_user, session_user)
