-- As relations.sql, of all tables there are, reading pg_class a piece at a time: the server holds the names of one piece
-- only, and sends them before it reads the next. Rows that our snapshot sees stay where they are,
-- in blocks that were there when it was taken: the pieces hold each of them once. A sample from
-- the middle says how many blocks have some twenty thousand tables. Where most have an ACL of
-- their own there is nothing to be won by groups, and small pieces keep them in the caches.
-- Most of what there is are indexes and TOAST tables. They are left out by what stands at the
-- front of a row, for the server takes a row to pieces as far as a condition on it looks: no
-- relation of those kinds has a row type, before 14 TOAST tables had, and what is no table though
-- it has one goes group by group. What PostgreSQL itself made has lower oids than whatever came
-- later: to look for the schema of each table would take longer, and the client has those of users.
SELECT {owner q.relowner}, {held table q.rep}, {items q.relacl r q.relowner}, q.kind, {cuts}
FROM (SELECT g.*, {cut} FROM
     (SELECT z.blocks, (CASE WHEN z.blocks < 128 THEN 128 ELSE
               (SELECT CASE WHEN pg_catalog.sum(x.tables) > 30
                              AND pg_catalog.count(*) * 2 > pg_catalog.sum(x.tables) THEN 64
                            ELSE LEAST(2048, 320000 / (pg_catalog.sum(x.tables) + 1)) END
                FROM (SELECT pg_catalog.count(*) AS tables FROM pg_catalog.pg_class s
                      WHERE s.ctid >= ('(' || z.blocks / 2 || ',0)')::pg_catalog.tid
                        AND s.ctid < ('(' || z.blocks / 2 + 16 || ',0)')::pg_catalog.tid
                        AND s.relkind IN ('r', 'p', 'v', 'm', 'f')
                      GROUP BY s.relowner, s.relacl) x) END)::pg_catalog.int8 AS step
      FROM (SELECT pg_catalog.pg_relation_size('pg_catalog.pg_class'::pg_catalog.regclass)
                     / pg_catalog.current_setting('block_size')::pg_catalog.int8 AS blocks
            OFFSET 0) z
      OFFSET 0) size
     CROSS JOIN LATERAL pg_catalog.generate_series(0, size.blocks, size.step) piece(block)
     CROSS JOIN LATERAL (
      SELECT c.relowner, c.relacl, pg_catalog.min(c.oid) AS rep,
             CASE c.relpersistence WHEN 't' THEN 't' ELSE {relation_kind} END AS kind,
             {names oidsend(c.relnamespace) || pg_catalog.namesend(c.relname)} AS members
      FROM pg_catalog.pg_class c
      WHERE c.ctid >= ('(' || piece.block || ',0)')::pg_catalog.tid
        AND c.ctid < ('(' || piece.block + size.step || ',0)')::pg_catalog.tid
        AND c.reltype <> 0 AND c.relnamespace <> 'pg_toast'::pg_catalog.regnamespace
        AND c.relnamespace <> 'pg_catalog'::pg_catalog.regnamespace AND c.oid >= 16384
      GROUP BY c.relowner, c.relacl, kind OFFSET 0) g
     WHERE g.kind IN ('r', 'R', 'p', 'P', 'v', 'm', 'f')) q
