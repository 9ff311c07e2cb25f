-- Withdrawals out of a buyer's wallet too, and large ones that a second person of the organisation approves.
-- Expects: 0040. Locks: withdrawal for a moment. Back: end what waits, drop the columns and the index, put back the old
-- words of the check, delete the rules below.

ALTER TABLE withdrawal ADD COLUMN source text NOT NULL DEFAULT 'available' CHECK (source IN ('available', 'wallet'));
ALTER TABLE withdrawal ADD COLUMN approve_until timestamptz;
ALTER TABLE withdrawal ADD COLUMN answered_by bigint;
ALTER TABLE withdrawal ADD COLUMN answered_at timestamptz;
ALTER TABLE withdrawal DROP CONSTRAINT withdrawal_state_check;
ALTER TABLE withdrawal ADD CONSTRAINT withdrawal_state_check
    CHECK (state IN ('waiting', 'asked', 'done', 'failed', 'refused', 'taken_back', 'expired'));
-- Two people: nobody says yes to what they asked for themselves.
ALTER TABLE withdrawal ADD CONSTRAINT withdrawal_is_approved_by_another
    CHECK (answered_by IS NULL OR answered_by <> asked_by OR state IN ('taken_back', 'refused', 'expired'));
ALTER TABLE withdrawal ADD CONSTRAINT withdrawal_was_approved
    CHECK (state NOT IN ('asked', 'done', 'failed') OR approve_until IS NULL OR answered_by IS NOT NULL);
CREATE INDEX withdrawal_waiting ON withdrawal (withdrawal_id) WHERE state = 'waiting';

INSERT INTO rule_version (code, version, value, unit, effective_from, reason) VALUES
    ('withdraw.once_most', 1, 50000000, 'minor', '2000-01-01', 'B5.5'),
    ('withdraw.day_most', 1, 200000000, 'minor', '2000-01-01', 'B5.5'),
    ('withdraw.day_times', 1, 20, 'count', '2000-01-01', 'B5.5'),
    ('withdraw.second_step_from', 1, 1000000, 'minor', '2000-01-01', 'B5.5'),
    ('withdraw.approval_from', 1, 5000000, 'minor', '2000-01-01', 'B5.5'),
    ('withdraw.approval_within', 1, 72, 'hours', '2000-01-01', 'B5.5');
