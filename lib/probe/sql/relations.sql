-- Tables, views and their like: members, in groups of one owner, ACL and kind. R and P are tables
-- with row security that holds for us: it does for all that have one owner, or for none. For some
-- tables or schemas, whose tables are found through indexes; relations_pieces.sql reads all.
SELECT {owner q.relowner}, {held table q.rep}, {items q.relacl r q.relowner}, q.kind, {cuts}
FROM (SELECT g.*, {cut} FROM (
      SELECT c.relowner, c.relacl, {relation_kind} AS kind, pg_catalog.min(c.oid) AS rep,
             {names oidsend(c.relnamespace) || pg_catalog.namesend(c.relname)} AS members
      FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND {found c.oid}
      GROUP BY 1, 2, 3) g) q
