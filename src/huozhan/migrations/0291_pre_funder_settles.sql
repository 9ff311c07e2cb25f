-- A second party settles over 103: the funder of fast arrival beside the lender.
-- Expects: 0261. Locks: funder_settlement for a moment. Back: delete what names the funder, drop the column and put the key of
-- 0261 again.

ALTER TABLE funder_settlement
    ADD COLUMN funder_id bigint NOT NULL DEFAULT 1,
    DROP CONSTRAINT funder_settlement_pkey,
    ADD PRIMARY KEY (funder_id, settled_on);
