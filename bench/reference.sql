-- The bare limit of an order on this machine: the rows an order must write, in one transaction, by hand-written SQL
-- on tables that know nothing else. This file never changes with the market's own code.
CREATE SCHEMA bare;
CREATE TABLE bare.sku (id bigint PRIMARY KEY, price bigint NOT NULL, stock bigint NOT NULL CHECK (stock >= 0));
CREATE TABLE bare.orders (id bigint PRIMARY KEY, buyer bigint, seller bigint, amount bigint, state int, placed_at timestamptz);
CREATE TABLE bare.line (order_id bigint, no int, sku bigint, quantity int, price bigint, PRIMARY KEY (order_id, no));
CREATE TABLE bare.journal (id bigint PRIMARY KEY, order_id bigint, code text, at timestamptz);
CREATE TABLE bare.posting (journal_id bigint, no int, account bigint, amount bigint, PRIMARY KEY (journal_id, no));
CREATE TABLE bare.balance (account bigint PRIMARY KEY, amount bigint NOT NULL CHECK (amount >= 0));
CREATE TABLE bare.outbox (id bigint PRIMARY KEY, body jsonb);
INSERT INTO bare.sku SELECT n, 1000 + n, 1000000000 FROM generate_series(1, 10000) AS n;
