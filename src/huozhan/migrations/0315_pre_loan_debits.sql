-- What is owed to a lender is repaid from the buyer's wallet on its due day, where the buyer has agreed to that.
-- Expects: 0311. Locks: loan and lender_account for a moment while columns are added. Back: drop the columns and the rules.

ALTER TABLE lender_account
    ADD COLUMN repays_itself boolean NOT NULL DEFAULT false,
    ADD COLUMN repays_since timestamptz;

-- When it is debited or its buyer reminded; null where nothing is due or that was done. `debits` counts the tries.
ALTER TABLE loan
    ADD COLUMN debit_at timestamptz,
    ADD COLUMN debits int NOT NULL DEFAULT 0;
CREATE INDEX loan_to_debit ON loan (debit_at) WHERE debit_at IS NOT NULL;
UPDATE loan SET debit_at = due_at
 WHERE due_at IS NOT NULL AND captured_minor > refunded_minor + repaid_minor + written_minor AND state IN ('active', 'part');

INSERT INTO rule_version (code, version, value, unit, effective_from, reason) VALUES
    ('pay_later.debit_time', 1, 14, 'hours', '2000-01-01', 'B1.5c'),
    ('pay_later.debit_again', 1, 24, 'hours', '2000-01-01', 'B1.5c');
