-- Sequences that fill columns: kind of piece, table, order, flags (identity, owned by the
-- column, used by its default or by that of its domain), column, the sequence's schema and name.
SELECT 's'::pg_catalog."char", q.rel, 0, pg_catalog.bit_or(q.flags),
       a.attname::pg_catalog.text, sn.nspname::pg_catalog.text, s.relname::pg_catalog.text
FROM (SELECT d.refobjid AS rel, d.refobjsubid::pg_catalog.int2 AS col, d.objid AS seq,
             CASE d.deptype WHEN 'i' THEN 1 ELSE 2 END AS flags
      FROM pg_catalog.pg_depend d
      WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objsubid = 0
        AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
        AND d.refobjsubid > 0 AND d.deptype IN ('a', 'i')
      UNION ALL
      SELECT f.adrelid, f.adnum, d.refobjid, 4
      FROM pg_catalog.pg_depend d
      JOIN pg_catalog.pg_attrdef f ON f.oid = d.objid
      WHERE d.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass
        AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
        AND d.refobjsubid = 0
      UNION ALL
      SELECT a.attrelid, a.attnum, d.refobjid, 4
      FROM pg_catalog.pg_depend d
      JOIN pg_catalog.pg_type t ON t.oid = d.objid AND t.typtype = 'd'
      JOIN pg_catalog.pg_attribute a ON a.atttypid = t.oid
      WHERE d.classid = 'pg_catalog.pg_type'::pg_catalog.regclass
        AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
        AND a.attnum > 0 AND NOT a.attisdropped AND NOT a.atthasdef AND a.attidentity = '') q
JOIN pg_catalog.pg_class s ON s.oid = q.seq AND s.relkind = 'S'
JOIN pg_catalog.pg_namespace sn ON sn.oid = s.relnamespace
JOIN pg_catalog.pg_class c ON c.oid = q.rel AND c.relkind IN ('r', 'p', 'f')
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_attribute a ON a.attrelid = q.rel AND a.attnum = q.col
WHERE {scope c.relname}
GROUP BY q.rel, a.attname, sn.nspname, s.relname
