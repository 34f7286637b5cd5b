-- What only functions can tell that wait for a table in somebody's exclusive hands, so they wait
-- for a second only: checks and exclusions, expressions of generated columns, partition keys and
-- bounds, unique indexes that are no constraint, rules, policies, triggers with WHEN. Kind of piece,
-- table, order, flags, name, text.
WITH brief AS MATERIALIZED (
  SELECT pg_catalog.set_config('lock_timeout', '1000', true) AS ms),
t AS MATERIALIZED (
  SELECT c.oid, c.relkind, c.relispartition, c.relpartbound
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p', 'f') AND {scope c.relname}
    AND (SELECT brief.ms FROM brief) IS NOT NULL)
SELECT 'k'::pg_catalog."char", t.oid, 0, CASE k.contype WHEN 'c' THEN 8 ELSE 16 END,
       k.conname::pg_catalog.text, pg_catalog.pg_get_constraintdef(k.oid)
FROM t JOIN pg_catalog.pg_constraint k ON k.conrelid = t.oid
WHERE k.contype IN ('c', 'x') AND k.coninhcount = 0
UNION ALL
SELECT 'q'::pg_catalog."char", t.oid, a.attnum, 0, a.attname::pg_catalog.text,
       pg_catalog.pg_get_expr(d.adbin, t.oid)
FROM t JOIN pg_catalog.pg_attribute a ON a.attrelid = t.oid AND a.attgenerated <> ''
JOIN pg_catalog.pg_attrdef d ON d.adrelid = t.oid AND d.adnum = a.attnum
UNION ALL
SELECT 'p'::pg_catalog."char", t.oid, 1, 0, '', pg_catalog.pg_get_partkeydef(t.oid)
FROM t WHERE t.relkind = 'p'
UNION ALL
SELECT 'p'::pg_catalog."char", t.oid, 2, 0, '', pg_catalog.pg_get_expr(t.relpartbound, t.oid)
FROM t WHERE t.relispartition
UNION ALL
SELECT 'i'::pg_catalog."char", t.oid, 0, 0, c.relname::pg_catalog.text,
       pg_catalog.pg_get_indexdef(x.indexrelid)
         || CASE WHEN x.indisvalid OR t.relkind = 'p' THEN '' ELSE ', not valid' END
FROM t JOIN pg_catalog.pg_index x ON x.indrelid = t.oid AND x.indisunique
JOIN pg_catalog.pg_class c ON c.oid = x.indexrelid AND NOT c.relispartition
WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_constraint k
                  WHERE k.conrelid = x.indrelid AND k.conindid = x.indexrelid
                    AND k.contype IN ('p', 'u', 'x'))
UNION ALL
SELECT 'u'::pg_catalog."char", t.oid, 0, 0, w.rulename::pg_catalog.text,
       pg_catalog.ltrim(pg_catalog.substr(d.def, pg_catalog.strpos(d.def, E' AS\n') + 4))
         || CASE w.ev_enabled WHEN 'D' THEN ' (disabled)' WHEN 'R' THEN ' (for replicas only)'
                 WHEN 'A' THEN ' (for replicas too)' ELSE '' END
FROM t JOIN pg_catalog.pg_rewrite w ON w.ev_class = t.oid
CROSS JOIN LATERAL pg_catalog.pg_get_ruledef(w.oid) d(def)
UNION ALL
SELECT 'a'::pg_catalog."char", t.oid, 0, 0, p.polname::pg_catalog.text,
       CASE WHEN p.polpermissive THEN 'PERMISSIVE' ELSE 'RESTRICTIVE' END
         || CASE p.polcmd WHEN 'r' THEN ' FOR SELECT' WHEN 'a' THEN ' FOR INSERT'
                 WHEN 'w' THEN ' FOR UPDATE' WHEN 'd' THEN ' FOR DELETE' ELSE ' FOR ALL' END
         || ' TO ' || COALESCE((
              SELECT pg_catalog.string_agg(pg_catalog.quote_ident(r.rolname), ', '
                                           ORDER BY r.rolname COLLATE "C")
              FROM pg_catalog.pg_roles r WHERE r.oid = ANY (p.polroles)), 'PUBLIC')
         || COALESCE(' USING (' || pg_catalog.pg_get_expr(p.polqual, t.oid) || ')', '')
         || COALESCE(' WITH CHECK (' || pg_catalog.pg_get_expr(p.polwithcheck, t.oid) || ')', '')
FROM t JOIN pg_catalog.pg_policy p ON p.polrelid = t.oid
UNION ALL
SELECT 'j'::pg_catalog."char", t.oid, 0, 0, g.tgname::pg_catalog.text,
       pg_catalog.substr(d.def, pg_catalog.strpos(d.def, ' WHEN (') + 1)
FROM t JOIN pg_catalog.pg_trigger g ON g.tgrelid = t.oid
CROSS JOIN LATERAL pg_catalog.pg_get_triggerdef(g.oid) d(def)
WHERE g.tgqual IS NOT NULL AND NOT g.tgisinternal AND g.tgparentid = 0
