-- Functions and procedures, named with their arguments: members, a row for each (owner, ACL).
-- Who was dropped since the transaction began has no arguments any more.
SELECT {owner q.proowner}, {held function q.rep}, {items q.proacl f q.proowner},
       'X'::pg_catalog."char", {cuts}
FROM (SELECT g.*, {cut} FROM (
      SELECT p.proowner, p.proacl, pg_catalog.min(p.oid) AS rep,
             {names oidsend(p.pronamespace) || pg_catalog.textsend(p.proname || '(' ||
               COALESCE(pg_catalog.pg_get_function_identity_arguments(p.oid), '') || ')')}
               AS members
      FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
      WHERE {scope}
      GROUP BY p.proowner, p.proacl) g) q
