-- How the tables will be read, told to the queries that follow, so that they agree on it. In one
-- go, whole; in pieces where pg_class is large; or each alone, where most have an ACL of
-- their own, as far as a sample tells: then there is nothing to be won by grouping them.
SELECT pg_catalog.set_config('pgconnspec.relations',
  CASE WHEN size.blocks < 128 THEN 'whole'
       WHEN (SELECT pg_catalog.count(*) > 30
                    AND pg_catalog.count(DISTINCT s.relacl::pg_catalog.text) * 2
                      > pg_catalog.count(*)
             FROM pg_catalog.pg_class s
             WHERE s.ctid >= ('(' || size.blocks / 2 || ',0)')::pg_catalog.tid
               AND s.ctid < ('(' || size.blocks / 2 + 16 || ',0)')::pg_catalog.tid
               AND s.relkind IN ('r', 'p', 'v', 'm', 'f')) THEN 'each'
       WHEN size.bytes > 134217728 THEN 'pieces'
       ELSE 'whole' END, true)
FROM (SELECT z.bytes, z.bytes / pg_catalog.current_setting('block_size')::pg_catalog.int8 AS blocks
      FROM (SELECT pg_catalog.pg_relation_size('pg_catalog.pg_class'::pg_catalog.regclass)
              AS bytes) z) size
