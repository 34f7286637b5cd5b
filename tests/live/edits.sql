-- Single edits of the database that this is asked of: kind, whether what it changes is compared,
-- statement. One that the server refuses is left out by whoever runs it.
WITH t AS (
  SELECT c.oid, c.relkind, c.relispartition AS part, c.relpersistence, c.relname,
         c.relrowsecurity, c.relforcerowsecurity,
         format('%I.%I', n.nspname, c.relname) AS name, format('%I', n.nspname) AS schema
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p') AND n.nspname IN ('s1', 'Odd.s')),
a AS (
  SELECT t.*, a.attnum, format('%I', a.attname) AS col, format_type(a.atttypid, a.atttypmod) AS type,
         a.atttypid, a.attnotnull, a.attidentity, a.attgenerated, a.atthasdef, a.attcollation,
         EXISTS (SELECT FROM pg_index i WHERE i.indrelid = t.oid AND i.indisprimary
                 AND a.attnum = ANY (i.indkey)) AS in_key
  FROM t JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped),
k AS (
  SELECT t.*, format('%I', k.conname) AS con, k.contype, pg_get_constraintdef(k.oid) AS def,
         k.convalidated, k.condeferrable, k.connoinherit, k.confmatchtype, k.confupdtype
  FROM t JOIN pg_constraint k ON k.conrelid = t.oid
  WHERE k.contype IN ('p', 'u', 'f', 'c', 'x') AND k.conparentid = 0 AND k.coninhcount = 0),
again AS (
  SELECT k.*, format('ALTER TABLE %s DROP CONSTRAINT %s, ADD CONSTRAINT %s ', name, con, con) AS anew FROM k),
i AS (
  SELECT t.*, format('%s.%I', t.schema, c.relname) AS index, pg_get_indexdef(x.indexrelid) AS def
  FROM t JOIN pg_index x ON x.indrelid = t.oid AND x.indisunique
  JOIN pg_class c ON c.oid = x.indexrelid AND NOT c.relispartition
  WHERE NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = x.indexrelid)),
y AS (
  SELECT t.oid, t.typtype, format('%I.%I', n.nspname, t.typname) AS name, t.typnotnull,
         t.typdefault, t.typrelid
  FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
  LEFT JOIN pg_class c ON c.oid = t.typrelid
  WHERE n.nspname IN ('s1', 'Odd.s', 'lib') AND (t.typtype IN ('e', 'd') OR c.relkind = 'c')),
g AS (
  SELECT t.*, format('%I', g.tgname) AS trigger, pg_get_triggerdef(g.oid) AS def
  FROM t JOIN pg_trigger g ON g.tgrelid = t.oid WHERE NOT g.tgisinternal AND g.tgenabled = 'O'
  AND NOT t.part),
f AS (
  SELECT DISTINCT p.oid::regprocedure::text AS function, p.proname
  FROM pg_proc p JOIN pg_depend d ON d.refobjid = p.oid AND d.refclassid = 'pg_proc'::regclass
  AND d.deptype = 'n'
  WHERE p.pronamespace = 'lib'::regnamespace AND (d.classid = 'pg_attrdef'::regclass
    OR d.classid = 'pg_trigger'::regclass AND p.proname = 'fired'
    OR d.classid = 'pg_constraint'::regclass AND NOT EXISTS (
      SELECT FROM pg_constraint k WHERE k.oid = d.objid AND k.contypid = 0 AND k.coninhcount > 0))),
s AS (
  SELECT s.oid::regclass::text AS sequence, d.deptype, s.relpersistence
  FROM pg_class s JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = s.oid
    AND d.refclassid = 'pg_class'::regclass AND d.refobjsubid > 0 AND d.deptype IN ('a', 'i')
  JOIN t ON t.oid = d.refobjid WHERE s.relkind = 'S'
  UNION ALL SELECT 's1.loose', 'n', 'p' WHERE to_regclass('s1.loose') IS NOT NULL),
u AS (
  SELECT t.*, format('%I', w.rulename) AS rule, pg_get_ruledef(w.oid) AS def, w.ev_enabled
  FROM t JOIN pg_rewrite w ON w.ev_class = t.oid),
p AS (
  SELECT t.*, format('%I', p.polname) AS policy FROM t JOIN pg_policy p ON p.polrelid = t.oid)
