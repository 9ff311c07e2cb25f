-- The bare limit of an offer's page on this machine: one row by its key with the rows of its variants, in tables that
-- know nothing else. This file never changes with the market's own code.
CREATE SCHEMA IF NOT EXISTS bare;
CREATE TABLE bare.goods (id bigint PRIMARY KEY, title text, about text, price bigint, facts jsonb);
CREATE TABLE bare.variant (goods_id bigint, no int, name text, stock bigint, PRIMARY KEY (goods_id, no));
INSERT INTO bare.goods SELECT n, repeat('t', 60), repeat('d', 200), n, '{"a": 1, "b": "two"}' FROM generate_series(1, 1000) AS n;
INSERT INTO bare.variant SELECT n, v, 'variant ' || v, v * 10 FROM generate_series(1, 1000) AS n, generate_series(1, 5) AS v;
ANALYZE bare.goods;
ANALYZE bare.variant;
