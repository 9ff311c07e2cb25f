-- Promotions inside the price: what lowers it, and what each order took of it.
-- Expects: 0001. Locks: nothing that exists. Back: drop the tables, delete the rules below.

-- The terms never change: another price is another promotion, so that an order's promotion_id says under which terms it was.
CREATE TABLE promotion (
    promotion_id bigint PRIMARY KEY,
    seller_id    bigint NOT NULL,
    kind         text NOT NULL CHECK (kind IN ('item', 'full', 'shop_coupon', 'platform_coupon')),
    state        text NOT NULL CHECK (state IN ('open', 'stopped')),
    name         jsonb NOT NULL,
    terms        jsonb NOT NULL,
    starts_at    timestamptz NOT NULL,
    ends_at      timestamptz NOT NULL,
    made_at      timestamptz NOT NULL,
    made_by      bigint NOT NULL,
    stopped_at   timestamptz,
    stopped_by   bigint,
    stop_reason  text NOT NULL DEFAULT '',
    CHECK (ends_at > starts_at),
    CHECK ((state = 'stopped') = (stopped_at IS NOT NULL))
);
CREATE INDEX promotion_by_seller ON promotion (seller_id, promotion_id);
CREATE INDEX promotion_open ON promotion (seller_id, ends_at) WHERE state = 'open';

-- What an order took of a promotion: `goods_minor` is what the lines it lowered cost afterwards.
CREATE TABLE promotion_use (
    promotion_id bigint NOT NULL REFERENCES promotion,
    order_id     bigint NOT NULL,
    buyer_id     bigint NOT NULL,
    state        text NOT NULL CHECK (state IN ('placed', 'paid', 'closed')),
    amount_minor bigint NOT NULL CHECK (amount_minor > 0),
    goods_minor  bigint NOT NULL CHECK (goods_minor >= 0),
    used_at      timestamptz NOT NULL,
    PRIMARY KEY (promotion_id, order_id)
);
CREATE INDEX promotion_use_by_order ON promotion_use (order_id);

INSERT INTO rule_version (code, version, value, unit, effective_from, reason) VALUES
    ('promotion.open_most', 1, 50, 'count', '2000-01-01', 'B2.2'),
    ('promotion.span_most', 1, 366, 'days', '2000-01-01', 'B2.2');
