-- What each line of an order was lowered by, and a mark that spares quotes of shops without promotions a question.
-- Expects: 0020, 0050. Locks: shop and order_line for a column with a constant default. Back: drop the table and the columns.

-- How a line came from its list price to what it costs: one row per step of B2.2, with the words it had.
CREATE TABLE order_discount (
    order_id     bigint NOT NULL REFERENCES trade_order,
    line_no      int NOT NULL,
    step         text NOT NULL CHECK (step IN ('item', 'full', 'shop_coupon', 'platform_coupon')),
    promotion_id bigint NOT NULL,
    coupon_id    bigint NOT NULL DEFAULT 0,
    funder       text NOT NULL CHECK (funder IN ('seller', 'market')),
    name         jsonb NOT NULL,
    amount_minor bigint NOT NULL CHECK (amount_minor > 0),
    PRIMARY KEY (order_id, line_no, step),
    CHECK ((step = 'platform_coupon') = (funder = 'market'))
);

-- What the seller took off a line's list price; its goods_minor is what is left.
ALTER TABLE order_line ADD COLUMN discount_minor bigint NOT NULL DEFAULT 0 CHECK (discount_minor >= 0);

-- Until when a quote must ask for promotions at all: the shop's own, and under seller 0 those of the whole market.
ALTER TABLE shop ADD COLUMN promoted_until timestamptz;