SELECT 'schema added', true, 'CREATE SCHEMA added'
UNION ALL SELECT 'schema renamed', true, 'ALTER SCHEMA "Odd.s" RENAME TO other'
UNION ALL SELECT 'table added', true, format('CREATE TABLE %s.added (LIKE %s INCLUDING ALL)', schema, name) FROM t
UNION ALL SELECT 'table dropped', true, format('DROP TABLE %s CASCADE', name) FROM t
UNION ALL SELECT 'table renamed', true, format('ALTER TABLE %s RENAME TO renamed', name) FROM t
UNION ALL SELECT 'table unlogged', true, format('ALTER TABLE %s SET UNLOGGED', name) FROM t
  WHERE relkind = 'r' AND relpersistence = 'p'
UNION ALL SELECT 'table moved', true, format('ALTER TABLE %s SET SCHEMA lib', name) FROM t
UNION ALL SELECT 'column added', true, format('ALTER TABLE %s ADD COLUMN added %s', name, x)
  FROM t, regexp_split_to_table('integer|text NOT NULL|timestamptz DEFAULT now()|s1.mood', '\|') x WHERE NOT part
UNION ALL SELECT 'column dropped', true, format('ALTER TABLE %s DROP COLUMN %s CASCADE', name, col) FROM a
UNION ALL SELECT 'column renamed', true, format('ALTER TABLE %s RENAME COLUMN %s TO renamed', name, col) FROM a
UNION ALL SELECT 'column last', true,
    format('ALTER TABLE %s DROP COLUMN %s, ADD COLUMN %s %s', name, col, col, type) FROM a
  WHERE NOT attnotnull AND NOT atthasdef AND attidentity = ''
    AND attnum < (SELECT max(b.attnum) FROM a b WHERE b.oid = a.oid)
UNION ALL SELECT 'columns swapped', true,
    format('ALTER TABLE %s RENAME COLUMN %s TO swap; ALTER TABLE %s RENAME COLUMN %s TO %s; '
           'ALTER TABLE %s RENAME COLUMN swap TO %s', a.name, a.col, a.name, b.col, a.col, a.name, b.col)
  FROM a JOIN a b ON b.oid = a.oid AND b.attnum = a.attnum + 1
UNION ALL SELECT 'type', true, format('ALTER TABLE %s ALTER COLUMN %s TYPE %s USING NULL', name, col, x)
  FROM a, regexp_split_to_table('bigint|text|varchar(7)|numeric(9,3)|timestamptz(3)|interval day to second|integer[]|bit(3)', '\|') x
  WHERE type <> x AND NOT atthasdef AND attidentity = '' AND NOT attnotnull
UNION ALL SELECT 'collation', true, format('ALTER TABLE %s ALTER COLUMN %s TYPE %s COLLATE %I', name, col, type, x)
  FROM a, regexp_split_to_table('C|POSIX', '\|') x WHERE attcollation = 100
UNION ALL SELECT 'not null', true, format('ALTER TABLE %s ALTER COLUMN %s %s NOT NULL', name, col,
    CASE WHEN attnotnull THEN 'DROP' ELSE 'SET' END) FROM a WHERE attidentity = '' AND NOT in_key
