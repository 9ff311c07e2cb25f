-- Carts, orders with lines, moves, holds, payments, amendments, refunds and notes; the rules of ordering.
-- Expects: the kernel's tables. Locks: nothing that exists. Back: drop the tables, delete the rules below.

CREATE TABLE cart_line (
    org_id    bigint NOT NULL,
    sku_id    bigint NOT NULL,
    is_sample boolean NOT NULL,
    quantity  bigint NOT NULL CHECK (quantity > 0),
    added_at  timestamptz NOT NULL,
    added_by  bigint NOT NULL,
    PRIMARY KEY (org_id, sku_id, is_sample)
);

-- Amounts that move (paid, refunded, released) are what the states say; the ledger is what they must equal.
CREATE TABLE trade_order (
    order_id        bigint PRIMARY KEY,
    number          text NOT NULL,
    buyer_id        bigint NOT NULL,
    seller_id       bigint NOT NULL,
    buyer_name      jsonb NOT NULL,
    seller_name     jsonb NOT NULL,
    state           text NOT NULL CHECK (state IN (
        'wait_pay', 'wait_send', 'part_sent', 'wait_receive', 'success', 'closed', 'terminated')),
    trade_type      text NOT NULL,
    placed_at       timestamptz NOT NULL,
    placed_by       bigint NOT NULL,
    goods_minor     bigint NOT NULL CHECK (goods_minor >= 0),
    freight_minor   bigint NOT NULL CHECK (freight_minor >= 0),
    paid_minor      bigint NOT NULL DEFAULT 0,
    refunded_minor  bigint NOT NULL DEFAULT 0 CHECK (refunded_minor >= 0),
    released_minor  bigint NOT NULL DEFAULT 0 CHECK (released_minor >= 0),
    payment_id      bigint NOT NULL DEFAULT 0,
    promise_hours   int NOT NULL,
    pay_close_at    timestamptz NOT NULL,
    paid_at         timestamptz,
    ship_promise_at timestamptz,
    receive_due_at  timestamptz,
    is_late         boolean NOT NULL DEFAULT false,
    ended_at        timestamptz,
    region_code     text NOT NULL,
    delivery        jsonb NOT NULL,
    receiver        bytea NOT NULL,
    phone           bytea NOT NULL,
    street          bytea NOT NULL,
    rule_pins       jsonb NOT NULL,
    CHECK (paid_minor >= refunded_minor + released_minor),
    CHECK (state NOT IN ('success', 'closed', 'terminated') OR paid_minor = refunded_minor + released_minor)
);
CREATE INDEX trade_order_by_buyer ON trade_order (buyer_id, placed_at, order_id);
CREATE INDEX trade_order_by_seller ON trade_order (seller_id, placed_at, order_id);
CREATE INDEX trade_order_by_buyer_state ON trade_order (buyer_id, state, placed_at, order_id);
CREATE INDEX trade_order_by_seller_state ON trade_order (seller_id, state, placed_at, order_id);

CREATE TABLE order_line (
    order_id      bigint NOT NULL REFERENCES trade_order,
    line_no       int NOT NULL,
    sku_id        bigint NOT NULL,
    offer_id      bigint NOT NULL,
    offer_version int NOT NULL,
    category_id   text NOT NULL,
    title         jsonb NOT NULL,
    options       jsonb NOT NULL,
    picture       text,
    unit          text NOT NULL,
    quantity      bigint NOT NULL CHECK (quantity > 0),
    price_e4      bigint NOT NULL CHECK (price_e4 >= 0),
    goods_minor   bigint NOT NULL CHECK (goods_minor >= 0),
    freight_minor bigint NOT NULL CHECK (freight_minor >= 0),
    basis         text NOT NULL,
    step_from     bigint NOT NULL,
    is_sample     boolean NOT NULL,
    weight_g      bigint NOT NULL,
    shipped       bigint NOT NULL DEFAULT 0 CHECK (shipped >= 0),
    received      bigint NOT NULL DEFAULT 0 CHECK (received >= 0),
    refunded      bigint NOT NULL DEFAULT 0 CHECK (refunded >= 0),
    PRIMARY KEY (order_id, line_no),
    CHECK (received <= shipped),
    CHECK (shipped + refunded <= quantity)
);

