-- From how many pieces on a seller is warned that goods run out.
-- Expects: 0001. Locks: nothing that is read long. Back: delete the rule.

INSERT INTO rule_version (code, version, value, unit, reason) VALUES ('catalogue.low_stock', 1, 20, 'count', 'pages');
