-- All that structure_keys.sql tells: table, table that a foreign key leads to, then what is
-- sealed. Columns go by their numbers.
SELECT k.conrelid, k.confrelid, k.conname::pg_catalog.text, k.contype, k.conkey, k.confkey,
       k.confupdtype, k.confdeltype, k.confmatchtype,
       (CASE WHEN k.condeferrable THEN 1 ELSE 0 END + CASE WHEN k.condeferred THEN 2 ELSE 0 END
        + CASE WHEN k.convalidated THEN 4 ELSE 0 END
        {since 150000 + CASE WHEN x.indnullsnotdistinct THEN 8 ELSE 0 END}
        {since 180000 + CASE WHEN k.conperiod THEN 16 ELSE 0 END
                      + CASE WHEN k.conenforced THEN 0 ELSE 32 END}),
       x.indkey::pg_catalog.text,
       COALESCE(NULL::pg_catalog.int2[] {since 150000 , k.confdelsetcols})
FROM pg_catalog.pg_constraint k
LEFT JOIN pg_catalog.pg_index x ON x.indexrelid = k.conindid AND k.contype <> 'f'
  AND (x.indnatts > x.indnkeyatts {since 150000 OR x.indnullsnotdistinct})
WHERE k.contype IN ('p', 'u', 'f') AND k.conparentid = 0 AND {sealed k.conrelid}
