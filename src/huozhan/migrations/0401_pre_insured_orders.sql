-- The premium that a buyer pays with an order, beside what goods and freight cost; and the promise of a shop to pay it.
-- Expects: 0201. Locks: shop and trade_order for a moment. Back: drop the column and put the constraints of 0201 again; nobody may
-- promise freight insurance any more.

ALTER TABLE trade_order
    ADD COLUMN premium_minor bigint NOT NULL DEFAULT 0,
    DROP CONSTRAINT trade_order_services_are_known,
    ADD CONSTRAINT trade_order_services_are_known
        CHECK (services <@ ARRAY['no_reason', 'fast_refund', 'freight_insurance']) NOT VALID,
    ADD CONSTRAINT trade_order_premium_is_paid_into_escrow
        CHECK (premium_minor >= 0 AND (premium_minor = 0 OR trade_type = 'escrow')) NOT VALID,
    ADD CONSTRAINT trade_order_is_insured_by_one
        CHECK (premium_minor = 0 OR NOT ('freight_insurance' = ANY (services))) NOT VALID;
ALTER TABLE shop
    DROP CONSTRAINT shop_services_are_known,
    ADD CONSTRAINT shop_services_are_known
        CHECK (services <@ ARRAY['no_reason', 'fast_refund', 'freight_insurance']) NOT VALID;
