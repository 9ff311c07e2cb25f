-- Whether a shop's orders open again when their payment comes shortly after the time to pay.
-- Expects: 0020. Locks: shop for a moment. Back: drop the column.

ALTER TABLE shop ADD COLUMN reopens_late boolean NOT NULL DEFAULT false;
