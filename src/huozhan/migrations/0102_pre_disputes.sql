-- Disputes: a case that the market rules on, with evidence by both sides, a recorded ruling and one appeal; their rules.
-- Expects: 0101. Locks: aftersale_case for a moment. Back: drop the table and the columns, take the new states away, delete the rules below.

ALTER TABLE aftersale_case DROP CONSTRAINT aftersale_case_state_check;
ALTER TABLE aftersale_case ADD CONSTRAINT aftersale_case_state_check CHECK (state IN (
    'wait_seller', 'wait_buyer_modify', 'wait_buyer_send', 'wait_seller_receive', 'platform', 'ruled', 'refunding', 'success',
    'closed'));
ALTER TABLE aftersale_case ADD COLUMN escalated_at timestamptz;
ALTER TABLE aftersale_case ADD COLUMN evidence_until timestamptz;
ALTER TABLE aftersale_case ADD COLUMN extended_by text NOT NULL DEFAULT '' CHECK (extended_by IN ('', 'buyer', 'seller'));
ALTER TABLE aftersale_case ADD COLUMN appealed_by text NOT NULL DEFAULT '' CHECK (appealed_by IN ('', 'buyer', 'seller'));
ALTER TABLE aftersale_case ADD COLUMN rulings int NOT NULL DEFAULT 0 CHECK (rulings BETWEEN 0 AND 2);
CREATE INDEX aftersale_case_to_rule ON aftersale_case (evidence_until, case_id) WHERE state = 'platform';

-- A case is ruled once, and once more after an appeal; a ruling is never changed.
CREATE TABLE aftersale_ruling (
    order_id           bigint NOT NULL,
    case_id            bigint NOT NULL,
    round              int NOT NULL CHECK (round IN (1, 2)),
    outcome            text NOT NULL CHECK (outcome IN ('full', 'part', 'none')),
    goods_minor        bigint NOT NULL CHECK (goods_minor >= 0),
    freight_minor      bigint NOT NULL CHECK (freight_minor >= 0),
    freight_bearer     text NOT NULL CHECK (freight_bearer IN ('buyer', 'seller')),
    compensation_minor bigint NOT NULL CHECK (compensation_minor >= 0),
    liability          text NOT NULL,
    needs_return       boolean NOT NULL,
    restock            boolean NOT NULL,
    rules              text[] NOT NULL CHECK (cardinality(rules) > 0),
    reason             text NOT NULL,
    ruled_at           timestamptz NOT NULL,
    ruled_by           bigint NOT NULL,
    PRIMARY KEY (order_id, case_id, round),
    FOREIGN KEY (order_id, case_id) REFERENCES aftersale_case,
    CHECK ((outcome = 'none') = (goods_minor + freight_minor = 0)),
    CHECK (freight_bearer = 'seller' OR freight_minor = 0)
);

INSERT INTO rule_version (code, version, value, unit, effective_from, reason) VALUES
    ('dispute_open.after', 1, 3, 'days', '2000-01-01', 'B1.3'),
    ('dispute_open.auto', 1, 16, 'days', '2000-01-01', 'B1.3'),
    ('dispute_evidence.within', 1, 3, 'days', '2000-01-01', 'B1.3'),
    ('dispute_evidence.more', 1, 3, 'days', '2000-01-01', 'B1.3'),
    ('dispute_decide.within', 1, 3, 'days', '2000-01-01', 'B1.3'),
    ('dispute_appeal.within', 1, 3, 'days', '2000-01-01', 'B1.3');
