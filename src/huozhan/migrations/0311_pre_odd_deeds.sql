-- What a lender answered otherwise than asked is kept with its answer and ended by people, above a threshold by two.
-- Expects: 0260. Locks: loan and loan_deed for a moment while columns and constraints are added. Back: drop the table, the
-- columns and the rule, and put loan_is_repaid_once of 0260 again; nothing may be written off by then.

ALTER TABLE loan
    ADD COLUMN written_minor bigint NOT NULL DEFAULT 0,
    ADD CONSTRAINT loan_written_minor_check CHECK (written_minor >= 0) NOT VALID,
    DROP CONSTRAINT loan_is_repaid_once,
    ADD CONSTRAINT loan_is_repaid_once CHECK (refunded_minor + repaid_minor + written_minor <= captured_minor) NOT VALID;

-- The lender's answer as it came, where it did not fit what was asked.
ALTER TABLE loan_deed ADD COLUMN told text NOT NULL DEFAULT '';

CREATE INDEX loan_deed_odd ON loan_deed (order_id) WHERE state = 'odd';

-- How one person would end such a deed; the same word of another one ends it.
CREATE TABLE loan_deed_proposal (
    order_id    bigint NOT NULL,
    payment_id  bigint NOT NULL,
    deed_id     bigint NOT NULL,
    ending      text NOT NULL CHECK (ending IN ('accept', 'write_off')),
    taken_minor bigint NOT NULL CHECK (taken_minor >= 0),
    proposed_by bigint NOT NULL,
    proposed_at timestamptz NOT NULL,
    PRIMARY KEY (order_id, payment_id, deed_id),
    FOREIGN KEY (order_id, payment_id, deed_id) REFERENCES loan_deed
);

INSERT INTO rule_version (code, version, value, unit, effective_from, reason) VALUES
    ('pay_later.second_person_from', 1, 100000, 'minor', '2000-01-01', 'B5.5');
