-- Coupons of the market: a budget each, and how much of it orders took and gave back.
-- Expects: 0152. Locks: promotion and promotion_use for columns with a constant default. Back: drop the columns.

ALTER TABLE promotion
    ADD COLUMN budget_minor bigint CHECK (budget_minor > 0),
    ADD CONSTRAINT promotion_of_the_market_has_a_budget CHECK ((kind = 'platform_coupon') = (budget_minor IS NOT NULL)),
    ADD CONSTRAINT promotion_of_the_market_is_nobodys CHECK ((kind = 'platform_coupon') = (seller_id = 0));

ALTER TABLE promotion_use
    ADD COLUMN is_market boolean NOT NULL DEFAULT false,
    ADD COLUMN back_minor bigint NOT NULL DEFAULT 0,
    ADD CONSTRAINT promotion_use_gives_back_what_it_took CHECK (back_minor BETWEEN 0 AND amount_minor);
