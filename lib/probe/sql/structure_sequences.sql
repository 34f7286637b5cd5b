-- Sequences that fill columns: kind of piece, table, order, flags (1 identity, 2 owned by the
-- column, 4 used by its default or by that of its domain), column, the sequence's schema, name and
-- owner, the schema's owner. Where something is out of scope that may be the sequence: then what
-- we may do with it, too (8, and 16 USAGE, 32 UPDATE, 64 we own it, 128 USAGE on its schema). Of
-- tables out of scope that TRUNCATE may reach, those that it restarts, of those that views in scope
-- may write to, all.
{if_few WITH {reach}}
SELECT 's'::pg_catalog."char", q.rel, 0,
       pg_catalog.bit_or(q.flags) + CASE WHEN NOT {is_scoped} THEN 0 ELSE 8
         + CASE WHEN pg_catalog.has_sequence_privilege(s.oid, 'USAGE') THEN 16 ELSE 0 END
         + CASE WHEN pg_catalog.has_sequence_privilege(s.oid, 'UPDATE') THEN 32 ELSE 0 END
         + CASE WHEN pg_catalog.pg_has_role(s.relowner, 'USAGE') THEN 64 ELSE 0 END
         + CASE WHEN pg_catalog.has_schema_privilege(sn.oid, 'USAGE') THEN 128 ELSE 0 END END,
       a.attname, sn.nspname, s.relname, pg_catalog.pg_get_userbyid(s.relowner),
       pg_catalog.pg_get_userbyid(sn.nspowner)
FROM (SELECT d.refobjid AS rel, d.refobjsubid::pg_catalog.int2 AS col, d.objid AS seq,
             CASE d.deptype WHEN 'i' THEN 1 ELSE 2 END AS flags
      FROM pg_catalog.pg_depend d
      WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objsubid = 0
        AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
        AND d.refobjsubid > 0 AND d.deptype IN ('a', 'i') {of_reach d.refobjid}
      UNION ALL
      SELECT f.adrelid, f.adnum, d.refobjid, 4
      FROM pg_catalog.pg_depend d
      JOIN pg_catalog.pg_attrdef f ON f.oid = d.objid
      WHERE d.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass
        AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
        AND d.refobjsubid = 0 {of_reach f.adrelid}
      UNION ALL
      SELECT a.attrelid, a.attnum, d.refobjid, 4
      FROM pg_catalog.pg_depend d
      JOIN pg_catalog.pg_type t ON t.oid = d.objid AND t.typtype = 'd'
      JOIN pg_catalog.pg_attribute a ON a.atttypid = t.oid
      WHERE d.classid = 'pg_catalog.pg_type'::pg_catalog.regclass
        AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
        AND a.attnum > 0 AND NOT a.attisdropped AND NOT a.atthasdef AND a.attidentity = ''
        {of_reach a.attrelid}) q
JOIN pg_catalog.pg_class s ON s.oid = q.seq AND s.relkind = 'S'
JOIN pg_catalog.pg_namespace sn ON sn.oid = s.relnamespace
JOIN pg_catalog.pg_class c ON c.oid = q.rel AND c.relkind IN ('r', 'p', 'f')
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_attribute a ON a.attrelid = q.rel AND a.attnum = q.col
WHERE {scope c.relname} OR {users_schema} AND ({written q.rel} OR q.flags < 4 AND {reached q.rel})
GROUP BY q.rel, a.attname, sn.oid, sn.nspname, sn.nspowner, s.oid, s.relname, s.relowner
