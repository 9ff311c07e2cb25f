-- How old what stands on the accounts of funders (103) and carriers (208) may become. What a funder's file of deeds says that
-- passes between the banks is kept with its day, to be told from what its settlement brought; null where it was not kept yet.
-- Expects: 0212, 0291. Locks: reconciled_day for a moment. Back: drop the column and delete the rules.

ALTER TABLE reconciled_day ADD COLUMN passes_minor bigint;

INSERT INTO rule_version (code, version, value, unit, effective_from, reason) VALUES
    ('clearing.funder_age', 1, 3, 'days', '2000-01-01', 'B5.2'),
    ('clearing.carrier_age', 1, 45, 'days', '2000-01-01', 'B5.2');
