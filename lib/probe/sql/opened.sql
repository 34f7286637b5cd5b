-- For WITH RECURSIVE, with "v" and "me": "opened", the views that a query of each of "v" opens, and
-- "used", what they and what follows from them depend on, and who reads it.
opened AS (
  SELECT v.oid AS subject, v.oid AS view FROM v WHERE v.relkind = 'v'
  UNION
  SELECT o.subject, c.oid
  FROM opened o JOIN pg_catalog.pg_rewrite w ON w.ev_class = o.view AND w.ev_type = '1'
  JOIN pg_catalog.pg_depend d
    ON d.classid = {class pg_rewrite} AND d.objid = w.oid
    AND d.refclassid = {class pg_class}
  JOIN pg_catalog.pg_class c ON c.oid = d.refobjid AND c.relkind = 'v'),
used AS MATERIALIZED (
  SELECT o.subject, d.refclassid AS class, d.refobjid AS object, d.refobjsubid AS col,
         CASE WHEN EXISTS (SELECT FROM pg_catalog.unnest(u.reloptions) x(option)
                           WHERE x.option LIKE 'security!_invoker=%' ESCAPE '!'
                             AND pg_catalog.split_part(x.option, '=', 2)::pg_catalog.bool)
              THEN me.oid ELSE u.relowner END AS reader
  FROM opened o JOIN pg_catalog.pg_class u ON u.oid = o.view
  JOIN pg_catalog.pg_rewrite w ON w.ev_class = o.view AND w.ev_type = '1'
  JOIN pg_catalog.pg_depend d
    ON d.classid = {class pg_rewrite} AND d.objid = w.oid
    AND d.refobjid <> o.view
  CROSS JOIN me
  UNION
  SELECT u.subject, d.class, d.object, d.col, u.reader
  FROM used u CROSS JOIN LATERAL (SELECT u.class, u.object OFFSET 0) r
  LEFT JOIN pg_catalog.pg_class c ON r.class = {class pg_class} AND c.oid = r.object
  CROSS JOIN LATERAL ({policies_read u.reader} AND {hidden_from u.reader}
    UNION ALL
    SELECT f.class, f.object, 0 FROM ({leads} OFFSET 0) f) d),
