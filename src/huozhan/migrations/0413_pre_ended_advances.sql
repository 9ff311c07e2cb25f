-- What of a repayment the funder took, where a person ended it; a large difference is ended by two.
-- Expects: 0290, 0311. Locks: advance_deed for a moment while a column and a constraint are added. Back: drop the table and the
-- column; nothing may have been ended with a difference by then.

ALTER TABLE advance_deed
    ADD COLUMN taken_minor bigint,
    ADD CONSTRAINT advance_deed_takes_no_more
        CHECK (taken_minor IS NULL OR (state = 'ended' AND kind = 'repayments' AND taken_minor BETWEEN 0 AND amount_minor)) NOT VALID;

-- How much of it one person would end it with; the same word of another one ends it.
CREATE TABLE advance_deed_proposal (
    order_id    bigint NOT NULL,
    parcel_id   bigint NOT NULL,
    deed_id     bigint NOT NULL,
    taken_minor bigint NOT NULL CHECK (taken_minor >= 0),
    proposed_by bigint NOT NULL,
    proposed_at timestamptz NOT NULL,
    PRIMARY KEY (order_id, parcel_id, deed_id),
    FOREIGN KEY (order_id, parcel_id, deed_id) REFERENCES advance_deed
);
