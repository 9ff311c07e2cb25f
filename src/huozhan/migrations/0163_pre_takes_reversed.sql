-- What was taken from a supplier and given back, because a disruption excuses the breach.
-- Expects: 0110. Locks: supplier_take for a moment. Back: drop the column; the journal's entries stay.

ALTER TABLE supplier_take ADD COLUMN reversed_at timestamptz;
