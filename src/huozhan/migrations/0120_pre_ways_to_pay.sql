-- Payments by other ways than the online channel: company bank transfer and wallet; money that came to the bank.
-- Expects: 0040. Locks: payment and payment_refund for a moment each (a column with a constant, two checks).
-- Back: drop the tables and the columns, put the two checks of 0040 back, delete the rules below.

ALTER TABLE payment ADD COLUMN method text NOT NULL DEFAULT 'channel';
ALTER TABLE payment ADD CONSTRAINT payment_method CHECK (method IN ('channel', 'bank', 'wallet')) NOT VALID;
ALTER TABLE payment DROP CONSTRAINT payment_check;
-- Only a channel owes an answer about an open payment; what a bank receives it tells in its statements.
ALTER TABLE payment ADD CONSTRAINT payment_is_asked_about
    CHECK ((method = 'channel' AND state IN ('opening', 'open', 'closing')) = (ask_at IS NOT NULL)) NOT VALID;
CREATE INDEX payment_by_bank_open ON payment (amount_minor) WHERE method = 'bank' AND state = 'open';

-- A refund of a bank payment is asked about transfer by transfer (bank_payout), so the refund itself waits for nobody.
ALTER TABLE payment_refund DROP CONSTRAINT payment_refund_check;
ALTER TABLE payment_refund ADD CONSTRAINT payment_refund_is_asked_about
    CHECK (ask_at IS NULL OR state = 'asked') NOT VALID;
CREATE INDEX payment_refund_open ON payment_refund (refund_id) WHERE state = 'asked';

-- A transaction of the bank is its own aggregate: it came once, whatever is told about it and wherever from.
CREATE TABLE bank_txn_claim (
    bank_txn    text NOT NULL,
    bank_id     bigint NOT NULL,
    receipt_id  bigint NOT NULL,
    fingerprint bytea NOT NULL,
    PRIMARY KEY (bank_txn, bank_id)
);

-- Money that came to the custody bank, line by line of its statements.
CREATE TABLE bank_receipt (
    receipt_id      bigint PRIMARY KEY,
    bank_id         bigint NOT NULL,
    bank_txn        text NOT NULL,
    source          text NOT NULL CHECK (source IN ('bank', 'file')),
    amount_minor    bigint NOT NULL CHECK (amount_minor > 0),
    currency        text NOT NULL,
    payer_name      text NOT NULL,
    payer_account   bytea NOT NULL,
    payer_masked    text NOT NULL,
    payer_bank      text NOT NULL,
    virtual_account text NOT NULL,
    remark          text NOT NULL,
    booked_at       timestamptz NOT NULL,
    noted_at        timestamptz NOT NULL,
    state           text NOT NULL CHECK (state IN ('new', 'waiting', 'matched', 'parked', 'returning', 'returned')),
    why             text NOT NULL DEFAULT '',
    payment_id      bigint,
    CHECK (state NOT IN ('waiting', 'matched') OR payment_id IS NOT NULL)
);
CREATE INDEX bank_receipt_by_payment ON bank_receipt (payment_id) WHERE payment_id IS NOT NULL;
CREATE INDEX bank_receipt_open ON bank_receipt (receipt_id) WHERE state IN ('new', 'waiting', 'parked', 'returning');

CREATE TABLE bank_receipt_move (
    receipt_id bigint NOT NULL REFERENCES bank_receipt,
    move_id    bigint NOT NULL,
    event      text NOT NULL,
    state      text NOT NULL,
    why        text NOT NULL,
    moved_at   timestamptz NOT NULL,
    person_id  bigint NOT NULL,
    reason     text NOT NULL,
    PRIMARY KEY (receipt_id, move_id)
);

-- Which money paid which order, so that a refund finds the account it came from and never exceeds what came from there.
CREATE TABLE bank_receipt_share (
    payment_id     bigint NOT NULL,
    order_id       bigint NOT NULL,
    receipt_id     bigint NOT NULL,
    amount_minor   bigint NOT NULL CHECK (amount_minor > 0),
    refunded_minor bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (payment_id, order_id, receipt_id),
    CONSTRAINT bank_share_covers_refunds CHECK (refunded_minor BETWEEN 0 AND amount_minor)
);

-- Lines that could not be read, or that tell otherwise of what was told before; kept sealed, because they name accounts.
CREATE TABLE bank_line_refused (
    line_hash bytea PRIMARY KEY,
    line_id   bigint NOT NULL,
    bank_id   bigint NOT NULL,
    source    text NOT NULL CHECK (source IN ('bank', 'file')),
    bank_txn  text NOT NULL,
    why       text NOT NULL,
    body      bytea NOT NULL,
    noted_at  timestamptz NOT NULL
);

-- Money on its way back to the account it came from: all of a receipt, or a refund of what it paid.
CREATE TABLE bank_payout (
    receipt_id   bigint NOT NULL,
    payout_id    bigint NOT NULL,
    payment_id   bigint NOT NULL,
    refund_id    bigint NOT NULL,
    amount_minor bigint NOT NULL CHECK (amount_minor > 0),
    currency     text NOT NULL,
    state        text NOT NULL CHECK (state IN ('asked', 'done', 'failed', 'retried')),
    asked_at     timestamptz NOT NULL,
    asked_by     bigint NOT NULL,
    ended_at     timestamptz,
    ended_why    text NOT NULL DEFAULT '',
    ask_at       timestamptz,
    asks         int NOT NULL DEFAULT 0,
    PRIMARY KEY (receipt_id, payout_id),
    CHECK ((state = 'asked') = (ask_at IS NOT NULL))
);
CREATE UNIQUE INDEX bank_payout_one_return ON bank_payout (receipt_id) WHERE refund_id = 0 AND state = 'asked';
CREATE INDEX bank_payout_to_ask ON bank_payout (ask_at) WHERE ask_at IS NOT NULL;
CREATE INDEX bank_payout_by_refund ON bank_payout (refund_id) WHERE refund_id <> 0;
CREATE INDEX bank_payout_failed ON bank_payout (payout_id) WHERE state = 'failed' AND refund_id <> 0;

INSERT INTO rule_version (code, version, value, unit, effective_from, reason) VALUES
    ('bank.return_after', 1, 10, 'days', '2000-01-01', 'B1.5d');
