-- The version of the system catalogs; the cluster's identifier and the number of the database.
SELECT s.catalog_version_no::pg_catalog.text,
       s.system_identifier::pg_catalog.text || ' ' || d.oid::pg_catalog.text
FROM pg_catalog.pg_control_system() s
JOIN pg_catalog.pg_database d ON d.datname = pg_catalog.current_database()
