-- Sequences that fill a column and are not as PostgreSQL makes them, so that most need not be told:
-- kind of piece, table, order, flags, column, options, then what only matters to who handles the
-- sequence itself. How: 1 identity, 2 owned by the column, 4 used by its default. The columns are
-- looked up one by one: there are many more of them than sequences.
SELECT 'd'::pg_catalog."char", q.rel, 6, 0, a.attname::pg_catalog.text,
       pg_catalog.string_agg(NULLIF(o.options, ''), '; ' ORDER BY q.seq),
       pg_catalog.string_agg(NULLIF(o.others, ''), '; ' ORDER BY q.seq)
FROM (SELECT u.rel, u.col, u.seq, pg_catalog.bit_or(u.how) AS how
      FROM (SELECT d.refobjid AS rel, d.refobjsubid AS col, d.objid AS seq,
                   CASE d.deptype WHEN 'i' THEN 1 ELSE 2 END AS how
            FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_sequence w ON w.seqrelid = d.objid
            WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objsubid = 0
              AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
              AND d.refobjsubid > 0 AND d.deptype IN ('a', 'i') {of_tables d.refobjid}
            UNION ALL
            SELECT f.adrelid, f.adnum, d.refobjid, 4
            FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_attrdef f ON f.oid = d.objid
            WHERE d.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass
              AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
              AND d.refobjsubid = 0 {of_tables f.adrelid}) u
      GROUP BY u.rel, u.col, u.seq) q
JOIN pg_catalog.pg_sequence s ON s.seqrelid = q.seq
JOIN pg_catalog.pg_class sc ON sc.oid = q.seq
JOIN pg_catalog.pg_namespace sn ON sn.oid = sc.relnamespace
JOIN pg_catalog.pg_class c ON c.oid = q.rel AND c.relkind IN ('r', 'p', 'f')
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
CROSS JOIN LATERAL (SELECT e.attname, e.atttypid FROM pg_catalog.pg_attribute e
                    WHERE e.attrelid = q.rel AND e.attnum = q.col OFFSET 0) a
CROSS JOIN LATERAL (
  SELECT pg_catalog.concat_ws(' ',
           CASE WHEN q.how & 1 = 0
                     AND s.seqtypid <> CASE q.how WHEN 4 THEN 20 ELSE a.atttypid END
                THEN 'AS ' || pg_catalog.format_type(s.seqtypid, NULL) END,
           CASE WHEN s.seqstart <> 1 THEN 'START WITH ' || s.seqstart END,
           CASE WHEN s.seqincrement <> 1 THEN 'INCREMENT BY ' || s.seqincrement END,
           CASE WHEN s.seqmin <> 1 THEN 'MINVALUE ' || s.seqmin END,
           CASE WHEN s.seqmax <> CASE s.seqtypid WHEN 21 THEN 32767 WHEN 23 THEN 2147483647
                                                 ELSE 9223372036854775807 END
                THEN 'MAXVALUE ' || s.seqmax END,
           CASE WHEN s.seqcycle THEN 'CYCLE' END) AS options,
         pg_catalog.concat_ws(' ',
           CASE WHEN q.how NOT IN (1, 6) OR q.how = 1 AND (sn.oid <> n.oid
                     OR sc.relname <> c.relname || '_' || a.attname || '_seq')
                THEN pg_catalog.quote_ident(sn.nspname) || '.'
                     || pg_catalog.quote_ident(sc.relname) END,
           CASE WHEN q.how = 4 THEN 'not owned by the column' WHEN q.how NOT IN (1, 6)
                THEN 'owned by the column' END,
           CASE WHEN q.how & 1 = 1 AND s.seqtypid <> a.atttypid -- no dump has it
                THEN 'AS ' || pg_catalog.format_type(s.seqtypid, NULL) END,
           CASE WHEN s.seqcache <> 1 THEN 'CACHE ' || s.seqcache END,
           CASE WHEN sc.relpersistence <> 'p' THEN 'UNLOGGED' END) AS others) o
WHERE (o.options <> '' OR o.others <> '') AND {scope c.relname}
GROUP BY q.rel, a.attname
