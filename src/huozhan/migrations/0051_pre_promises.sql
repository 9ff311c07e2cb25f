-- Questions for a refund that the buyer took back; claims that an order's breach gave its buyer; the rules of late shipment.
-- Expects: 0050. Locks: order_refund for a moment. Back: drop the table and the check's new word, delete the rules below.

ALTER TABLE order_refund DROP CONSTRAINT order_refund_state_check;
ALTER TABLE order_refund ADD CONSTRAINT order_refund_state_check
    CHECK (state IN ('asked', 'agreed', 'refused', 'taken_back'));

-- The same breach is compensated once, whoever notices it how often.
CREATE TABLE order_claim (
    order_id     bigint NOT NULL REFERENCES trade_order,
    cause        text NOT NULL CHECK (cause IN ('late')),
    goods_minor  bigint NOT NULL CHECK (goods_minor > 0),
    amount_minor bigint NOT NULL CHECK (amount_minor > 0),
    made_at      timestamptz NOT NULL,
    PRIMARY KEY (order_id, cause)
);

INSERT INTO rule_version (code, version, value, unit, effective_from, reason) VALUES
    ('compensation.late_bp', 1, 500, 'bp', '2000-01-01', 'B1.7'),
    ('compensation.late_least', 1, 500, 'minor', '2000-01-01', 'B1.7'),
    ('compensation.late_most', 1, 10000, 'minor', '2000-01-01', 'B1.7'),
    ('auto_refund.unshipped', 1, 15, 'days', '2000-01-01', 'B1.2');
