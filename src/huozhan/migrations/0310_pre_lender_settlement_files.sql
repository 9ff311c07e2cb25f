-- A lender's settlement file is waited for like any other file of a day, so a late one is not taken for an empty one.
-- Expects: 0211, 0261. Locks: reconciled_day for a moment while its constraint is replaced. Back: delete the rows of this
-- source from reconciled_day and awaited_file and put the constraint of 0211 again.

ALTER TABLE reconciled_day
    DROP CONSTRAINT reconciled_day_source_check,
    ADD CONSTRAINT reconciled_day_source_check
        CHECK (source IN ('trades', 'settlement', 'bank', 'lender', 'lender_settlement')) NOT VALID;
