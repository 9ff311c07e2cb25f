-- A reservation stands as long as its order says: the order's own timer closes it, so a second end was never asked for.
-- Expects: 0020. Locks: stock_reservation for a moment. Back: add the column again, empty.

ALTER TABLE stock_reservation DROP COLUMN expires_at;
