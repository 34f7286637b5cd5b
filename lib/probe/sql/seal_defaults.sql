-- Defaults: table, then what is sealed; expressions of generated columns have columns in them,
-- or may as well stand here. pg_get_expr() takes no lock when it is told of no table.
SELECT d.adrelid, d.adnum, pg_catalog.pg_get_expr(d.adbin, 0)
FROM pg_catalog.pg_attrdef d
WHERE pg_catalog.strpos(d.adbin::pg_catalog.text, ':varno ') = 0 AND {sealed d.adrelid}
