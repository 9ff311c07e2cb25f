-- What a shipment that was none costs its seller, beside the money that goes back.
-- Expects: 0102. Locks: nothing. Back: delete the rule.

INSERT INTO rule_version (code, version, value, unit, effective_from, reason) VALUES
    ('compensation.fake_bp', 1, 3000, 'bp', '2000-01-01', 'B1.7');
