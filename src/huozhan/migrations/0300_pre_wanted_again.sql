-- A job that is wanted again, under its key, while it is being worked.
-- Expects: 0001. Back: drop the column; what is wanted in that moment is then lost, as it was before.

ALTER TABLE job ADD COLUMN again_at timestamptz;
