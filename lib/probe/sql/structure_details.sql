-- What few tables have: kind of piece, table, order (what it is), flags, name, text. 1: the tables
-- that a child inherits from, in their order; 2: the type of a typed table; 3: the server of a
-- foreign one; 4: a partition is being detached; 5: a partition's trigger that is enabled in
-- another way than its parent's; 7: NOT NULL with another name than PostgreSQL's, or not as usual;
-- 8: the columns and checks that a child has of its own though it inherits them. No function here
-- takes a lock.
SELECT 'd'::pg_catalog."char", c.oid, 1, 0, ''::pg_catalog.text,
       pg_catalog.string_agg(pg_catalog.quote_ident(pn.nspname) || '.'
         || pg_catalog.quote_ident(p.relname), ', ' ORDER BY i.inhseqno)
FROM pg_catalog.pg_inherits i
JOIN pg_catalog.pg_class c ON c.oid = i.inhrelid AND c.relkind IN ('r', 'f')
  AND NOT c.relispartition
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_class p ON p.oid = i.inhparent
JOIN pg_catalog.pg_namespace pn ON pn.oid = p.relnamespace
WHERE {scope c.relname} {of_tables i.inhrelid}
GROUP BY c.oid
UNION ALL
SELECT 'd', c.oid, 8, 0, '', o.own
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
CROSS JOIN LATERAL (
  SELECT pg_catalog.string_agg(l.name, ', ' ORDER BY l.name COLLATE "C") AS own
  FROM (SELECT pg_catalog.quote_ident(a.attname) AS name
        FROM pg_catalog.pg_attribute a
        WHERE a.attrelid = c.oid AND a.attislocal AND a.attinhcount > 0
        UNION ALL
        SELECT 'CONSTRAINT ' || pg_catalog.quote_ident(k.conname)
        FROM pg_catalog.pg_constraint k
        WHERE k.conrelid = c.oid AND k.contype = 'c' AND k.conislocal AND k.coninhcount > 0) l) o
WHERE c.relkind IN ('r', 'f') AND NOT c.relispartition AND o.own IS NOT NULL
  AND c.oid IN (SELECT i.inhrelid FROM pg_catalog.pg_inherits i WHERE true {of_tables i.inhrelid})
  AND {scope c.relname}
UNION ALL
SELECT 'd', c.oid, 2, 0, '', pg_catalog.format_type(c.reloftype, NULL)
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.reloftype <> 0 AND c.relkind IN ('r', 'p') AND {scope c.relname}
UNION ALL
SELECT 'd', c.oid, 3, 0, '', pg_catalog.quote_ident(s.srvname)
FROM pg_catalog.pg_foreign_table f JOIN pg_catalog.pg_foreign_server s ON s.oid = f.ftserver
JOIN pg_catalog.pg_class c ON c.oid = f.ftrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE {scope c.relname} {of_tables f.ftrelid}
{since 140000 UNION ALL
SELECT 'd', c.oid, 4, 0, '', 'a partition that is being detached'
FROM pg_catalog.pg_inherits i JOIN pg_catalog.pg_class c ON c.oid = i.inhrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE i.inhdetachpending AND {scope c.relname} {of_tables i.inhrelid}}
UNION ALL
SELECT 'd', c.oid, 5, 0, g.tgname::pg_catalog.text,
       CASE g.tgenabled WHEN 'O' THEN 'enabled' WHEN 'D' THEN 'disabled'
            WHEN 'R' THEN 'enabled for replicas' ELSE 'enabled always' END
FROM pg_catalog.pg_trigger g
JOIN pg_catalog.pg_trigger u ON u.oid = g.tgparentid AND u.tgenabled <> g.tgenabled
JOIN pg_catalog.pg_class c ON c.oid = g.tgrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE g.tgparentid <> 0 AND g.tgconstrindid = 0 AND {scope c.relname} {of_tables g.tgrelid}
{since 180000 UNION ALL
SELECT 'd', c.oid, 7, CASE WHEN k.convalidated THEN 0 ELSE 1 END, a.attname::pg_catalog.text,
       pg_catalog.concat_ws(' ', 'CONSTRAINT ' || pg_catalog.quote_ident(k.conname),
         CASE WHEN k.connoinherit THEN 'NO INHERIT' END,
         CASE WHEN NOT k.convalidated THEN 'NOT VALID' END)
FROM pg_catalog.pg_constraint k
JOIN pg_catalog.pg_class c ON c.oid = k.conrelid AND c.relkind IN ('r', 'p', 'f')
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
WHERE k.contype = 'n' AND k.conislocal AND (k.connoinherit OR NOT k.convalidated
    OR k.conname <> c.relname || '_' || a.attname || '_not_null')
  AND {scope c.relname} {of_tables k.conrelid}}