UNION ALL SELECT 'default', true, format('ALTER TABLE %s ALTER COLUMN %s SET DEFAULT %s', name, col, x)
  FROM a, regexp_split_to_table('7 + 1|now()::text|''it''''s \''|lib.f_default(3)|NULL::s1.mood::text', '\|') x
  WHERE attidentity = '' AND attgenerated = ''
UNION ALL SELECT 'default dropped', true, format('ALTER TABLE %s ALTER COLUMN %s DROP DEFAULT', name, col) FROM a
  WHERE atthasdef AND attgenerated = ''
UNION ALL SELECT 'expression dropped', true, format('ALTER TABLE %s ALTER COLUMN %s DROP EXPRESSION', name, col) FROM a
  WHERE attgenerated = 's'
UNION ALL SELECT 'expression', true, format('ALTER TABLE %s DROP COLUMN %s, ADD COLUMN %s %s '
    'GENERATED ALWAYS AS (%s) STORED', name, col, col, type, x)
  FROM a, regexp_split_to_table('7|lib.f_generated(8)', '\|') x WHERE attgenerated = 's' AND attnum =
    (SELECT max(b.attnum) FROM a b WHERE b.oid = a.oid)
UNION ALL SELECT 'identity', true, format('ALTER TABLE %s ALTER COLUMN %s %s', name, col,
    CASE WHEN attidentity = '' THEN 'ADD GENERATED ALWAYS AS IDENTITY' ELSE 'DROP IDENTITY' END)
  FROM a WHERE attnotnull AND NOT atthasdef AND atttypid = 'integer'::regtype
UNION ALL SELECT 'identity kind', true, format('ALTER TABLE %s ALTER COLUMN %s SET GENERATED %s', name, col,
    CASE attidentity WHEN 'a' THEN 'BY DEFAULT' ELSE 'ALWAYS' END) FROM a WHERE attidentity <> ''
UNION ALL SELECT 'constraint dropped', true, format('ALTER TABLE %s DROP CONSTRAINT %s CASCADE', name, con) FROM k
UNION ALL SELECT 'constraint renamed', true, format('ALTER TABLE %s RENAME CONSTRAINT %s TO renamed', name, con) FROM k
UNION ALL SELECT 'not valid', true, anew || def || ' NOT VALID' FROM again
  WHERE contype IN ('c', 'f') AND convalidated AND relkind = 'r'
UNION ALL SELECT 'no inherit', true, anew || def || ' NO INHERIT' FROM again
  WHERE contype = 'c' AND NOT connoinherit AND relkind = 'r'
UNION ALL SELECT 'deferrable', true, anew || def || x
  FROM again, regexp_split_to_table(' DEFERRABLE| DEFERRABLE INITIALLY DEFERRED', '\|') x
  WHERE contype IN ('p', 'u', 'f', 'x') AND NOT condeferrable AND convalidated
UNION ALL SELECT 'action', true, anew || regexp_replace(def, ' (ON (DELETE|UPDATE)|DEFERRABLE|NOT VALID).*', '') || x
  FROM again, regexp_split_to_table(' ON DELETE SET NULL| ON UPDATE CASCADE| MATCH FULL| ON DELETE RESTRICT| ON DELETE SET DEFAULT', '\|') x
  WHERE contype = 'f' AND strpos(def, x) = 0
UNION ALL SELECT 'other columns', true, format('%s%s (%s) INCLUDE (%s)', again.anew,
    CASE again.contype WHEN 'p' THEN 'PRIMARY KEY' ELSE 'UNIQUE' END, a.col, b.col)
  FROM again JOIN a ON a.oid = again.oid JOIN a b ON b.oid = a.oid AND b.attnum <> a.attnum
  WHERE again.contype IN ('p', 'u') AND strpos(again.def, 'INCLUDE') = 0
UNION ALL SELECT 'include', true, anew || format('%s INCLUDE (%s)', def, a.col) FROM again JOIN a USING (oid)
  WHERE contype IN ('p', 'u') AND strpos(def, 'INCLUDE') = 0 AND NOT condeferrable
UNION ALL SELECT 'check added', true, format('ALTER TABLE %s ADD CHECK (%s IS NOT NULL OR %s)', name, col, x)
  FROM a, regexp_split_to_table('true|lib.f_check(1) > 0|now() > ''2020-01-01 00:00+02''', '\|') x WHERE NOT part
UNION ALL SELECT 'unique added', true, format('ALTER TABLE %s ADD UNIQUE (%s)', name, col) FROM a WHERE relkind = 'r'
UNION ALL SELECT 'exclusion added', true, format('ALTER TABLE %s ADD EXCLUDE USING btree (%s WITH =) %s', name, col, x)
  FROM a, regexp_split_to_table('|WHERE (true)|DEFERRABLE', '\|') x WHERE relkind = 'r'
UNION ALL SELECT 'reference added', true, format('ALTER TABLE %s ADD FOREIGN KEY (%s) REFERENCES s1.parent', name, col)
  FROM a WHERE atttypid = 'integer'::regtype AND NOT part AND attgenerated = ''
UNION ALL SELECT 'index added', true, format('CREATE UNIQUE INDEX ON %s (%s)', name, x)
  FROM a, LATERAL unnest(ARRAY[col, col || ' DESC', col || ' NULLS FIRST', '(' || col || ' IS NULL)',
    col || ') INCLUDE (' || col, col || ') WHERE (' || col || ' IS NOT NULL']) x
  WHERE relkind = 'r' AND attgenerated <> 'v'
UNION ALL SELECT 'index dropped', true, format('DROP INDEX %s', index) FROM i
UNION ALL SELECT 'index changed', true, format('DROP INDEX %s; %s', index, x) FROM i, LATERAL unnest(ARRAY[
    def || CASE WHEN def LIKE '% WHERE %' THEN ' AND 1 = 1' ELSE ' WHERE 1 = 1' END,
    regexp_replace(def, '\)( WHERE .*)?$', ' DESC NULLS LAST)\1'),
    regexp_replace(def, '\)( WHERE .*)?$', ') WITH (fillfactor=70)\1')]) x
