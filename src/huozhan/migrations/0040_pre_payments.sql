-- Payments with their parts, callbacks as they came, refunds, releases that wait, bank accounts and withdrawals.
-- Expects: 0001, 0030. Locks: nothing that exists. Back: drop the tables, delete the rules below.

CREATE TABLE payment (
    payment_id   bigint PRIMARY KEY,
    payer_id     bigint NOT NULL,
    channel_id   bigint NOT NULL,
    amount_minor bigint NOT NULL CHECK (amount_minor > 0),
    currency     text NOT NULL,
    subject      text NOT NULL,
    state        text NOT NULL CHECK (state IN ('opening', 'open', 'closing', 'closed', 'paid', 'mismatched')),
    pay_url      text NOT NULL DEFAULT '',
    channel_txn  text,
    opened_at    timestamptz NOT NULL,
    expires_at   timestamptz NOT NULL,
    paid_at      timestamptz,
    ask_at       timestamptz,
    asks         int NOT NULL DEFAULT 0,
    CHECK ((state IN ('opening', 'open', 'closing')) = (ask_at IS NOT NULL)),
    CHECK ((state IN ('paid', 'mismatched')) = (channel_txn IS NOT NULL))
) WITH (fillfactor = 80);
CREATE INDEX payment_by_payer ON payment (payer_id, payment_id);
CREATE INDEX payment_to_ask ON payment (ask_at) WHERE ask_at IS NOT NULL;

CREATE TABLE payment_part (
    payment_id   bigint NOT NULL REFERENCES payment,
    order_id     bigint NOT NULL,
    seller_id    bigint NOT NULL,
    amount_minor bigint NOT NULL CHECK (amount_minor > 0),
    state        text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'escrowed', 'returned')),
    PRIMARY KEY (payment_id, order_id)
) WITH (fillfactor = 80);

CREATE TABLE payment_move (
    payment_id bigint NOT NULL REFERENCES payment,
    move_id    bigint NOT NULL,
    event      text NOT NULL,
    state      text NOT NULL,
    moved_at   timestamptz NOT NULL,
    person_id  bigint NOT NULL,
    door       text NOT NULL,
    reason     text NOT NULL,
    PRIMARY KEY (payment_id, move_id)
);

-- A transaction of a channel is its own aggregate: it pays once, whatever is told about it.
CREATE TABLE channel_txn_claim (
    channel_txn text NOT NULL,
    channel_id  bigint NOT NULL,
    payment_id  bigint NOT NULL,
    PRIMARY KEY (channel_txn, channel_id)
);

-- What outside parties said, byte for byte, believed or not; answers to our own questions too.
CREATE TABLE outside_callback (
    callback_id bigint PRIMARY KEY,
    party       text NOT NULL,
    message_id  text NOT NULL,
    kind        text NOT NULL,
    body        bytea NOT NULL,
    is_genuine  boolean NOT NULL,
    is_answer   boolean NOT NULL,
    received_at timestamptz NOT NULL,
    outcome     text NOT NULL DEFAULT '',
    done_at     timestamptz
);
CREATE INDEX outside_callback_to_do ON outside_callback (received_at) WHERE done_at IS NULL;
CREATE INDEX outside_callback_odd ON outside_callback (callback_id)
 WHERE outcome IN ('second_txn', 'txn_reused', 'unknown_reference', 'impossible');

CREATE TABLE payment_refund (
    payment_id    bigint NOT NULL REFERENCES payment,
    refund_id     bigint NOT NULL,
    order_id      bigint NOT NULL,
    refund_key    text NOT NULL,
    buyer_id      bigint NOT NULL,
    amount_minor  bigint NOT NULL CHECK (amount_minor > 0),
    currency      text NOT NULL,
    state         text NOT NULL CHECK (state IN ('asked', 'done')),
    channel_minor bigint NOT NULL DEFAULT 0,
    wallet_minor  bigint NOT NULL DEFAULT 0,
    reason        text NOT NULL,
    asked_at      timestamptz NOT NULL,
    asked_by      bigint NOT NULL,
    ended_at      timestamptz,
    ended_why     text NOT NULL DEFAULT '',
    ask_at        timestamptz,
    asks          int NOT NULL DEFAULT 0,
    PRIMARY KEY (payment_id, refund_id),
    UNIQUE (payment_id, order_id, refund_key),
    CHECK ((state = 'asked') = (ask_at IS NOT NULL)),
    CHECK (state = 'asked' OR channel_minor + wallet_minor = amount_minor)
);
CREATE INDEX payment_refund_to_ask ON payment_refund (ask_at) WHERE ask_at IS NOT NULL;

