-- How pages are made of the order of scores: places of one shop, places for new offers.
-- Expects: 0001. Locks: nothing. Back: delete the rules.

INSERT INTO rule_version (code, version, value, unit, effective_from, reason) VALUES
    ('search.of_one_shop', 1, 8, 'count', '2000-01-01', 'P'),
    ('search.first_look', 1, 500, 'bp', '2000-01-01', 'P');