UNION ALL SELECT 'nulls not distinct', true, format('DROP INDEX %s; %s', index,
    regexp_replace(def, '\)( WHERE .*)?$', ') NULLS NOT DISTINCT\1')) FROM i
  WHERE current_setting('server_version_num')::int >= 150000
UNION ALL SELECT 'trigger dropped', true, format('DROP TRIGGER %s ON %s', trigger, name) FROM g
UNION ALL SELECT 'trigger disabled', true, format('ALTER TABLE %s DISABLE TRIGGER %s', name, trigger) FROM g
UNION ALL SELECT 'trigger after', true, format('DROP TRIGGER %s ON %s; %s', trigger, name,
    replace(def, ' BEFORE ', ' AFTER ')) FROM g WHERE relkind = 'r' AND def LIKE '% BEFORE %'
UNION ALL SELECT 'label added', true, format('ALTER TYPE %s ADD VALUE ''new'' %s', name, x)
  FROM y, regexp_split_to_table('|BEFORE ''ok''|AFTER ''sad''', '\|') x WHERE typtype = 'e'
UNION ALL SELECT 'label renamed', true, format('ALTER TYPE %s RENAME VALUE ''ok'' TO ''fine''', name) FROM y WHERE typtype = 'e'
UNION ALL SELECT 'labels swapped', true, format('ALTER TYPE %s RENAME VALUE ''ok'' TO ''x''; ALTER TYPE %s '
    'RENAME VALUE ''sad'' TO ''ok''; ALTER TYPE %s RENAME VALUE ''x'' TO ''sad''', name, name, name) FROM y WHERE typtype = 'e'
UNION ALL SELECT 'type renamed', true, format('ALTER TYPE %s RENAME TO renamed', name) FROM y
UNION ALL SELECT 'type dropped', true, format('DROP TYPE %s CASCADE', name) FROM y
UNION ALL SELECT 'attribute', true, format('ALTER TYPE %s %s CASCADE', name, x) FROM y,
    regexp_split_to_table('ADD ATTRIBUTE added integer|DROP ATTRIBUTE b|ALTER ATTRIBUTE a TYPE bigint|RENAME ATTRIBUTE a TO renamed|ALTER ATTRIBUTE b TYPE text COLLATE "C"', '\|') x WHERE typtype = 'c'
UNION ALL SELECT 'domain', true, format('ALTER DOMAIN %s %s', name, x) FROM y,
    regexp_split_to_table('ADD CHECK (VALUE > -7)|SET DEFAULT 77|ADD CHECK (VALUE < 777) NOT VALID|ADD CONSTRAINT named CHECK (lib.f_check(VALUE) > 0)', '\|') x WHERE typtype = 'd'
UNION ALL SELECT 'domain not null', true, format('ALTER DOMAIN %s SET NOT NULL', name) FROM y WHERE typtype = 'd' AND NOT typnotnull
UNION ALL SELECT 'domain check dropped', true, format('ALTER DOMAIN %s DROP CONSTRAINT %I', y.name, k.conname)
  FROM y JOIN pg_constraint k ON k.contypid = y.oid AND k.contype = 'c'
UNION ALL SELECT 'domain check renamed', true, format('ALTER DOMAIN %s RENAME CONSTRAINT %I TO renamed', y.name, k.conname)
  FROM y JOIN pg_constraint k ON k.contypid = y.oid AND k.contype = 'c'
UNION ALL SELECT 'function renamed', true, format('ALTER FUNCTION %s RENAME TO renamed', function) FROM f
UNION ALL SELECT 'sequence renamed', true, format('ALTER SEQUENCE %s RENAME TO renamed', d.refobjid::regclass)
  FROM pg_depend d JOIN pg_class s ON s.oid = d.refobjid AND s.relkind = 'S'
  WHERE d.classid = 'pg_attrdef'::regclass AND d.refclassid = 'pg_class'::regclass
UNION ALL SELECT 'partition detached', true, format('ALTER TABLE %s DETACH PARTITION %s', i.inhparent::regclass, t.name)
  FROM t JOIN pg_inherits i ON i.inhrelid = t.oid WHERE part
