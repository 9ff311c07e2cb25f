-- Coupons under amendment: what an amended order no longer uses is dropped, and the market's part is decided when it is offered.
-- Expects: 0050, 0153, 0154. Locks: promotion_use and order_amendment for a moment. Back: drop the columns, put the check back.

-- How often the market's part of an unpaid order became smaller: each time what was held is held anew.
ALTER TABLE promotion_use ADD COLUMN shrunk int NOT NULL DEFAULT 0 CHECK (shrunk >= 0);
ALTER TABLE promotion_use
    DROP CONSTRAINT promotion_use_state_check,
    ADD CONSTRAINT promotion_use_state_check CHECK (state IN ('placed', 'paid', 'closed', 'dropped'));

-- What the market pays of the amended amounts, as both sides were told; amendments made before this kept what their goods could bear.
ALTER TABLE order_amendment ADD COLUMN subsidy_minor bigint NOT NULL DEFAULT 0 CHECK (subsidy_minor >= 0);
UPDATE order_amendment a
   SET subsidy_minor = least(o.subsidy_minor, (SELECT coalesce(sum(greatest(g - 1, 0)), 0) FROM unnest(a.line_goods) AS g))
  FROM trade_order o WHERE o.order_id = a.order_id AND o.subsidy_minor > 0;
