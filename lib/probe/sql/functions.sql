-- Functions and procedures, named with their arguments: members, a row for each (owner, ACL).
-- Who was dropped since the transaction began has no arguments any more.
{roles}
SELECT {owner q.proowner}, {held function q.rep}, {items q.proacl f q.proowner},
       q.schemas, q.kinds, q.names, NULL::pg_catalog.bytea
FROM (SELECT p.proowner, p.proacl, pg_catalog.min(p.oid) AS rep,
             {pack oidsend(p.pronamespace)} AS schemas,
             {pack charsend('X'::pg_catalog."char")} AS kinds,
             {names textsend(p.proname || '(' ||
               COALESCE(pg_catalog.pg_get_function_identity_arguments(p.oid), '') || ')')} AS names
      FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
      WHERE {scope}
      GROUP BY p.proowner, p.proacl) q
