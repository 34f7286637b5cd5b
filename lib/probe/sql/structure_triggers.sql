-- Triggers: kind of piece, table, order, flags (1 its function runs as whoever writes, 2 it is
-- disabled, and what fires it as in tgtype: 4 INSERT, 8 DELETE, 16 UPDATE, 32 TRUNCATE; 64 for
-- each row), name, when it fires and what it does; arguments only where it has no WHEN, which
-- structure_expressions.sql tells with them: to write that out takes a lock. Those of partitions
-- that come from their parent are told of that. Also those of tables out of scope that a job may
-- reach.
{if_few WITH {reach}}
SELECT 'g'::pg_catalog."char", g.tgrelid, 0,
       (CASE WHEN f.prosecdef THEN 0 ELSE 1 END
        + CASE WHEN g.tgenabled IN ('D', 'R') THEN 2 ELSE 0 END
        + (g.tgtype & 60) + (g.tgtype & 1) * 64)::pg_catalog.int4,
       g.tgname::pg_catalog.text,
       CASE WHEN g.tgtype & 2 <> 0 THEN 'BEFORE' WHEN g.tgtype & 64 <> 0 THEN 'INSTEAD OF'
            ELSE 'AFTER' END
         || CASE WHEN g.tgtype & 4 <> 0 THEN ' INSERT' ELSE '' END
         || CASE WHEN g.tgtype & 8 <> 0 THEN ' DELETE' ELSE '' END
         || CASE WHEN g.tgtype & 16 <> 0 THEN ' UPDATE' ELSE '' END
         || CASE WHEN g.tgattr::pg_catalog.text = '' THEN '' ELSE ' OF '
              || (SELECT pg_catalog.string_agg(pg_catalog.quote_ident(a.attname), ', '
                                               ORDER BY o.place)
                  FROM pg_catalog.unnest(g.tgattr::pg_catalog.int2[]) WITH ORDINALITY o(col, place)
                  JOIN pg_catalog.pg_attribute a ON a.attrelid = g.tgrelid AND a.attnum = o.col)
            END
         || CASE WHEN g.tgtype & 32 <> 0 THEN ' TRUNCATE' ELSE '' END
         || CASE WHEN g.tgtype & 1 <> 0 THEN ' FOR EACH ROW' ELSE ' FOR EACH STATEMENT' END
         || COALESCE(' REFERENCING OLD TABLE ' || pg_catalog.quote_ident(g.tgoldtable), '')
         || COALESCE(' REFERENCING NEW TABLE ' || pg_catalog.quote_ident(g.tgnewtable), '')
         || CASE WHEN g.tgnargs > 0 AND g.tgqual IS NULL
                 THEN (SELECT pg_catalog.substr(d.def, pg_catalog.strpos(d.def,
                                                                         ' EXECUTE FUNCTION '))
                       FROM pg_catalog.pg_get_triggerdef(g.oid) d(def))
                 ELSE ' EXECUTE FUNCTION ' || pg_catalog.quote_ident(fn.nspname) || '.'
                      || pg_catalog.quote_ident(f.proname) END
         || CASE WHEN g.tgconstraint <> 0 THEN ' CONSTRAINT' ELSE '' END
         || COALESCE((SELECT ' FROM ' || pg_catalog.quote_ident(rn.nspname) || '.'
                             || pg_catalog.quote_ident(r.relname)
                      FROM pg_catalog.pg_class r
                      JOIN pg_catalog.pg_namespace rn ON rn.oid = r.relnamespace
                      WHERE g.tgconstrrelid <> 0 AND r.oid = g.tgconstrrelid), '')
         || CASE WHEN g.tgdeferrable THEN ' DEFERRABLE' ELSE '' END
         || CASE WHEN g.tginitdeferred THEN ' INITIALLY DEFERRED' ELSE '' END
         || CASE g.tgenabled WHEN 'R' THEN ', for replicas only' WHEN 'A' THEN ', for replicas too'
                 ELSE '' END
FROM pg_catalog.pg_trigger g
JOIN pg_catalog.pg_class c ON c.oid = g.tgrelid AND c.relkind IN ('r', 'p', 'f')
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_proc f ON f.oid = g.tgfoid
JOIN pg_catalog.pg_namespace fn ON fn.oid = f.pronamespace
WHERE NOT g.tgisinternal {since 130000 AND g.tgparentid = 0}
  {of_reach g.tgrelid} {of_reach c.oid}
  AND ({scope c.relname} OR {users_schema} AND {reached g.tgrelid})
