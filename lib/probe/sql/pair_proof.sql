-- Whether the other check of the pair has its lock in this very database.
SELECT EXISTS (
  SELECT FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_database d ON d.oid = l.database
  WHERE d.datname = pg_catalog.current_database() AND l.locktype = 'advisory' AND l.granted
    AND l.classid = {pair_class} AND l.objid = {pair_object} AND l.objsubid = 1
    AND l.pid <> pg_catalog.pg_backend_pid())