UNION ALL SELECT 'bound', true, 'ALTER TABLE s1.range DETACH PARTITION s1.range1; ALTER TABLE s1.range '
    'ATTACH PARTITION s1.range1 FOR VALUES FROM (2) TO (10)'
UNION ALL SELECT 'time bound', true, 'ALTER TABLE s1.times DETACH PARTITION s1.times1; ALTER TABLE s1.times '
    'ATTACH PARTITION s1.times1 FOR VALUES FROM (''2020-01-01 00:00+01'') TO (''2021-01-01 00:00+00'')'
UNION ALL SELECT 'partition key', true, 'DROP TABLE s1.range; CREATE TABLE s1.range (v integer, w integer) '
    'PARTITION BY RANGE (' || x || '); CREATE TABLE s1.range1 PARTITION OF s1.range FOR VALUES FROM (1) TO (10)'
  FROM regexp_split_to_table('w|(v + 1)|(lib.f_generated(v))|v int4_ops', '\|') x WHERE x <> 'v int4_ops'
UNION ALL SELECT 'parent', true, 'CREATE TABLE s1.range0 (LIKE s1.range) PARTITION BY RANGE (v); ALTER TABLE s1.range '
    'DETACH PARTITION s1.range1; ALTER TABLE s1.range0 ATTACH PARTITION s1.range1 FOR VALUES FROM (1) TO (10)'
UNION ALL SELECT 'extension', true, 'CREATE EXTENSION ' || name FROM pg_available_extensions
  WHERE installed_version IS NULL AND name IN ('citext', 'hstore', 'pg_trgm')
UNION ALL SELECT 'extension moved', true, format('ALTER EXTENSION %I SET SCHEMA lib', extname) FROM pg_extension WHERE extrelocatable
UNION ALL SELECT 'identity option', true, format('ALTER TABLE %s ALTER COLUMN %s SET %s', name, col, x)
  FROM a, regexp_split_to_table('INCREMENT BY 7|START WITH 5|MAXVALUE 1000|MINVALUE -5|CYCLE|CACHE 9', '\|') x WHERE attidentity <> ''
UNION ALL SELECT 'sequence option', true, format('ALTER SEQUENCE %s %s', sequence, x)
  FROM s, regexp_split_to_table('INCREMENT 3|START 7|MAXVALUE 9999|MINVALUE -3|CYCLE|CACHE 5|AS smallint|INCREMENT -1 MINVALUE -9 MAXVALUE 9 START 1', '\|') x
  WHERE deptype <> 'i' OR x <> 'AS smallint'
UNION ALL SELECT 'sequence owner', true, format('ALTER SEQUENCE %s OWNED BY NONE', sequence) FROM s WHERE deptype = 'a'
UNION ALL SELECT 'sequence owned', true, 'ALTER SEQUENCE s1.loose OWNED BY s1.fed.v' FROM s WHERE deptype = 'n'
UNION ALL SELECT 'identity sequence renamed', true, format('ALTER SEQUENCE %s RENAME TO renamed', sequence) FROM s WHERE deptype = 'i'
UNION ALL SELECT 'sequence moved', true, format('ALTER SEQUENCE %s SET SCHEMA lib', sequence) FROM s WHERE deptype = 'n'
UNION ALL SELECT 'sequence unlogged', true, format('ALTER SEQUENCE %s SET UNLOGGED', sequence) FROM s
  WHERE relpersistence = 'p' AND current_setting('server_version_num')::int >= 150000
UNION ALL SELECT 'rule added', true, format('CREATE RULE added AS ON %s TO %s DO %s', x, name, y)
  FROM t, regexp_split_to_table('INSERT|UPDATE|DELETE', '\|') x, regexp_split_to_table('INSTEAD NOTHING|ALSO NOTIFY it|ALSO DELETE FROM s1.parent WHERE id = 3', '\|') y
UNION ALL SELECT 'rule dropped', true, format('DROP RULE %s ON %s', rule, name) FROM u
UNION ALL SELECT 'rule renamed', true, format('ALTER RULE %s ON %s RENAME TO renamed', rule, name) FROM u
UNION ALL SELECT 'rule enabled', true, format('ALTER TABLE %s %s RULE %s', name, x, rule)
  FROM u, regexp_split_to_table('DISABLE|ENABLE REPLICA|ENABLE ALWAYS', '\|') x WHERE ev_enabled = 'O'
