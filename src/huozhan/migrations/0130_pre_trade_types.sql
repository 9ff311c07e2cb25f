-- Orders that are shipped before they are paid: what is taken on credit counts beside what is paid.
-- Expects: 0050. Locks: trade_order while its rows are read once to check the new constraints.
-- Back: put the two constraints of 0050 again and drop the column; orders on credit must have ended.

ALTER TABLE trade_order
    ADD COLUMN credit_minor bigint NOT NULL DEFAULT 0 CHECK (credit_minor >= 0),
    DROP CONSTRAINT trade_order_check,
    DROP CONSTRAINT trade_order_check1,
    ADD CONSTRAINT trade_order_money_is_covered
        CHECK (paid_minor + credit_minor >= refunded_minor + released_minor),
    ADD CONSTRAINT trade_order_money_is_decided
        CHECK (state NOT IN ('success', 'closed', 'terminated')
               OR paid_minor + credit_minor = refunded_minor + released_minor);
