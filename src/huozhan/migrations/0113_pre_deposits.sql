-- Deposits: how a seller's stands, payments of deposits through the channel; shops that may not sell for now.
-- Expects: 0020, 0040. Locks: shop for a moment. Back: drop the tables and the column, delete the rules.

ALTER TABLE shop ADD COLUMN restricted_why text NOT NULL DEFAULT '' CHECK (restricted_why IN ('', 'deposit', 'closed'));

CREATE TABLE deposit_standing (
    org_id     bigint PRIMARY KEY,
    state      text NOT NULL CHECK (state IN ('enough', 'low', 'restricted')),
    changed_at timestamptz NOT NULL
);

CREATE TABLE deposit_payment (
    deposit_id   bigint PRIMARY KEY,
    org_id       bigint NOT NULL,
    payment_id   bigint NOT NULL DEFAULT 0,
    amount_minor bigint NOT NULL CHECK (amount_minor > 0),
    asked_at     timestamptz NOT NULL,
    asked_by     bigint NOT NULL,
    credited_at  timestamptz
);

-- No deposit is asked for until an operator says so, with the notice that every rule has.
INSERT INTO rule_version (code, version, value, unit, effective_from, reason) VALUES
    ('deposit.required', 1, 0, 'minor', '2000-01-01', 'B5.2'),
    ('deposit.floor', 1, 0, 'minor', '2000-01-01', 'B5.2'),
    ('deposit.release_after', 1, 15, 'days', '2000-01-01', 'B1.3'),
    ('deposit.pay_within', 1, 24, 'hours', '2000-01-01', 'B1.3');