-- Seller's money that is earned but waits for the rule `settle_hold`; without a hold there is no row.
CREATE TABLE held_release (
    release_id   bigint PRIMARY KEY,
    order_id     bigint NOT NULL,
    order_number text NOT NULL,
    release_key  text NOT NULL,
    seller_id    bigint NOT NULL,
    seller_minor bigint NOT NULL CHECK (seller_minor > 0),
    due_at       timestamptz NOT NULL,
    settled_at   timestamptz
);

-- What the channel paid out to the custody bank, by trading day (E2), and what its file says that we do not.
CREATE TABLE channel_settlement (
    channel_id  bigint NOT NULL,
    settled_on  date NOT NULL,
    gross_minor bigint NOT NULL,
    fee_minor   bigint NOT NULL,
    net_minor   bigint NOT NULL CHECK (net_minor = gross_minor - fee_minor),
    trades      int NOT NULL,
    noted_at    timestamptz NOT NULL,
    PRIMARY KEY (channel_id, settled_on)
);

CREATE TABLE reconciliation_difference (
    channel_id    bigint NOT NULL,
    settled_on    date NOT NULL,
    reference     text NOT NULL,
    sort          text NOT NULL CHECK (sort IN ('only_channel', 'only_ours', 'amount_differs', 'twice')),
    channel_minor bigint NOT NULL,
    ours_minor    bigint NOT NULL,
    PRIMARY KEY (channel_id, settled_on, reference)
);

CREATE TABLE bank_account (
    org_id         bigint NOT NULL,
    account_id     bigint NOT NULL,
    number         bytea NOT NULL,
    number_masked  text NOT NULL,
    number_hash    bytea NOT NULL,
    holder         text NOT NULL,
    bank_name      text NOT NULL,
    added_at       timestamptz NOT NULL,
    added_by       bigint NOT NULL,
    usable_at      timestamptz NOT NULL,
    PRIMARY KEY (org_id, account_id)
);

CREATE TABLE withdrawal (
    org_id        bigint NOT NULL,
    withdrawal_id bigint NOT NULL,
    account_id    bigint NOT NULL,
    amount_minor  bigint NOT NULL CHECK (amount_minor > 0),
    currency      text NOT NULL,
    state         text NOT NULL CHECK (state IN ('asked', 'done', 'failed')),
    asked_at      timestamptz NOT NULL,
    asked_by      bigint NOT NULL,
    ended_at      timestamptz,
    ended_why     text NOT NULL DEFAULT '',
    ask_at        timestamptz,
    asks          int NOT NULL DEFAULT 0,
    PRIMARY KEY (org_id, withdrawal_id),
    FOREIGN KEY (org_id, account_id) REFERENCES bank_account,
    CHECK ((state = 'asked') = (ask_at IS NOT NULL))
);
CREATE INDEX withdrawal_to_ask ON withdrawal (ask_at) WHERE ask_at IS NOT NULL;

INSERT INTO rule_version (code, version, value, unit, effective_from, reason) VALUES
    ('fees.commission', 1, 200, 'bp', '2000-01-01', 'B5.3'),
    ('fees.vat', 1, 600, 'bp', '2000-01-01', 'B5.3'),
    ('settle_hold', 1, 0, 'days', '2000-01-01', 'B5.3 E5'),
    ('payments.intent_patience', 1, 60, 'seconds', '2000-01-01', 'A3.7'),
    ('bank.cool_off', 1, 24, 'hours', '2000-01-01', 'B5.5');
