-- Sequences, with the column that each belongs to: members, a row for each (owner, ACL).
-- Never from pg_sequences: that view locks every sequence. From pg_sequence, so that few of
-- them are found without reading all of pg_class. With a table in scope come the sequences
-- that belong to it.
SELECT {owner q.relowner}, {held sequence q.rep}, {items q.relacl s q.relowner},
       'S'::pg_catalog."char", {cuts}
FROM (SELECT g.*, {cut} FROM (
      SELECT c.relowner, c.relacl, pg_catalog.min(c.oid) AS rep,
             {names oidsend(c.relnamespace) || pg_catalog.namesend(c.relname)
               || pg_catalog.decode('00', 'hex')
               || pg_catalog.textsend(COALESCE(pg_catalog.quote_ident(tn.nspname) || '.'
                    || pg_catalog.quote_ident(t.relname) || '.'
                    || pg_catalog.quote_ident(a.attname), ''))} AS members
      FROM pg_catalog.pg_sequence s JOIN pg_catalog.pg_class c ON c.oid = s.seqrelid
      {if_scoped JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace}
      LEFT JOIN (pg_catalog.pg_depend d
        JOIN pg_catalog.pg_class t ON t.oid = d.refobjid
        JOIN pg_catalog.pg_namespace tn ON tn.oid = t.relnamespace
        JOIN pg_catalog.pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid)
        ON d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid
           AND d.objsubid = 0
           AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
           AND d.refobjsubid > 0 AND d.deptype IN ('a', 'i')
      WHERE {if_scoped {sequence_scope}}{if_everything c.relpersistence <> 't'}
      GROUP BY c.relowner, c.relacl) g) q
