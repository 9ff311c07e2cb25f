-- The funder's files are compared and waited for like those of every other party; the sources of all parties are named in one place.
-- Expects: 0211, 0310. Locks: the tables of compared files for a moment. Back: delete the rows of the funder's sources and put
-- the constraints of the newest migration before this one again.

ALTER TABLE channel_trade
    DROP CONSTRAINT channel_trade_source_check,
    ADD CONSTRAINT channel_trade_source_check
        CHECK (source IN ('trades', 'bank', 'lender', 'carrier', 'funder')) NOT VALID;
ALTER TABLE reconciled_day
    DROP CONSTRAINT reconciled_day_source_check,
    ADD CONSTRAINT reconciled_day_source_check CHECK (source IN (
        'trades', 'settlement', 'bank', 'lender', 'lender_settlement', 'carrier', 'funder', 'funder_settlement')) NOT VALID;
ALTER TABLE channel_difference
    DROP CONSTRAINT channel_difference_source_check,
    ADD CONSTRAINT channel_difference_source_check
        CHECK (source IN ('trades', 'settlement', 'bank', 'lender', 'carrier', 'funder')) NOT VALID;
