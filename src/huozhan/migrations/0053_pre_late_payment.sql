-- The rule of orders that are paid shortly after they closed.
-- Expects: 0050. Locks: nothing. Back: delete the rule.

INSERT INTO rule_version (code, version, value, unit, effective_from, reason) VALUES
    ('pay_late.reopen', 1, 30, 'minutes', '2000-01-01', 'B1.2');
