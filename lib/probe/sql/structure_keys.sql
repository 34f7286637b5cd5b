-- Primary, unique and foreign keys: name, table, kind, columns, whether deferrable and deferred,
-- what a foreign key leads to (schema, table, its oid, columns), what it does on update and on
-- delete and how it matches, and the definition where it holds more than that. Of tables out of
-- scope foreign keys only. pg_get_constraintdef() takes no lock for keys.
SELECT k.conname::pg_catalog.text, k.conrelid, k.contype, k.conkey,
       k.condeferrable, k.condeferred, fn.nspname::pg_catalog.text,
       f.relname::pg_catalog.text, k.confrelid, k.confkey,
       pg_catalog.textsend(k.confupdtype::pg_catalog.text || k.confdeltype::pg_catalog.text
                           || k.confmatchtype::pg_catalog.text),
       CASE WHEN NOT k.convalidated OR x.indnatts > x.indnkeyatts OR {is_scoped}
              {since 150000 OR x.indnullsnotdistinct OR k.confdelsetcols IS NOT NULL}
              {since 180000 OR k.conperiod OR NOT k.conenforced}
            THEN pg_catalog.pg_get_constraintdef(k.oid) END
FROM pg_catalog.pg_constraint k
JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_index x ON x.indexrelid = k.conindid AND k.contype <> 'f'
LEFT JOIN (pg_catalog.pg_class f JOIN pg_catalog.pg_namespace fn ON fn.oid = f.relnamespace)
  ON f.oid = k.confrelid
WHERE k.contype IN ('p', 'u', 'f') AND {users_schema} AND k.conparentid = 0
  AND ({scope c.relname} OR {reaches} AND k.contype = 'f')
