-- Offers say which light customisation they take and how they are sent by the piece to a buyer's customers.
-- Expects: 0570. Locks: offer for a moment. Back: drop the columns. What was published before says nothing of either.

ALTER TABLE offer ADD COLUMN customisation jsonb;
ALTER TABLE offer ADD COLUMN dropship text;