UNION ALL SELECT 'rule changed', true, format('CREATE OR REPLACE RULE %s AS ON INSERT TO %s %s', rule, name, x)
  FROM u, regexp_split_to_table('DO ALSO INSERT INTO s1.kin VALUES (7, 7)|DO INSTEAD INSERT INTO s1.kin VALUES (7, 8)|WHERE NEW.a > 3 DO ALSO INSERT INTO s1.kin VALUES (7, 8)', '\|') x
UNION ALL SELECT 'row security', true, format('ALTER TABLE %s %s ROW LEVEL SECURITY', name, CASE WHEN relrowsecurity THEN 'DISABLE' ELSE 'ENABLE' END) FROM t
UNION ALL SELECT 'row security forced', true, format('ALTER TABLE %s %s ROW LEVEL SECURITY', name, CASE WHEN relforcerowsecurity THEN 'NO FORCE' ELSE 'FORCE' END) FROM t
UNION ALL SELECT 'policy added', true, format('CREATE POLICY added ON %s AS %s FOR %s', name, x, y)
  FROM t, regexp_split_to_table('PERMISSIVE|RESTRICTIVE', '\|') x, regexp_split_to_table('ALL|SELECT TO crew|INSERT WITH CHECK (true)|UPDATE USING (lib.f_check(1) > 0)|DELETE', '\|') y
UNION ALL SELECT 'policy dropped', true, format('DROP POLICY %s ON %s', policy, name) FROM p
UNION ALL SELECT 'policy renamed', true, format('ALTER POLICY %s ON %s RENAME TO renamed', policy, name) FROM p
UNION ALL SELECT 'policy changed', true, format('ALTER POLICY %s ON %s %s', policy, name, x)
  FROM p, regexp_split_to_table('USING (a > 1)|WITH CHECK (a > 0)|TO crew|TO "Fr ed", crew|USING (EXISTS (SELECT FROM s1.parent))', '\|') x
UNION ALL SELECT 'policy kind', true, format('DROP POLICY %s ON %s; CREATE POLICY %s ON %s %s', policy, name, policy, name, x)
  FROM p, regexp_split_to_table('AS RESTRICTIVE USING (a > 0)|FOR UPDATE USING (a > 0)|FOR DELETE USING (a > 0)', '\|') x
UNION ALL SELECT 'trigger enabled', true, format('ALTER TABLE %s ENABLE %s TRIGGER %s', name, x, trigger)
  FROM g, regexp_split_to_table('ALWAYS|REPLICA', '\|') x
UNION ALL SELECT 'trigger of a partition', true, format('ALTER TABLE s1.range1 %s TRIGGER w', x)
  FROM (VALUES ('DISABLE', 'D'), ('ENABLE REPLICA', 'R'), ('ENABLE ALWAYS', 'A')) v(x, state)
  JOIN pg_trigger g ON g.tgrelid = to_regclass('s1.range1') AND g.tgname = 'w' AND g.tgenabled <> state::"char"
UNION ALL SELECT 'trigger arguments', true, format('DROP TRIGGER %s ON %s; %s', trigger, name, regexp_replace(def, '\([^()]*\)$', x))
  FROM g, regexp_split_to_table('(''other'')|(''one'', ''t''''wo\'')|('''')|('''', '''')', '\|') x
UNION ALL SELECT 'trigger condition', true, format('DROP TRIGGER %s ON %s; %s', trigger, name,
    replace(regexp_replace(def, ' WHEN \(.*\) EXECUTE', ' EXECUTE'), ' EXECUTE ', x || ' EXECUTE '))
  FROM g, regexp_split_to_table(' WHEN (1 = 1)| WHEN (lib.f_check(1) > 0)| WHEN (NEW.a IS NULL)', '\|') x
UNION ALL SELECT 'trigger without condition', true, format('DROP TRIGGER %s ON %s; %s', trigger, name,
    regexp_replace(def, ' WHEN \(.*\) EXECUTE', ' EXECUTE')) FROM g WHERE def LIKE '% WHEN (%'
UNION ALL SELECT 'trigger columns', true, format('DROP TRIGGER %s ON %s; %s', trigger, name, regexp_replace(def, ' UPDATE OF \w+ ON ', x))
  FROM g, regexp_split_to_table(' UPDATE OF a ON | UPDATE ON | UPDATE OF b, a ON ', '\|') x WHERE def LIKE '% UPDATE OF %'
