-- How old what stands on a clearing account may become before it is a fault (B5.2, B5.5).
-- Expects: 0211. Locks: nothing that exists. Back: delete the rules.

INSERT INTO rule_version (code, version, value, unit, effective_from, reason) VALUES
    ('clearing.channel_age', 1, 3, 'days', '2000-01-01', 'B5.2'),
    ('clearing.refund_age', 1, 3, 'days', '2000-01-01', 'B5.2'),
    ('clearing.withdrawal_age', 1, 2, 'days', '2000-01-01', 'B5.2'),
    ('clearing.unmatched_age', 1, 10, 'days', '2000-01-01', 'B5.2'),
    ('clearing.difference_age', 1, 2, 'days', '2000-01-01', 'B5.5');
