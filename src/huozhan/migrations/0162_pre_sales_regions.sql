-- The regions that a shop does not sell to, for as long as it cannot deliver there.
-- Expects: 0020. Locks: shop for a moment. Back: drop the column.

ALTER TABLE shop ADD COLUMN not_sold_to text[] NOT NULL DEFAULT '{}';
