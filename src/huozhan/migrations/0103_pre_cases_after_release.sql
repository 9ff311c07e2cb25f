-- Cases about goods whose money was released to the seller already: it is taken back from there; the rules of how long.
-- Expects: 0102. Locks: aftersale_case for a moment. Back: drop the column, delete the rules below.

ALTER TABLE aftersale_case ADD COLUMN is_released boolean NOT NULL DEFAULT false;
ALTER TABLE aftersale_case ADD COLUMN held_minor bigint NOT NULL DEFAULT 0;

INSERT INTO rule_version (code, version, value, unit, effective_from, reason) VALUES
    ('aftersale_window.normal', 1, 15, 'days', '2000-01-01', 'B1.3'),
    ('aftersale_window.quality', 1, 30, 'days', '2000-01-01', 'B1.3');
