-- A claim waits for its turn: goods were taken back, and what others are asked for may leave it something of the insured sum.
-- Expects: 0400. Locks: insurance_claim and insurance_policy for a moment. Back: drop the column and the index.

ALTER TABLE insurance_claim ADD COLUMN taken_back_at timestamptz;
CREATE INDEX insurance_policy_by_buyer ON insurance_policy (buyer_id, order_id);
