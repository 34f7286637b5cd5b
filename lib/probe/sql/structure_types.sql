-- Enums, domains, composite types and ranges: kind of piece, type, order, flags, name, schema, what
-- it is, of a domain the names of its checks and its base type; then the labels of enums in their
-- order. A domain's default is written anew: it is kept as it was typed. Its checks are found by
-- what depends on it: most constraints are of no domain, so that the planner, asked for those of
-- one, would read all.
WITH coll AS MATERIALIZED (
  SELECT l.oid, pg_catalog.quote_ident(ln.nspname) || '.' || pg_catalog.quote_ident(l.collname)
           AS name
  FROM pg_catalog.pg_collation l JOIN pg_catalog.pg_namespace ln ON ln.oid = l.collnamespace)
SELECT 'y'::pg_catalog."char", t.oid, 0,
       CASE t.typtype WHEN 'e' THEN 1 WHEN 'd' THEN 2 WHEN 'c' THEN 4 ELSE 8 END,
       t.typname::pg_catalog.text, n.nspname::pg_catalog.text,
       CASE t.typtype
         WHEN 'd' THEN pg_catalog.format_type(t.typbasetype, t.typtypmod)
           || CASE WHEN t.typcollation <> (SELECT b.typcollation FROM pg_catalog.pg_type b
                                           WHERE b.oid = t.typbasetype) THEN ' COLLATE '
                || (SELECT l.name FROM coll l WHERE l.oid = t.typcollation) ELSE '' END
           || CASE WHEN t.typnotnull THEN ' NOT NULL' ELSE '' END
           || COALESCE(' DEFAULT ' || pg_catalog.pg_get_expr(t.typdefaultbin, 0), '')
           || COALESCE(' ' || x.defs, '')
         WHEN 'c' THEN (SELECT pg_catalog.string_agg(pg_catalog.quote_ident(a.attname) || ' '
                          || pg_catalog.format_type(a.atttypid, a.atttypmod)
                          || CASE WHEN a.attcollation <> o.typcollation THEN ' COLLATE '
                               || (SELECT l.name FROM coll l WHERE l.oid = a.attcollation)
                               ELSE '' END, ', ' ORDER BY a.attnum)
                        FROM pg_catalog.pg_attribute a
                        JOIN pg_catalog.pg_type o ON o.oid = a.atttypid
                        WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped)
         WHEN 'r' THEN (SELECT 'RANGE OF ' || pg_catalog.format_type(r.rngsubtype, NULL)
                          || CASE WHEN r.rngcollation <> o.typcollation THEN ' COLLATE '
                               || (SELECT l.name FROM coll l WHERE l.oid = r.rngcollation)
                               ELSE '' END
                          || CASE WHEN p.opcdefault THEN '' ELSE ', operator class '
                               || (SELECT pg_catalog.quote_ident(pn.nspname)
                                   FROM pg_catalog.pg_namespace pn WHERE pn.oid = p.opcnamespace)
                               || '.' || pg_catalog.quote_ident(p.opcname) END
                          || CASE WHEN r.rngcanonical::pg_catalog.oid = 0 THEN ''
                               ELSE ', canonical ' || r.rngcanonical::pg_catalog.text END
                          || CASE WHEN r.rngsubdiff::pg_catalog.oid = 0 THEN ''
                               ELSE ', difference ' || r.rngsubdiff::pg_catalog.text END
                          {since 140000 || COALESCE((
                               SELECT ', multirange ' || pg_catalog.format_type(m.oid, NULL)
                               FROM pg_catalog.pg_type m WHERE m.oid = r.rngmultitypid
                                 AND m.typname <> CASE WHEN t.typname LIKE '%range%'
                                   THEN pg_catalog.regexp_replace(t.typname, 'range', 'multirange')
                                   ELSE t.typname || '_multirange' END), '')}
                        FROM pg_catalog.pg_range r
                        JOIN pg_catalog.pg_type o ON o.oid = r.rngsubtype
                        JOIN pg_catalog.pg_opclass p ON p.oid = r.rngsubopc
                        WHERE r.rngtypid = t.oid)
       END, x.names,
       CASE WHEN t.typtype = 'd' THEN pg_catalog.format_type(t.typbasetype, t.typtypmod) END
FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
LEFT JOIN pg_catalog.pg_class c ON c.oid = t.typrelid
CROSS JOIN LATERAL (
  SELECT pg_catalog.string_agg(d.def, ' ' ORDER BY d.def COLLATE "C", d.name)
           FILTER (WHERE d.contype = 'c') AS defs,
         pg_catalog.string_agg(d.name, ', ' ORDER BY d.def COLLATE "C", d.name) AS names
  FROM (SELECT pg_catalog.quote_ident(k.conname) AS name, k.contype,
               pg_catalog.pg_get_constraintdef(k.oid) AS def
        FROM pg_catalog.pg_depend e JOIN pg_catalog.pg_constraint k ON k.oid = e.objid
        WHERE t.typtype = 'd' AND e.refclassid = 'pg_catalog.pg_type'::pg_catalog.regclass
          AND e.refobjid = t.oid AND e.classid::pg_catalog.int8
            = 'pg_catalog.pg_constraint'::pg_catalog.regclass::pg_catalog.int8
          AND k.contypid = t.oid AND (k.contype = 'c'
            {since 180000 OR k.contype = 'n' AND k.conname <> t.typname || '_not_null'})) d) x
WHERE (t.typtype IN ('e', 'd', 'r') OR t.typtype = 'c' AND c.relkind = 'c') AND {schemas}
  {of_types t.oid}
UNION ALL
SELECT 'l'::pg_catalog."char", e.enumtypid,
       (pg_catalog.row_number() OVER (PARTITION BY e.enumtypid ORDER BY e.enumsortorder))
         ::pg_catalog.int4, 0, e.enumlabel::pg_catalog.text, NULL, NULL, NULL, NULL
FROM pg_catalog.pg_enum e
JOIN pg_catalog.pg_type t ON t.oid = e.enumtypid
JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
WHERE {schemas} {of_types e.enumtypid}
