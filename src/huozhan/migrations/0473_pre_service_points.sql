-- Rules of how points are given between what peers reach: which percentiles, and how many points each is worth.
-- Expects: 0471. Locks: nothing. Back: delete the rules below.

INSERT INTO rule_version (code, version, value, unit, effective_from, reason) VALUES
    ('service.percentile_low', 1, 500, 'bp', '2000-01-01', 'B3.2'),
    ('service.percentile_middle', 1, 5000, 'bp', '2000-01-01', 'B3.2'),
    ('service.percentile_high', 1, 7500, 'bp', '2000-01-01', 'B3.2'),
    ('service.points_middle', 1, 6000, 'bp', '2000-01-01', 'B3.2'),
    ('service.points_high', 1, 9000, 'bp', '2000-01-01', 'B3.2');
