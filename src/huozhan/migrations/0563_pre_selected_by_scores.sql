-- 严选 by scores: what it asks of a supplier (B3.3). The shelf that nobody has rearranged is filled by it.
-- Expects: 0471, 0520. Locks: one row for a moment. Back: delete the rules, set the shelf's rule to verified suppliers.

INSERT INTO rule_version (code, version, value, unit, effective_from, reason) VALUES
    ('service.selected.composite', 1, 450, 'count', '2000-01-01', 'B3.3'),
    ('service.selected.pickup', 1, 9800, 'bp', '2000-01-01', 'B3.3'),
    ('service.selected.quality_refund', 1, 100, 'bp', '2000-01-01', 'B3.3');

UPDATE shelf SET rule = '{"has": ["selected"]}' WHERE shelf_key = 'selected' AND rule = '{"has": ["verified"]}' AND version = 1;
