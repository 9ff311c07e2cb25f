-- The spans by which a seller may give a buyer more time, as rules of their own.
-- Expects: 0060. Locks: nothing. Back: delete the rules.

INSERT INTO rule_version (code, version, value, unit, effective_from, reason) VALUES
    ('extend.seller_short', 1, 3, 'days', '2000-01-01', 'B1.3'),
    ('extend.seller_middle', 1, 5, 'days', '2000-01-01', 'B1.3'),
    ('extend.seller_long', 1, 7, 'days', '2000-01-01', 'B1.3'),
    ('extend.seller_longest', 1, 10, 'days', '2000-01-01', 'B1.3');
