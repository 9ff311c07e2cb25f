-- Money that came under a reference nobody made: parked on 213 until a person sends it back.
-- Expects: 0040. Locks: nothing that exists. Back: drop the table.

CREATE TABLE parked_receipt (
    receipt_id     bigint PRIMARY KEY,
    channel_id     bigint NOT NULL,
    merchant_ref   text NOT NULL,
    channel_txn    text NOT NULL,
    amount_minor   bigint NOT NULL CHECK (amount_minor > 0),
    currency       text NOT NULL,
    returned_minor bigint NOT NULL DEFAULT 0,
    paid_at        timestamptz,
    parked_at      timestamptz NOT NULL,
    state          text NOT NULL DEFAULT 'parked' CHECK (state IN ('parked', 'asked', 'returned')),
    refund_id      bigint,
    asked_at       timestamptz,
    asked_by       bigint,
    reason         text NOT NULL DEFAULT '',
    ended_at       timestamptz,
    failed_why     text NOT NULL DEFAULT '',
    ask_at         timestamptz,
    asks           int NOT NULL DEFAULT 0,
    CHECK (returned_minor BETWEEN 0 AND amount_minor),
    CHECK ((state = 'returned') = (returned_minor = amount_minor)),
    CHECK ((state = 'asked') = (ask_at IS NOT NULL))
);
CREATE INDEX parked_receipt_to_ask ON parked_receipt (ask_at) WHERE ask_at IS NOT NULL;
CREATE UNIQUE INDEX parked_receipt_refund ON parked_receipt (refund_id) WHERE refund_id IS NOT NULL;
