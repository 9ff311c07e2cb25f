-- Whether a shop takes orders that a lender pays stands with the shop too, so that a quote need not ask for it.
-- Expects: 0260. Locks: shop for a moment. Back: drop the column.

ALTER TABLE shop ADD COLUMN takes_lent boolean NOT NULL DEFAULT false;
UPDATE shop SET takes_lent = true
  FROM finance_switch s WHERE s.org_id = shop.seller_id AND s.what = 'pay_later' AND s.is_on;
