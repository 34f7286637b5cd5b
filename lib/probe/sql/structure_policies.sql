-- What policies of row level security that hold for us call and read: kind of piece, table, order,
-- flags, name, texts, as structure_views.sql has them. Why: 2048 for rows that are read, 4096 that
-- come in, 8192 that change. What a policy looks into may have policies of its own, and a view that
-- it looks into calls as we do; a cast to a domain, and a function with a body in standard SQL, call
-- what they are made of.
WITH RECURSIVE policy AS MATERIALIZED (
  SELECT c.oid AS rel, d.refclassid AS class, d.refobjid AS object, d.refobjsubid AS col,
         CASE WHEN p.polcmd IN ('r', '*') AND {names_it p.polqual}
              THEN 2048 ELSE 0 END
         + CASE WHEN p.polcmd IN ('a', '*')
                     AND {names_it COALESCE(p.polwithcheck, p.polqual)}
                THEN 4096 ELSE 0 END
         + CASE WHEN p.polcmd IN ('w', '*') THEN 8192 ELSE 0 END AS why
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_policy p ON p.polrelid = c.oid AND p.polcmd <> 'd'
  JOIN pg_catalog.pg_depend d
    ON d.classid = 'pg_catalog.pg_policy'::pg_catalog.regclass AND d.objid = p.oid
    AND d.refobjid <> p.polrelid
  WHERE c.relkind IN ('r', 'p') AND c.relrowsecurity
    AND pg_catalog.row_security_active(c.oid) AND {scope c.relname}
    AND {policy_of current_user}
  UNION
  SELECT q.rel, d.class, d.object, d.col, q.why
  FROM policy q CROSS JOIN LATERAL (SELECT q.class, q.object OFFSET 0) r
  LEFT JOIN pg_catalog.pg_class c ON c.oid = r.object AND r.class = {class pg_class}
  CROSS JOIN LATERAL (
    {policies_read current_user} AND c.relkind IN ('r', 'p')
      AND c.relrowsecurity AND pg_catalog.row_security_active(c.oid)
    UNION ALL
    SELECT d.refclassid, d.refobjid, d.refobjsubid
    FROM pg_catalog.pg_rewrite w JOIN pg_catalog.pg_depend d
      ON d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass AND d.objid = w.oid
      AND d.refclassid IN ('pg_catalog.pg_proc'::pg_catalog.regclass,
                           'pg_catalog.pg_operator'::pg_catalog.regclass)
    WHERE w.ev_class = c.oid AND w.ev_type = '1' AND c.relkind = 'v'
    UNION ALL
    SELECT f.class, f.object, 0 FROM ({leads} OFFSET 0) f) d
  WHERE q.why <> 0),
called AS (
  SELECT p.rel, p.object AS fn, p.why FROM policy p
  WHERE p.class = 'pg_catalog.pg_proc'::pg_catalog.regclass
  UNION ALL
  SELECT p.rel, o.oprcode::pg_catalog.oid, p.why
  FROM policy p JOIN pg_catalog.pg_operator o ON o.oid = p.object
  WHERE p.class = 'pg_catalog.pg_operator'::pg_catalog.regclass),
reads AS (
  SELECT p.rel, p.object, pg_catalog.bit_or(p.why) AS why,
         CASE WHEN pg_catalog.has_table_privilege(p.object, 'SELECT') THEN 0 ELSE p.col END AS col
  FROM policy p WHERE p.class = 'pg_catalog.pg_class'::pg_catalog.regclass
  GROUP BY 1, 2, 4)
SELECT 'x'::pg_catalog."char", h.rel, 0,
       pg_catalog.bit_or(h.why)
       | CASE WHEN pg_catalog.has_function_privilege(h.fn, 'EXECUTE') THEN 128 ELSE 0 END,
       '', n.nspname::pg_catalog.text, f.proname::pg_catalog.text,
       pg_catalog.pg_get_function_identity_arguments(h.fn),
       pg_catalog.pg_get_userbyid(f.proowner)::pg_catalog.text
FROM called h JOIN pg_catalog.pg_proc f ON f.oid = h.fn
JOIN pg_catalog.pg_namespace n ON n.oid = f.pronamespace
GROUP BY h.rel, h.fn, n.nspname, f.proname, f.proowner
UNION ALL
SELECT 'r'::pg_catalog."char", r.rel, 0,
       r.why | CASE WHEN CASE WHEN r.col > 0
           THEN pg_catalog.has_column_privilege(r.object, r.col::pg_catalog.int2, 'SELECT')
           ELSE pg_catalog.has_any_column_privilege(r.object, 'SELECT') END THEN 1 ELSE 0 END
       | CASE WHEN r.col > 0 OR pg_catalog.has_table_privilege(r.object, 'SELECT') THEN 0
              ELSE 8 END,
       a.attname::pg_catalog.text, n.nspname::pg_catalog.text, c.relname::pg_catalog.text,
       pg_catalog.pg_get_userbyid(c.relowner)::pg_catalog.text, NULL
FROM reads r
JOIN pg_catalog.pg_class c ON c.oid = r.object AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = r.object AND a.attnum = r.col AND r.col > 0
WHERE {users_schema}
