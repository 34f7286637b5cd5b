-- Tables, views and their like: members, a row for each (owner, ACL). R and P are tables with
-- row security that holds for us. Unless plan.sql says otherwise. Indexes and TOAST tables are
-- most of what there is: they are told apart first.
{roles}
SELECT {owner q.relowner}, {held table q.rep}, {items q.relacl r q.relowner},
       q.schemas, q.kinds, q.names, NULL::pg_catalog.bytea
FROM (SELECT c.relowner, c.relacl, pg_catalog.min(c.oid) AS rep,
             {pack oidsend(c.relnamespace)} AS schemas,
             {pack charsend(CASE WHEN c.relrowsecurity AND pg_catalog.row_security_active(c.oid)
                 THEN CASE c.relkind WHEN 'r' THEN 'R'::pg_catalog."char" ELSE 'P' END
                 ELSE c.relkind END)} AS kinds,
             {names namesend(c.relname)} AS names
      FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE {relations whole} AND c.relkind <> 'i' AND c.relkind <> 't'
        AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND {scope c.relname}
      GROUP BY c.relowner, c.relacl) q
