-- What a shop promises beyond the law, kept with every order placed under it: returns without a reason, refunds answered fast.
-- Expects: 0050, 0101. Locks: shop and trade_order for columns with a constant default. Back: drop the columns, delete the rules.

ALTER TABLE shop
    ADD COLUMN services text[] NOT NULL DEFAULT '{}',
    ADD CONSTRAINT shop_services_are_known CHECK (services <@ ARRAY['no_reason', 'fast_refund']);
ALTER TABLE trade_order
    ADD COLUMN services text[] NOT NULL DEFAULT '{}',
    ADD CONSTRAINT trade_order_services_are_known CHECK (services <@ ARRAY['no_reason', 'fast_refund']);

-- Hours of the day are the market's own: asked between `fast_from` and `fast_until` it is answered within `fast`, else by `fast_by`.
INSERT INTO rule_version (code, version, value, unit, effective_from, reason) VALUES
    ('aftersale_window.no_reason', 1, 7, 'days', '2000-01-01', 'B1.3'),
    ('refund_answer.fast', 1, 2, 'hours', '2000-01-01', 'B1.3'),
    ('refund_answer.fast_from', 1, 9, 'hours', '2000-01-01', 'B1.3'),
    ('refund_answer.fast_until', 1, 18, 'hours', '2000-01-01', 'B1.3'),
    ('refund_answer.fast_by', 1, 12, 'hours', '2000-01-01', 'B1.3');