UNION ALL SELECT 'trigger tables', true, format('CREATE OR REPLACE TRIGGER z AFTER INSERT ON %s REFERENCING NEW TABLE AS %s FOR EACH STATEMENT EXECUTE FUNCTION lib.fired()', name, x)
  FROM t, regexp_split_to_table('fresh|"Fr esh"', '\|') x WHERE relkind = 'r' AND NOT part AND current_setting('server_version_num')::int >= 140000
UNION ALL SELECT 'constraint trigger', true, format('CREATE CONSTRAINT TRIGGER z AFTER INSERT ON %s %s FOR EACH ROW EXECUTE FUNCTION lib.fired()', name, x)
  FROM t, regexp_split_to_table('|FROM s1.parent|DEFERRABLE|DEFERRABLE INITIALLY DEFERRED', '\|') x WHERE relkind = 'r' AND NOT part
UNION ALL SELECT 'inherits', true, format('ALTER TABLE s1.heir %s', x)
  FROM regexp_split_to_table('NO INHERIT s1.parent|INHERIT s1.elder', '\|') x
UNION ALL SELECT 'own as well', true, 'ALTER TABLE s1.heir NO INHERIT s1.parent; DROP TABLE s1.heir; CREATE TABLE s1.heir (own integer' || x || ') INHERITS (s1.parent)'
  FROM regexp_split_to_table(', id integer|, other integer|, CONSTRAINT c CHECK (other > 0)', '\|') x
UNION ALL SELECT 'heir', true, 'CREATE TABLE s1.another () INHERITS (s1.parent)'
UNION ALL SELECT 'typed', true, x FROM regexp_split_to_table('ALTER TABLE s1.typed NOT OF|ALTER TABLE s1.pairs OF s1.pair', '\|') x
UNION ALL SELECT 'collation dropped', true, 'DROP COLLATION s1.coll CASCADE'
UNION ALL SELECT 'collation renamed', true, 'ALTER COLLATION s1.coll RENAME TO renamed'
UNION ALL SELECT 'collation added', true, 'CREATE COLLATION s1.added ' || x
  FROM regexp_split_to_table('FROM "POSIX"|(provider = icu, locale = ''und'')|(lc_collate = ''C'', lc_ctype = ''POSIX'')', '\|') x
UNION ALL SELECT 'collation changed', true, 'DROP COLLATION s1.coll; CREATE COLLATION s1.coll ' || x FROM regexp_split_to_table(
    'FROM "POSIX"|(provider = icu, locale = ''und'')|(provider = icu, locale = ''und'', deterministic = false)|(lc_collate = ''C'', lc_ctype = ''POSIX'')', '\|') x
UNION ALL SELECT 'range changed', true, 'DROP TYPE s1.span; CREATE TYPE s1.span AS RANGE (' || x || ')' FROM regexp_split_to_table(
    'subtype = integer|subtype = text, collation = "C"|subtype = text, subtype_opclass = text_pattern_ops|subtype = float8, subtype_diff = float8mi', '\|') x
UNION ALL SELECT 'range added', true, 'CREATE TYPE s1.added AS RANGE (subtype = integer)'
UNION ALL SELECT 'multirange', true, 'DROP TYPE s1.span; CREATE TYPE s1.span AS RANGE (subtype = text, multirange_type_name = s1.many)'
  WHERE current_setting('server_version_num')::int >= 140000
UNION ALL SELECT 'index invalid', true, format('UPDATE pg_index SET indisvalid = false WHERE indexrelid = %L::regclass', index) FROM i
UNION ALL SELECT 'partition added', true, 'CREATE TABLE s1.range9 PARTITION OF s1.range ' || x
  FROM regexp_split_to_table('DEFAULT|FOR VALUES FROM (10) TO (MAXVALUE)', '\|') x
UNION ALL SELECT 'partition strategy', true, 'DROP TABLE s1.range; CREATE TABLE s1.range (v integer, w integer) PARTITION BY ' || x
  FROM regexp_split_to_table('LIST (v)|HASH (v)|RANGE (v, w)|RANGE (v) ', '\|') x
UNION ALL SELECT 'foreign server', true, 'DROP FOREIGN TABLE s1.far; CREATE FOREIGN TABLE s1.far (a integer) SERVER other'
UNION ALL SELECT 'foreign table', true, 'DROP FOREIGN TABLE s1.far; CREATE TABLE s1.far (a integer)'
UNION ALL SELECT 'nulls not distinct key', true, format('%s %s', anew, replace(def, 'UNIQUE (', 'UNIQUE NULLS NOT DISTINCT (')) FROM again
  WHERE contype = 'u' AND def NOT LIKE '%NULLS%' AND current_setting('server_version_num')::int >= 150000
