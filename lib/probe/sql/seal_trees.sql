-- All that structure_expressions.sql tells, as the server keeps it, so that nothing waits for a
-- lock: table, kind, name, flags, then expressions and numbers.
SELECT k.conrelid, k.contype, k.conname::pg_catalog.text,
       (CASE WHEN k.convalidated THEN 1 ELSE 0 END + CASE WHEN k.connoinherit THEN 2 ELSE 0 END
        {since 180000 + CASE WHEN k.conenforced THEN 0 ELSE 4 END}),
       k.conbin::pg_catalog.text, NULL::pg_catalog.text, NULL::pg_catalog.text
FROM pg_catalog.pg_constraint k
WHERE k.contype IN ('c', 'x') AND k.coninhcount = 0 AND {sealed k.conrelid}
UNION ALL
SELECT d.adrelid, 'q', '', d.adnum, d.adbin::pg_catalog.text, NULL, NULL
FROM pg_catalog.pg_attrdef d
WHERE pg_catalog.strpos(d.adbin::pg_catalog.text, ':varno ') > 0 AND {sealed d.adrelid}
UNION ALL
SELECT p.partrelid, 'p', p.partstrat::pg_catalog.text, 0, p.partexprs::pg_catalog.text,
       p.partattrs::pg_catalog.text,
       p.partclass::pg_catalog.text || ' ' || p.partcollation::pg_catalog.text
FROM pg_catalog.pg_partitioned_table p
WHERE {sealed p.partrelid}
UNION ALL
SELECT c.oid, 'b', '', 0, c.relpartbound::pg_catalog.text, NULL, NULL
FROM pg_catalog.pg_class c
WHERE c.relispartition AND c.relkind IN ('r', 'p', 'f') AND {sealed c.oid}
UNION ALL
SELECT x.indrelid, 'i', c.relname::pg_catalog.text,
       (CASE WHEN x.indisvalid OR c.relkind = 'I' THEN 0 ELSE 2 END
        {since 150000 + CASE WHEN x.indnullsnotdistinct THEN 1 ELSE 0 END}),
       x.indexprs::pg_catalog.text, x.indpred::pg_catalog.text,
       c.relam::pg_catalog.text || ' ' || x.indnkeyatts::pg_catalog.text || ' '
         || x.indkey::pg_catalog.text || ' ' || x.indclass::pg_catalog.text || ' '
         || x.indcollation::pg_catalog.text || ' ' || x.indoption::pg_catalog.text || ' '
         || COALESCE(c.reloptions::pg_catalog.text, '')
FROM pg_catalog.pg_index x
JOIN pg_catalog.pg_class c ON c.oid = x.indexrelid AND NOT c.relispartition
  AND c.relnamespace <> 99 -- pg_toast
WHERE x.indisunique AND {sealed x.indrelid}
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint k
                  WHERE k.conrelid = x.indrelid AND k.conindid = x.indexrelid
                    AND k.contype IN ('p', 'u', 'x'))
UNION ALL
SELECT w.ev_class, 'x', w.rulename::pg_catalog.text, 0, NULL, NULL, NULL -- leads to tables
FROM pg_catalog.pg_rewrite w JOIN pg_catalog.pg_class c ON c.oid = w.ev_class
WHERE c.relhasrules AND c.relkind IN ('r', 'p', 'f') AND {sealed w.ev_class}
UNION ALL
SELECT p.polrelid, 'a', p.polname::pg_catalog.text,
       (CASE WHEN p.polpermissive THEN 0 ELSE 1 END
        + 2 * pg_catalog.ascii(p.polcmd::pg_catalog.text)),
       p.polqual::pg_catalog.text, p.polwithcheck::pg_catalog.text,
       (SELECT pg_catalog.string_agg(pg_catalog.quote_ident(r.rolname), ' '
                                     ORDER BY r.rolname COLLATE "C")
        FROM pg_catalog.pg_roles r WHERE r.oid = ANY (p.polroles))
FROM pg_catalog.pg_policy p
WHERE {sealed p.polrelid}
UNION ALL
SELECT g.tgrelid, 'w', g.tgname::pg_catalog.text, 0, g.tgqual::pg_catalog.text,
       pg_catalog.encode(g.tgargs, 'hex'), NULL
FROM pg_catalog.pg_trigger g
WHERE g.tgqual IS NOT NULL AND NOT g.tgisinternal AND g.tgparentid = 0 AND {sealed g.tgrelid}
