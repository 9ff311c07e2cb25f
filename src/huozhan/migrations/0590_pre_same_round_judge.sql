-- By which version of this program the identical goods of a round were told: another one begins a new round.
-- Expects: 0560. Locks: a table of one row. Back: drop the column; a changed judge then waits until the market doubles.

ALTER TABLE same_round ADD COLUMN judge text NOT NULL DEFAULT '';
