-- Money in another currency that a channel does not, or only partly, send back: it is parked, and a person ends it.
-- Expects: 0041, 0120. Locks: payment_refund and parked_receipt for a moment each (columns with constants, checks).
-- Back: drop the columns, put the checks of 0040 and 0041 back, delete the rule; what was settled must be asked about anew.

ALTER TABLE payment_refund ADD COLUMN parked_minor bigint NOT NULL DEFAULT 0;
ALTER TABLE payment_refund DROP CONSTRAINT payment_refund_check1;
ALTER TABLE payment_refund ADD CONSTRAINT payment_refund_adds_up
    CHECK (state = 'asked' OR channel_minor + wallet_minor + parked_minor = amount_minor) NOT VALID;
ALTER TABLE payment_refund ADD CONSTRAINT payment_refund_parks_something CHECK (parked_minor >= 0) NOT VALID;

-- Who is asked back about it, and who ended it: two people where it is much.
ALTER TABLE parked_receipt ADD COLUMN payer_id bigint NOT NULL DEFAULT 0;
ALTER TABLE parked_receipt ADD COLUMN settled_minor bigint NOT NULL DEFAULT 0;
ALTER TABLE parked_receipt ADD COLUMN needs_second boolean NOT NULL DEFAULT false;
ALTER TABLE parked_receipt ADD COLUMN proposed_by bigint;
ALTER TABLE parked_receipt ADD COLUMN proposed_at timestamptz;
ALTER TABLE parked_receipt ADD COLUMN proposed_why text NOT NULL DEFAULT '';
ALTER TABLE parked_receipt ADD COLUMN settled_by bigint;
ALTER TABLE parked_receipt DROP CONSTRAINT parked_receipt_state_check;
ALTER TABLE parked_receipt ADD CONSTRAINT parked_receipt_state_check
    CHECK (state IN ('parked', 'asked', 'returned', 'settled')) NOT VALID;
ALTER TABLE parked_receipt ADD CONSTRAINT parked_receipt_is_settled_whole
    CHECK (settled_minor = CASE WHEN state = 'settled' THEN amount_minor - returned_minor ELSE 0 END) NOT VALID;
ALTER TABLE parked_receipt ADD CONSTRAINT parked_receipt_is_settled_by_somebody
    CHECK ((state = 'settled') = (settled_by IS NOT NULL)) NOT VALID;
ALTER TABLE parked_receipt ADD CONSTRAINT parked_receipt_is_settled_by_two
    CHECK (NOT needs_second OR settled_by IS NULL OR coalesce(proposed_by <> settled_by, false)) NOT VALID;

INSERT INTO rule_version (code, version, value, unit, effective_from, reason) VALUES
    ('foreign.second_person_from', 1, 500000, 'minor', '2000-01-01', 'B5.5');
