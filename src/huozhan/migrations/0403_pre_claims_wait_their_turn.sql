-- A claim waits for its turn: goods were taken back, and what others are asked for may leave it something of the insured sum.
-- Expects: 0400. Locks: insurance_claim for a moment. Back: drop the column.

ALTER TABLE insurance_claim ADD COLUMN taken_back_at timestamptz;