CREATE TABLE order_move (
    order_id  bigint NOT NULL REFERENCES trade_order,
    move_id   bigint NOT NULL,
    event     text NOT NULL,
    state     text NOT NULL,
    moved_at  timestamptz NOT NULL,
    org_id    bigint NOT NULL,
    person_id bigint NOT NULL,
    door      text NOT NULL,
    reason    text NOT NULL,
    PRIMARY KEY (order_id, move_id)
);

CREATE TABLE order_hold (
    order_id  bigint NOT NULL REFERENCES trade_order,
    code      text NOT NULL,
    about_id  bigint NOT NULL,
    stops     text[] NOT NULL,
    deed      text NOT NULL DEFAULT '',
    reason    text NOT NULL DEFAULT '',
    held_at   timestamptz NOT NULL,
    org_id    bigint NOT NULL,
    person_id bigint NOT NULL,
    PRIMARY KEY (order_id, code, about_id)
);

CREATE TABLE order_payment (
    order_id     bigint NOT NULL REFERENCES trade_order,
    payment_id   bigint NOT NULL,
    amount_minor bigint NOT NULL,
    state        text NOT NULL CHECK (state IN ('open', 'paid', 'closed', 'returned')),
    opened_at    timestamptz NOT NULL,
    ended_at     timestamptz,
    PRIMARY KEY (order_id, payment_id)
);
CREATE INDEX order_payment_by_payment ON order_payment (payment_id);

CREATE TABLE order_amendment (
    order_id      bigint NOT NULL REFERENCES trade_order,
    amendment_id  bigint NOT NULL,
    state         text NOT NULL CHECK (state IN ('offered', 'closing', 'applied', 'dropped')),
    goods_minor   bigint NOT NULL,
    freight_minor bigint NOT NULL,
    was_minor     bigint NOT NULL,
    line_goods    bigint[] NOT NULL,
    is_abnormal   boolean NOT NULL,
    reason        text NOT NULL,
    amended_at    timestamptz NOT NULL,
    amended_by    bigint NOT NULL,
    ended_at      timestamptz,
    ended_by      bigint,
    PRIMARY KEY (order_id, amendment_id)
);

CREATE TABLE order_refund (
    order_id      bigint NOT NULL REFERENCES trade_order,
    refund_id     bigint NOT NULL,
    buyer_id      bigint NOT NULL,
    seller_id     bigint NOT NULL,
    state         text NOT NULL CHECK (state IN ('asked', 'agreed', 'refused')),
    amount_minor  bigint NOT NULL CHECK (amount_minor >= 0),
    line_nos      int[] NOT NULL,
    quantities    bigint[] NOT NULL,
    reason        text NOT NULL,
    asked_at      timestamptz NOT NULL,
    asked_by      bigint NOT NULL,
    answer_due_at timestamptz,
    answered_at   timestamptz,
    answered_by   text NOT NULL DEFAULT '',
    answer        text NOT NULL DEFAULT '',
    PRIMARY KEY (order_id, refund_id)
);
CREATE UNIQUE INDEX order_refund_one_open ON order_refund (order_id) WHERE state = 'asked';
CREATE INDEX order_refund_open_by_buyer ON order_refund (buyer_id) WHERE state = 'asked';
CREATE INDEX order_refund_open_by_seller ON order_refund (seller_id) WHERE state = 'asked';

CREATE TABLE order_note (
    order_id   bigint NOT NULL REFERENCES trade_order,
    note_id    bigint NOT NULL,
    org_id     bigint NOT NULL,
    person_id  bigint NOT NULL,
    is_private boolean NOT NULL,
    note       text NOT NULL,
    noted_at   timestamptz NOT NULL,
    PRIMARY KEY (order_id, note_id)
);

INSERT INTO rule_version (code, version, value, unit, effective_from, reason) VALUES
    ('pay_close.spot', 1, 24, 'hours', '2000-01-01', 'B1.3'),
    ('pay_close.negotiated', 1, 5, 'days', '2000-01-01', 'B1.3'),
    ('refund_answer.auto_within', 1, 6, 'hours', '2000-01-01', 'B1.3'),
    ('refund_answer.auto_up_to', 1, 100000, 'minor', '2000-01-01', 'B1.3'),
    ('refund_answer.unshipped', 1, 48, 'hours', '2000-01-01', 'B1.3'),
    ('amend.abnormal_bp', 1, 5000, 'bp', '2000-01-01', 'B1.2');
