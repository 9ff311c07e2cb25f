-- Of what was written off of a loan's captures, what refunds of its goods brought back to the market.
-- Expects: 0311. Locks: loan for a moment while a column and a constraint are added. Back: drop the column.

ALTER TABLE loan
    ADD COLUMN recovered_minor bigint NOT NULL DEFAULT 0,
    ADD CONSTRAINT loan_recovers_what_was_lost CHECK (recovered_minor BETWEEN 0 AND greatest(written_minor, 0)) NOT VALID;
