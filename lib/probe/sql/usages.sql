-- Languages, foreign servers and foreign data wrappers, which are in no schema: as schemas.sql. l
-- is a language that is not trusted: only superusers make functions in it, whoever has USAGE.
SELECT CASE WHEN l.lanpltrusted THEN 'L' ELSE 'l' END::pg_catalog."char", l.oid, l.lanname::pg_catalog.text, {owner l.lanowner},
       {held language l.oid}, {items l.lanacl l l.lanowner}
FROM pg_catalog.pg_language l WHERE NOT {is_scoped}
UNION ALL
SELECT 'V'::pg_catalog."char", v.oid, v.srvname::pg_catalog.text, {owner v.srvowner},
       {held server v.oid}, {items v.srvacl S v.srvowner}
FROM pg_catalog.pg_foreign_server v WHERE NOT {is_scoped}
UNION ALL
SELECT 'D'::pg_catalog."char", w.oid, w.fdwname::pg_catalog.text, {owner w.fdwowner},
       {held foreign_data_wrapper w.oid}, {items w.fdwacl F w.fdwowner}
FROM pg_catalog.pg_foreign_data_wrapper w WHERE NOT {is_scoped}
