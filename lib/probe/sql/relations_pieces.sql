-- As relations.sql, for databases of more than a hundred thousand tables: pg_class is read a
-- piece at a time, so that the server holds the names of one piece, and sends them before it
-- reads the next. No two processes share the work then, which is why smaller ones are read at
-- once. Rows that our snapshot sees stay where they are, in blocks that were there when it was
-- taken: the pieces hold each of them once.
{roles}
SELECT {owner q.relowner}, {held table q.rep}, {items q.relacl r q.relowner},
       q.schemas, q.kinds, q.names, NULL::pg_catalog.bytea
FROM (SELECT ('(' || g.block || ',0)')::pg_catalog.tid AS low,
             ('(' || g.block + 2048 || ',0)')::pg_catalog.tid AS high
      FROM pg_catalog.generate_series(0,
             pg_catalog.pg_relation_size('pg_catalog.pg_class'::pg_catalog.regclass)
               / pg_catalog.current_setting('block_size')::pg_catalog.int8, 2048) g(block)
      WHERE {relations pieces}) piece,
LATERAL (SELECT c.relowner, c.relacl, pg_catalog.min(c.oid) AS rep,
             {pack oidsend(c.relnamespace)} AS schemas,
             {pack charsend(CASE WHEN c.relrowsecurity AND pg_catalog.row_security_active(c.oid)
                 THEN CASE c.relkind WHEN 'r' THEN 'R'::pg_catalog."char" ELSE 'P' END
                 ELSE c.relkind END)} AS kinds,
             {names namesend(c.relname)} AS names
      FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE c.ctid >= piece.low AND c.ctid < piece.high
        AND c.relkind <> 'i' AND c.relkind <> 't'
        AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND {scope c.relname}
      GROUP BY c.relowner, c.relacl) q
