-- For WITH RECURSIVE: "bare" has foreign tables whose wrapper has no handler, and views over them.
bare AS (
  SELECT f.ftrelid AS oid
  FROM pg_catalog.pg_foreign_table f JOIN pg_catalog.pg_foreign_server s ON s.oid = f.ftserver
  JOIN pg_catalog.pg_foreign_data_wrapper w ON w.oid = s.srvfdw
  WHERE w.fdwhandler = 0
  UNION
  SELECT l.ev_class FROM bare b CROSS JOIN LATERAL (
    SELECT w.ev_class
    FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_rewrite w ON w.oid = d.objid
    WHERE d.refclassid = {class pg_class} AND d.refobjid = b.oid
      AND d.classid::pg_catalog.int8 = {class pg_rewrite}::pg_catalog.int8 OFFSET 0) l),
