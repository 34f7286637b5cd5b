CREATE ROLE reader LOGIN PASSWORD 'read-only';
CREATE SCHEMA shop;
GRANT USAGE ON SCHEMA shop TO reader;
CREATE TABLE shop.item (id serial PRIMARY KEY, name text);
CREATE TABLE shop.hidden (id int PRIMARY KEY);
CREATE VIEW shop.names AS SELECT name FROM shop.item;
GRANT SELECT ON shop.item, shop.names TO reader;
GRANT INSERT ON shop.item TO reader;
GRANT USAGE ON SEQUENCE shop.item_id_seq TO reader;
