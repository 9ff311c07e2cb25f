-- Which keys a market's sealed fields were made with, so that it is never opened with others.
-- Expects: 0001. Locks: market, for an instant. Back: drop the column.

ALTER TABLE market ADD COLUMN keys_mark bytea;
