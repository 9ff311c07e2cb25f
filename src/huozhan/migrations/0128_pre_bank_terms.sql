-- How long orders that are paid by bank transfer stay open, and whether that time was renewed.
-- Expects: 0050. Locks: nothing that exists. Back: drop the table, delete the rule.

CREATE TABLE order_bank_term (
    order_id   bigint PRIMARY KEY REFERENCES trade_order,
    begun_at   timestamptz NOT NULL,
    renewed_at timestamptz
);

INSERT INTO rule_version (code, version, value, unit, effective_from, reason) VALUES
    ('pay_close.bank', 1, 7, 'days', '2000-01-01', 'B1.3');
