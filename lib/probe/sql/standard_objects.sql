-- What information_schema tells of privileges, for where the system catalogs can't be read: kind,
-- schema, object, column, owner, whether the schema can be used, privileges that are known as
-- such, and the grants that concern us, each as three letters of the privilege, whether it may be
-- granted on, and the grantee. Its columns are of domains, and cast before anything is done with
-- them. Of a schema and the database the standard has no privileges: the server is asked.
WITH us AS MATERIALIZED (
  SELECT e.role_name::pg_catalog.text AS name FROM information_schema.enabled_roles e
  UNION ALL SELECT 'PUBLIC')
SELECT 'd'::pg_catalog."char", NULL::pg_catalog.text, pg_catalog.current_database()::pg_catalog.text,
       NULL::pg_catalog.text, NULL::pg_catalog.text, true,
       {held database pg_catalog.current_database()::pg_catalog.text}, NULL::pg_catalog.bytea
UNION ALL
SELECT 'n'::pg_catalog."char", NULL, n.nspname::pg_catalog.text, NULL,
       o.schema_owner::pg_catalog.text, true, {held schema n.nspname::pg_catalog.text}, NULL
FROM (SELECT s.schema_name::pg_catalog.name AS nspname FROM information_schema.schemata s
      UNION SELECT t.table_schema::pg_catalog.name FROM information_schema.tables t) n
LEFT JOIN information_schema.schemata o ON o.schema_name::pg_catalog.name = n.nspname
WHERE {schemas}
UNION ALL
SELECT CASE n.type WHEN 'BASE TABLE' THEN 'r' WHEN 'VIEW' THEN 'v' ELSE 'f' END::pg_catalog."char",
       n.nspname::pg_catalog.text, n.relname::pg_catalog.text, NULL, NULL,
       pg_catalog.has_schema_privilege(n.nspname::pg_catalog.text, 'USAGE'), NULL, {standard g}
FROM (SELECT t.table_schema::pg_catalog.name AS nspname, t.table_name::pg_catalog.name AS relname,
             t.table_type::pg_catalog.text AS type FROM information_schema.tables t) n
LEFT JOIN information_schema.table_privileges g
  ON g.table_schema::pg_catalog.name = n.nspname AND g.table_name::pg_catalog.name = n.relname
     AND g.grantee::pg_catalog.text IN (SELECT us.name FROM us)
WHERE {scope n.relname}
GROUP BY n.nspname, n.relname, n.type
UNION ALL
SELECT 'a'::pg_catalog."char", n.nspname::pg_catalog.text, n.relname::pg_catalog.text,
       n.attname, NULL,
       pg_catalog.has_schema_privilege(n.nspname::pg_catalog.text, 'USAGE'), NULL, {standard n}
FROM (SELECT c.table_schema::pg_catalog.name AS nspname, c.table_name::pg_catalog.name AS relname,
             c.column_name::pg_catalog.text AS attname, c.privilege_type, c.is_grantable,
             c.grantee, t.grantee IS NULL AS own
      FROM information_schema.column_privileges c
      LEFT JOIN information_schema.table_privileges t
        ON t.table_schema::pg_catalog.name = c.table_schema::pg_catalog.name
           AND t.table_name::pg_catalog.name = c.table_name::pg_catalog.name
           AND t.grantee::pg_catalog.name = c.grantee::pg_catalog.name
           AND t.grantor::pg_catalog.name = c.grantor::pg_catalog.name
           AND t.privilege_type::pg_catalog.text = c.privilege_type::pg_catalog.text
      WHERE c.grantee::pg_catalog.text IN (SELECT us.name FROM us)) n
WHERE {scope n.relname}
GROUP BY n.nspname, n.relname, n.attname
HAVING pg_catalog.bool_or(n.own)
UNION ALL
SELECT 'S'::pg_catalog."char", n.nspname::pg_catalog.text, n.relname::pg_catalog.text, NULL, NULL,
       pg_catalog.has_schema_privilege(n.nspname::pg_catalog.text, 'USAGE'), NULL, {standard g}
FROM (SELECT s.sequence_schema::pg_catalog.name AS nspname,
             s.sequence_name::pg_catalog.name AS relname FROM information_schema.sequences s) n
LEFT JOIN information_schema.usage_privileges g
  ON g.object_schema::pg_catalog.name = n.nspname AND g.object_name::pg_catalog.name = n.relname
     AND g.object_type::pg_catalog.text = 'SEQUENCE'
     AND g.grantee::pg_catalog.text IN (SELECT us.name FROM us)
WHERE {scope n.relname}
GROUP BY n.nspname, n.relname
UNION ALL
SELECT 'X'::pg_catalog."char", n.nspname::pg_catalog.text,
       n.proname || '(' || COALESCE(pg_catalog.pg_get_function_identity_arguments(
         pg_catalog.substring(n.specific, '_([0-9]+)$')::pg_catalog.oid), '') || ')', NULL, NULL,
       pg_catalog.has_schema_privilege(n.nspname::pg_catalog.text, 'USAGE'), NULL, {standard g}
FROM (SELECT r.routine_schema::pg_catalog.name AS nspname, r.routine_name::pg_catalog.text AS proname,
             r.specific_name::pg_catalog.text AS specific FROM information_schema.routines r) n
LEFT JOIN information_schema.routine_privileges g
  ON g.specific_schema::pg_catalog.name = n.nspname
     AND g.specific_name::pg_catalog.text = n.specific
     AND g.grantee::pg_catalog.text IN (SELECT us.name FROM us)
WHERE {scope}
GROUP BY n.nspname, n.proname, n.specific
