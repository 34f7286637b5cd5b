-- The database and the schemas: kind, oid, name, owner (3 columns), privileges held, ACL items.
SELECT 'd'::pg_catalog."char", d.oid, d.datname::pg_catalog.text, {owner d.datdba},
       {held database d.oid}, {items d.datacl d d.datdba}
FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database()
UNION ALL
SELECT 'n'::pg_catalog."char", n.oid, n.nspname::pg_catalog.text, {owner n.nspowner},
       {held schema n.oid}, {items n.nspacl n n.nspowner}
FROM pg_catalog.pg_namespace n WHERE {schemas}
