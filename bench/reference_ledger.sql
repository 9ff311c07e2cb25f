-- The bare limit of a transfer on this machine: the rows a double entry must write, in one transaction, by
-- hand-written SQL on tables that know nothing else. This file never changes with the market's own code.
DROP SCHEMA IF EXISTS bare CASCADE;
CREATE SCHEMA bare;
CREATE TABLE bare.claim (business_key text PRIMARY KEY, entry_id bigint NOT NULL, fingerprint bytea NOT NULL);
CREATE TABLE bare.entry (
    entry_id bigint PRIMARY KEY, code text, business_key text, about_id bigint, memo text, happened_at timestamptz,
    actor_kind text, person_id bigint, org_id bigint, door text);
CREATE TABLE bare.posting (
    entry_id bigint, line_no int, debit_code int, debit_owner bigint, credit_code int, credit_owner bigint,
    amount_minor bigint CHECK (amount_minor > 0), PRIMARY KEY (entry_id, line_no));
CREATE INDEX ON bare.posting (debit_code, debit_owner, entry_id);
CREATE INDEX ON bare.posting (credit_code, credit_owner, entry_id);
CREATE TABLE bare.unsealed (entry_id bigint PRIMARY KEY, posted_at timestamptz NOT NULL);
CREATE TABLE bare.balance (
    code int, owner_id bigint, posted_minor bigint NOT NULL CHECK (posted_minor >= 0), PRIMARY KEY (code, owner_id)
) WITH (fillfactor = 80);
INSERT INTO bare.balance SELECT code, n, 1000000000 FROM generate_series(1, 10000) AS n, unnest(ARRAY[202, 206]) AS code;