UNION ALL SELECT 'set null of columns', true, anew || regexp_replace(def, ' (ON (DELETE|UPDATE)|DEFERRABLE|NOT VALID).*', '') || ' ON DELETE SET NULL (a)' FROM again
  WHERE contype = 'f' AND current_setting('server_version_num')::int >= 150000
UNION ALL SELECT 'without overlaps', true, 'ALTER TABLE s1.pairs ADD COLUMN during int4range NOT NULL, ADD UNIQUE (during WITHOUT OVERLAPS)'
  WHERE current_setting('server_version_num')::int >= 180000
UNION ALL SELECT 'not enforced', true, anew || def || ' NOT ENFORCED' FROM again
  WHERE contype IN ('c', 'f') AND def NOT LIKE '%ENFORCED' AND convalidated AND current_setting('server_version_num')::int >= 180000 AND relkind = 'r'
UNION ALL SELECT 'virtual', true, format('ALTER TABLE %s DROP COLUMN %s, ADD COLUMN %s %s GENERATED ALWAYS AS (%s) VIRTUAL', name, col, col, type,
    (SELECT pg_get_expr(d.adbin, d.adrelid) FROM pg_attrdef d WHERE d.adrelid = a.oid AND d.adnum = a.attnum)) FROM a
  WHERE attgenerated = 's' AND current_setting('server_version_num')::int >= 180000
UNION ALL SELECT 'not null named', true, format('ALTER TABLE %s ALTER COLUMN %s DROP NOT NULL, ADD CONSTRAINT named NOT NULL %s %s', name, col, col, x)
  FROM a, regexp_split_to_table('|NOT VALID|NO INHERIT', '\|') x WHERE attnotnull AND attidentity = '' AND NOT in_key AND NOT part
    AND current_setting('server_version_num')::int >= 180000
-- what a copy doesn't touch
UNION ALL SELECT 'none', false, 'SELECT 1'
UNION ALL SELECT 'comment', false, format('COMMENT ON TABLE %s IS ''more''', name) FROM t
UNION ALL SELECT 'storage', false, format('ALTER TABLE %s SET (fillfactor = 70)', name) FROM t WHERE relkind = 'r'
UNION ALL SELECT 'statistics', false, format('ALTER TABLE %s ALTER COLUMN %s SET STATISTICS 7', name, col) FROM a
UNION ALL SELECT 'owner', false, format('ALTER TABLE %s OWNER TO CURRENT_USER', name) FROM t WHERE NOT part
UNION ALL SELECT 'grant', false, format('GRANT SELECT ON %s TO PUBLIC', name) FROM t
UNION ALL SELECT 'place of a column', false,
    format('ALTER TABLE %s DROP COLUMN %s, ADD COLUMN %s %s', name, col, col, type) FROM a
  WHERE NOT attnotnull AND NOT atthasdef AND attidentity = '' AND attcollation IN (0, 100)
    AND attnum = (SELECT max(b.attnum) FROM a b WHERE b.oid = a.oid)
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.refobjid = a.oid AND d.refobjsubid = a.attnum)
UNION ALL SELECT 'constraint anew', false, anew || def FROM again WHERE contype <> 'p' AND contype <> 'u'
UNION ALL SELECT 'default anew', false, 'SET search_path = lib; ALTER DOMAIN s1.small SET DEFAULT f_default(2); '
    'ALTER TABLE s1.parent ALTER COLUMN other SET DEFAULT f_default(3); RESET search_path'
UNION ALL SELECT 'view', false, format('CREATE VIEW s1.added AS SELECT * FROM %s', name) FROM t
UNION ALL SELECT 'function', false, 'CREATE FUNCTION lib.added() RETURNS integer LANGUAGE sql AS ''SELECT 1'''
UNION ALL SELECT 'sequence', false, 'CREATE SEQUENCE s1.added'
UNION ALL SELECT 'plain index', false, format('CREATE INDEX ON %s (%s)', name, col) FROM a WHERE attgenerated <> 'v'
UNION ALL SELECT 'how constants are written', false, format('ALTER DATABASE %I SET %s', current_database(), x)
  FROM regexp_split_to_table('TimeZone = ''Asia/Kolkata''|DateStyle = ''German''|IntervalStyle = iso_8601|extra_float_digits = 0|bytea_output = escape|quote_all_identifiers = on|standard_conforming_strings = off|lc_monetary = ''C.UTF-8''', '\|') x
