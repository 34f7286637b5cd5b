-- As relations.sql, for databases where each table has an ACL of its own: a row for each.
{roles}
SELECT {owner c.relowner}, {held table c.oid}, {items c.relacl r c.relowner},
       pg_catalog.oidsend(c.relnamespace),
       pg_catalog.charsend(CASE WHEN c.relrowsecurity AND pg_catalog.row_security_active(c.oid)
         THEN CASE c.relkind WHEN 'r' THEN 'R'::pg_catalog."char" ELSE 'P' END
         ELSE c.relkind END),
       pg_catalog.namesend(c.relname), NULL::pg_catalog.bytea
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE {relations each} AND c.relkind <> 'i' AND c.relkind <> 't'
  AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND {scope c.relname}
