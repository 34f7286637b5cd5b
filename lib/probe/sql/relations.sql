-- Tables, views and their like: members, a row for each (owner, ACL).
{roles}
SELECT {owner q.relowner}, {held table q.rep}, {items q.relacl r q.relowner},
       q.schemas, q.kinds, q.secured, q.names, NULL::pg_catalog.bytea
FROM (SELECT c.relowner, c.relacl, pg_catalog.min(c.oid) AS rep,
             {pack oidsend(c.relnamespace)} AS schemas,
             {pack charsend(c.relkind)} AS kinds,
             {pack boolsend(c.relrowsecurity AND pg_catalog.row_security_active(c.oid))}
               AS secured,
             {names namesend(c.relname)} AS names
      FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND {scope c.relname}
      GROUP BY c.relowner, c.relacl) q
