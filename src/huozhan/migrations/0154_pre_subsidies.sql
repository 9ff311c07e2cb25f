-- What the market adds to an order in its buyer's place: it stands in escrow beside what the buyer paid.
-- Expects: 0050. Locks: trade_order, order_line and order_refund for columns with a constant default. Back: drop the columns.

ALTER TABLE order_line
    ADD COLUMN subsidy_minor bigint NOT NULL DEFAULT 0,
    ADD CONSTRAINT order_line_is_not_all_subsidy CHECK (subsidy_minor BETWEEN 0 AND goods_minor);

ALTER TABLE trade_order
    ADD COLUMN subsidy_minor bigint NOT NULL DEFAULT 0,
    ADD COLUMN subsidy_back_minor bigint NOT NULL DEFAULT 0,
    ADD CONSTRAINT trade_order_gives_back_what_was_added CHECK (subsidy_back_minor BETWEEN 0 AND subsidy_minor);
