-- The insurer's files are compared and waited for like those of every other party.
-- Expects: 0390. Locks: the tables of compared files for a moment. Back: delete the rows of the insurer's sources and put the
-- constraints of 0390 again.

ALTER TABLE channel_trade
    DROP CONSTRAINT channel_trade_source_check,
    ADD CONSTRAINT channel_trade_source_check
        CHECK (source IN ('trades', 'bank', 'lender', 'carrier', 'funder', 'insurer')) NOT VALID;
ALTER TABLE reconciled_day
    DROP CONSTRAINT reconciled_day_source_check,
    ADD CONSTRAINT reconciled_day_source_check CHECK (source IN (
        'trades', 'settlement', 'bank', 'lender', 'lender_settlement', 'carrier', 'funder', 'funder_settlement', 'insurer',
        'insurer_settlement')) NOT VALID;
ALTER TABLE channel_difference
    DROP CONSTRAINT channel_difference_source_check,
    ADD CONSTRAINT channel_difference_source_check
        CHECK (source IN ('trades', 'settlement', 'bank', 'lender', 'carrier', 'funder', 'insurer')) NOT VALID;
