-- Rules of the share of bad reviews in the score of goods (B3.2: quality refunds 60, bad reviews 40).
-- Expects: 0471. Locks: nothing. Back: delete the rules below.

INSERT INTO rule_version (code, version, value, unit, effective_from, reason) VALUES
    ('service.weight.bad_review', 1, 4000, 'bp', '2000-01-01', 'B3.2'),
    ('service.excellent.bad_review', 1, 100, 'bp', '2000-01-01', 'P'),
    ('service.poor.bad_review', 1, 1500, 'bp', '2000-01-01', 'P');
