-- How long what the market verified of a supplier holds (B4: verified anew every year).
-- Expects: 0011. Locks: nothing. Back: delete the rule below.

INSERT INTO rule_version (code, version, value, unit, effective_from, reason) VALUES
    ('parties.verified_for', 1, 365, 'days', '2000-01-01', 'B4');
