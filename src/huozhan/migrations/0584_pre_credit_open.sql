-- A shop says to whom it does not know yet that it grants credit terms: for how long, and from which sum a year. Agreements stay between two.
-- Expects: 0130. Locks: nothing that exists. Back: drop the table.

CREATE TABLE credit_open (
    seller_id         bigint PRIMARY KEY,
    term_days         int NOT NULL CHECK (term_days BETWEEN 1 AND 365),
    yearly_from_minor bigint NOT NULL CHECK (yearly_from_minor >= 0),
    said_at           timestamptz NOT NULL,
    said_by           bigint NOT NULL
);
