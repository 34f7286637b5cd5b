-- Primary, unique and foreign keys: name, table, kind, columns, whether deferrable and deferred,
-- what a foreign key leads to (schema, table, its oid, columns), what it does on update and on
-- delete and how it matches, the definition where it holds more than that, and flags: 32 a foreign
-- key can't be checked: PostgreSQL looks into what it leads to as the owner of that, locking the
-- row, whoever writes; 128 ranges in it don't overlap; 256 it is not enforced, and TRUNCATE asks for
-- foreign keys only where there is some trigger. Of tables out of scope foreign keys only. pg_get_constraintdef() takes no lock for keys.
{if_few WITH {reach}}
SELECT k.conname::pg_catalog.text, k.conrelid, k.contype, k.conkey,
       k.condeferrable, k.condeferred, fn.nspname::pg_catalog.text,
       f.relname::pg_catalog.text, k.confrelid, k.confkey,
       pg_catalog.textsend(k.confupdtype::pg_catalog.text || k.confdeltype::pg_catalog.text
                           || k.confmatchtype::pg_catalog.text),
       CASE WHEN NOT k.convalidated OR x.indnatts > x.indnkeyatts OR {is_scoped}
              {since 150000 OR x.indnullsnotdistinct OR k.confdelsetcols IS NOT NULL}
              {since 180000 OR k.conperiod OR NOT k.conenforced}
            THEN pg_catalog.pg_get_constraintdef(k.oid) END,
       (CASE WHEN k.contype = 'f' AND NOT (
         pg_catalog.has_schema_privilege(f.relowner, f.relnamespace, 'USAGE')
         AND pg_catalog.has_any_column_privilege(f.relowner, f.oid, 'UPDATE')
         AND (pg_catalog.has_table_privilege(f.relowner, f.oid, 'SELECT')
              OR (SELECT pg_catalog.bool_and(
                    pg_catalog.has_column_privilege(f.relowner, f.oid, r.col, 'SELECT'))
                  FROM pg_catalog.unnest(k.confkey) r(col))))
         AND EXISTS (SELECT FROM pg_catalog.pg_trigger g
                     WHERE g.tgconstraint = k.oid AND g.tgrelid = k.conrelid
                       AND g.tgenabled NOT IN ('D', 'R'))
         THEN 32 ELSE 0 END
         {since 180000 + CASE WHEN k.conperiod THEN 128 ELSE 0 END
           + CASE WHEN NOT k.conenforced AND f.relkind = 'r' AND NOT f.relhastriggers
                  THEN 256 ELSE 0 END})::pg_catalog.int4
FROM pg_catalog.pg_constraint k
JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_index x ON x.indexrelid = k.conindid AND k.contype <> 'f'
LEFT JOIN (pg_catalog.pg_class f JOIN pg_catalog.pg_namespace fn ON fn.oid = f.relnamespace)
  ON f.oid = k.confrelid
WHERE k.contype IN ('p', 'u', 'f') AND {users_schema} AND k.conparentid = 0
  {of_reach k.conrelid} {of_reach c.oid} AND ({scope c.relname} OR {reaches} AND k.contype = 'f')
