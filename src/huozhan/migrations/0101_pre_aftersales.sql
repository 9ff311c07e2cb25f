-- After-sales cases with their lines, moves and evidence; their rules.
-- Expects: 0100. Locks: nothing that exists. Back: drop the tables, delete the rules below.

CREATE TABLE aftersale_case (
    order_id      bigint NOT NULL,
    case_id       bigint NOT NULL,
    number        text NOT NULL,
    order_number  text NOT NULL,
    buyer_id      bigint NOT NULL,
    seller_id     bigint NOT NULL,
    kind          text NOT NULL CHECK (kind IN ('refund_only', 'return_refund')),
    goods_status  text NOT NULL CHECK (goods_status IN ('not_received', 'received')),
    state         text NOT NULL CHECK (state IN (
                      'wait_seller', 'wait_buyer_modify', 'wait_buyer_send', 'wait_seller_receive', 'refunding', 'success',
                      'closed')),
    reason        text NOT NULL,
    liability     text NOT NULL CHECK (liability IN (
                      'quality', 'wrong_item', 'short', 'late', 'damage', 'wish', 'fake_shipment')),
    asked_minor   bigint NOT NULL CHECK (asked_minor > 0),
    refunded_minor bigint NOT NULL DEFAULT 0 CHECK (refunded_minor >= 0),
    refund_id     bigint NOT NULL DEFAULT 0,
    refusals      int NOT NULL DEFAULT 0,
    applied_at    timestamptz NOT NULL,
    applied_by    bigint NOT NULL,
    due_at        timestamptz,
    ended_at      timestamptz,
    return_place  jsonb,
    receiver      bytea,
    phone         bytea,
    street        bytea,
    carrier_code  text NOT NULL DEFAULT '',
    waybill       text NOT NULL DEFAULT '',
    restocked     boolean,
    PRIMARY KEY (order_id, case_id)
);
CREATE INDEX aftersale_case_by_id ON aftersale_case (case_id);
CREATE INDEX aftersale_case_by_buyer ON aftersale_case (buyer_id, case_id);
CREATE INDEX aftersale_case_by_seller ON aftersale_case (seller_id, state, due_at);

CREATE TABLE aftersale_line (
    order_id      bigint NOT NULL,
    case_id       bigint NOT NULL,
    line_no       int NOT NULL,
    sku_id        bigint NOT NULL,
    offer_id      bigint NOT NULL,
    category_id   text NOT NULL,
    title         jsonb NOT NULL,
    options       jsonb NOT NULL,
    picture       text,
    unit          text NOT NULL,
    quantity      bigint NOT NULL CHECK (quantity > 0),
    goods_minor   bigint NOT NULL CHECK (goods_minor BETWEEN 0 AND goods_most),
    freight_minor bigint NOT NULL CHECK (freight_minor BETWEEN 0 AND freight_most),
    goods_most    bigint NOT NULL,
    freight_most  bigint NOT NULL,
    is_open       boolean NOT NULL,
    PRIMARY KEY (order_id, case_id, line_no),
    FOREIGN KEY (order_id, case_id) REFERENCES aftersale_case
);
-- A line of an order has at most one open case.
CREATE UNIQUE INDEX aftersale_line_one_open ON aftersale_line (order_id, line_no) WHERE is_open;

CREATE TABLE aftersale_move (
    order_id  bigint NOT NULL,
    case_id   bigint NOT NULL,
    move_id   bigint NOT NULL,
    event     text NOT NULL,
    state     text NOT NULL,
    side      text NOT NULL CHECK (side IN ('buyer', 'seller', 'market', 'clock')),
    moved_at  timestamptz NOT NULL,
    person_id bigint NOT NULL,
    door      text NOT NULL,
    note      text NOT NULL,
    PRIMARY KEY (order_id, case_id, move_id),
    FOREIGN KEY (order_id, case_id) REFERENCES aftersale_case
);

CREATE TABLE aftersale_evidence (
    order_id    bigint NOT NULL,
    case_id     bigint NOT NULL,
    evidence_id bigint NOT NULL,
    side        text NOT NULL CHECK (side IN ('buyer', 'seller')),
    note        text NOT NULL,
    pictures    text[] NOT NULL,
    given_at    timestamptz NOT NULL,
    person_id   bigint NOT NULL,
    PRIMARY KEY (order_id, case_id, evidence_id),
    FOREIGN KEY (order_id, case_id) REFERENCES aftersale_case
);

INSERT INTO rule_version (code, version, value, unit, effective_from, reason) VALUES
    ('refund_answer.shipped', 1, 5, 'days', '2000-01-01', 'B1.3'),
    ('refund_modify.buyer', 1, 5, 'days', '2000-01-01', 'B1.3'),
    ('return_send.buyer', 1, 7, 'days', '2000-01-01', 'B1.3'),
    ('return_receive.seller', 1, 10, 'days', '2000-01-01', 'B1.3'),
    ('auto_confirm.after_case', 1, 48, 'hours', '2000-01-01', 'B1.6');
