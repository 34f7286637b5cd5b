-- Tables: kind of piece, oid, order, flags, name, schema, parent's schema and name, owner. Those
-- out of scope only where a job may reach them ({reached}), or where a partition of theirs in scope
-- has the keys that lead to them, or they are between a table in scope and a partition of it that
-- has keys of its own that lead there. No function here takes a lock.
{if_few WITH {reach}}
SELECT 't'::pg_catalog."char", c.oid, 0,
       (CASE WHEN c.relkind = 'p' THEN 1 ELSE 0 END
        + CASE WHEN c.relispartition THEN 2 ELSE 0 END
        + CASE WHEN c.relpersistence = 'u' THEN 4 ELSE 0 END
        + CASE WHEN c.reltuples > 0
                 {since 150000 OR pg_catalog.pg_stat_get_live_tuples(c.oid) > 0}
               THEN 8 ELSE 0 END
        + CASE WHEN c.relkind = 'f' THEN 64 ELSE 0 END
        + CASE WHEN NOT c.relrowsecurity OR NOT pg_catalog.row_security_active(c.oid) THEN 0
               WHEN EXISTS (SELECT FROM pg_catalog.pg_policy p
                 WHERE p.polrelid = c.oid AND p.polpermissive AND p.polcmd IN ('a', '*')
                   AND {policy_of current_user})
               THEN 0 ELSE 128 END
        + CASE WHEN NOT c.relrowsecurity OR NOT pg_catalog.row_security_active(c.oid) THEN 0
               WHEN (SELECT pg_catalog.bool_or(p.polcmd IN ('r', '*'))
                            AND pg_catalog.bool_or(p.polcmd IN ('w', '*'))
                     FROM pg_catalog.pg_policy p
                     WHERE p.polrelid = c.oid AND p.polpermissive AND {policy_of current_user})
               THEN 0 ELSE 1024 END
        + CASE WHEN c.relhasrules AND EXISTS (SELECT FROM pg_catalog.pg_rewrite w
                 WHERE w.ev_class = c.oid AND w.ev_type = '3' AND w.ev_enabled IN ('O', 'A')
                 OFFSET 0) THEN 256 ELSE 0 END
        + CASE WHEN c.relhasrules AND EXISTS (SELECT FROM pg_catalog.pg_rewrite w
                 WHERE w.ev_class = c.oid AND w.ev_type = '2' AND w.ev_enabled IN ('O', 'A')
                 OFFSET 0) THEN 512 ELSE 0 END
        + CASE WHEN c.relrowsecurity THEN 4096 ELSE 0 END
        + CASE WHEN c.relforcerowsecurity THEN 8192 ELSE 0 END
        + CASE WHEN c.relkind = 'f' AND NOT EXISTS (
                 SELECT FROM pg_catalog.pg_foreign_table f
                 JOIN pg_catalog.pg_user_mappings u ON u.srvid = f.ftserver
                 WHERE f.ftrelid = c.oid AND (u.umuser = 0 OR u.usename = current_user) OFFSET 0)
               THEN 2048 ELSE 0 END
        + CASE WHEN {scope c.relname} THEN 0
               WHEN pg_catalog.has_table_privilege(c.oid, 'TRUNCATE') THEN 48
               ELSE 16 END)::pg_catalog.int4,
       c.relname::pg_catalog.text, n.nspname::pg_catalog.text,
       pn.nspname::pg_catalog.text, p.relname::pg_catalog.text,
       pg_catalog.pg_get_userbyid(c.relowner)::pg_catalog.text
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN (pg_catalog.pg_inherits i
  JOIN pg_catalog.pg_class p ON p.oid = i.inhparent
  JOIN pg_catalog.pg_namespace pn ON pn.oid = p.relnamespace)
  ON c.relispartition AND i.inhrelid = c.oid
WHERE c.relkind IN ('r', 'p', 'f') AND {users_schema}
  {if_few AND c.oid = ANY (ARRAY(
    SELECT r.oid FROM reach r
    UNION ALL
    SELECT a.relid
    FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_constraint k ON k.oid = d.objid
    CROSS JOIN LATERAL pg_catalog.pg_partition_ancestors(k.confrelid) a(relid)
    WHERE d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass {of_reach d.refobjid}
      AND d.classid::pg_catalog.int8
        = 'pg_catalog.pg_constraint'::pg_catalog.regclass::pg_catalog.int8
      AND k.contype = 'f' AND k.confrelid = d.refobjid
      AND (k.conparentid = 0 OR a.relid <> k.confrelid)))}
  {if_many AND ({scope c.relname} OR {is_scoped} AND (
    {reached c.oid}
    OR c.relkind = 'p' AND c.oid IN (
      SELECT k.confrelid FROM pg_catalog.pg_constraint k WHERE k.contype = 'f')
    OR c.relispartition AND c.oid IN (
      SELECT a.relid FROM pg_catalog.pg_constraint k
      CROSS JOIN LATERAL pg_catalog.pg_partition_ancestors(k.confrelid) a(relid)
      WHERE k.contype = 'f' AND k.conparentid = 0)))}
