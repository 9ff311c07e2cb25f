-- Money of an order that a special invoice stands for goes back only once its red letter is confirmed: a gate on the order,
-- and refunds that wait before it.
-- Expects: 0120, 0230. Locks: payment_refund for a moment while columns and a constraint are added. Back: let the held
-- refunds go, drop the table and the columns.

CREATE TABLE refund_gate (
    order_id bigint NOT NULL,
    gate_id  bigint NOT NULL,
    set_at   timestamptz NOT NULL,
    PRIMARY KEY (order_id, gate_id)
);

-- A held refund is owed in the book and asked of nobody; `held_for` names what lets it go, 0 what nobody has named yet.
ALTER TABLE payment_refund
    ADD COLUMN is_held boolean NOT NULL DEFAULT false,
    ADD COLUMN held_for bigint NOT NULL DEFAULT 0,
    ADD CONSTRAINT payment_refund_held_is_not_asked CHECK (NOT is_held OR (state = 'asked' AND ask_at IS NULL)) NOT VALID;
CREATE INDEX payment_refund_held ON payment_refund (order_id) WHERE is_held;

INSERT INTO refund_gate (order_id, gate_id, set_at)
    SELECT p.order_id, i.invoice_id, coalesce(i.issued_at, i.asked_at) FROM invoice i JOIN invoice_part p USING (invoice_id)
     WHERE i.kind = 'special' AND i.state IN ('issued', 'red_part_issued', 'red_issuing', 'invaliding');
