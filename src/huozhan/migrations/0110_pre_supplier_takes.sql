-- What is taken from a supplier after it was paid: claw-backs, compensation, what it owes; the pool's account is checked now.
-- Expects: 0030, 0040, 0051. Locks: ledger_posting against writes while two of its indexes are built anew (about a second
-- per million postings); order_claim for a moment. Back: drop the tables, the column and the rules; the wider indexes and
-- the check's new word may stay.

CREATE INDEX ledger_posting_debits ON ledger_posting (debit_code, debit_owner, entry_id)
 WHERE debit_code IN (105, 201, 202, 203, 204, 205, 206, 207, 209, 211, 213);
CREATE INDEX ledger_posting_credits ON ledger_posting (credit_code, credit_owner, entry_id)
 WHERE credit_code IN (105, 201, 202, 203, 204, 205, 206, 207, 209, 211, 213);
DROP INDEX ledger_posting_by_debit;
DROP INDEX ledger_posting_by_credit;

-- One row per event that a supplier pays for; the same cause takes once.
CREATE TABLE supplier_take (
    order_id         bigint NOT NULL,
    cause            text NOT NULL,
    seller_id        bigint NOT NULL,
    buyer_id         bigint NOT NULL,
    amount_minor     bigint NOT NULL CHECK (amount_minor > 0),
    available_minor  bigint NOT NULL CHECK (available_minor >= 0),
    deposit_minor    bigint NOT NULL CHECK (deposit_minor >= 0),
    pool_minor       bigint NOT NULL CHECK (pool_minor >= 0),
    debt_minor       bigint NOT NULL CHECK (debt_minor >= 0),
    commission_minor bigint NOT NULL CHECK (commission_minor >= 0),
    vat_minor        bigint NOT NULL CHECK (vat_minor >= 0),
    refund_id        bigint NOT NULL DEFAULT 0,
    taken_at         timestamptz NOT NULL,
    PRIMARY KEY (order_id, cause),
    CHECK (available_minor + deposit_minor + pool_minor + debt_minor = amount_minor)
);

-- How much of what a supplier earned with an order has gone back; never more than was earned.
CREATE TABLE order_clawed (
    order_id                 bigint PRIMARY KEY,
    earned_goods_minor       bigint NOT NULL,
    earned_freight_minor     bigint NOT NULL,
    charged_commission_minor bigint NOT NULL,
    charged_vat_minor        bigint NOT NULL,
    goods_minor              bigint NOT NULL DEFAULT 0,
    freight_minor            bigint NOT NULL DEFAULT 0,
    commission_minor         bigint NOT NULL DEFAULT 0,
    vat_minor                bigint NOT NULL DEFAULT 0,
    CONSTRAINT order_clawed_goods_were_earned CHECK (goods_minor BETWEEN 0 AND earned_goods_minor),
    CONSTRAINT order_clawed_freight_was_earned CHECK (freight_minor BETWEEN 0 AND earned_freight_minor),
    CONSTRAINT order_clawed_commission_was_charged CHECK (commission_minor BETWEEN 0 AND charged_commission_minor),
    CONSTRAINT order_clawed_vat_was_charged CHECK (vat_minor BETWEEN 0 AND charged_vat_minor)
);

CREATE TABLE seller_debt (
    seller_id    bigint PRIMARY KEY,
    owed_minor   bigint NOT NULL CHECK (owed_minor >= 0),
    repaid_minor bigint NOT NULL DEFAULT 0 CHECK (repaid_minor BETWEEN 0 AND owed_minor),
    since        timestamptz NOT NULL
);

ALTER TABLE order_claim DROP CONSTRAINT order_claim_cause_check;
ALTER TABLE order_claim ADD CONSTRAINT order_claim_cause_check CHECK (cause IN ('late', 'no_stock'));
ALTER TABLE order_claim ADD COLUMN paid_at timestamptz;

-- Claims that were only written down before are paid by the worker; an order's id is free as a job's.
INSERT INTO job (job_id, kind, payload, run_at, queued_at)
SELECT order_id, 'ordering.pay_claim', jsonb_build_object('order_id', order_id, 'cause', cause), made_at, made_at
  FROM order_claim WHERE paid_at IS NULL;

INSERT INTO rule_version (code, version, value, unit, effective_from, reason) VALUES
    ('compensation.no_stock_bp', 1, 500, 'bp', '2000-01-01', 'B1.7'),
    ('compensation.no_stock_least', 1, 500, 'minor', '2000-01-01', 'B1.7'),
    ('compensation.no_stock_most', 1, 10000, 'minor', '2000-01-01', 'B1.7'),
    ('compensation.pool_promise', 1, 48, 'hours', '2000-01-01', 'B1.7');
