-- Refunds of a buyer that have not ended, for who would leave its organisation to nobody.
-- Expects: 0040. Locks: payment_refund against writing while the index is built. Back: drop the index.

CREATE INDEX payment_refund_open_of_buyer ON payment_refund (buyer_id) WHERE state = 'asked';
