-- Exchange and re-sending: goods are replaced instead of paid back; a replacement has a waybill and clocks of its own.
-- Expects: 0102, 0202. Locks: aftersale_case for columns with a constant default and two checks. Back: drop the columns, delete
-- the rules, take the checks' new words away.

ALTER TABLE aftersale_case DROP CONSTRAINT aftersale_case_kind_check;
ALTER TABLE aftersale_case ADD CONSTRAINT aftersale_case_kind_check
    CHECK (kind IN ('refund_only', 'return_refund', 'exchange', 'resend'));
ALTER TABLE aftersale_case DROP CONSTRAINT aftersale_case_state_check;
ALTER TABLE aftersale_case ADD CONSTRAINT aftersale_case_state_check CHECK (state IN (
    'wait_seller', 'wait_buyer_modify', 'wait_buyer_send', 'wait_seller_receive', 'wait_seller_send', 'wait_buyer_receive',
    'platform', 'ruled', 'refunding', 'success', 'replaced', 'closed'));

ALTER TABLE aftersale_case
    ADD COLUMN again_carrier text NOT NULL DEFAULT '',
    ADD COLUMN again_waybill text NOT NULL DEFAULT '',
    ADD CONSTRAINT aftersale_case_replaced_by_goods CHECK (state <> 'replaced' OR refunded_minor = 0 AND again_waybill <> '');

INSERT INTO rule_version (code, version, value, unit, effective_from, reason) VALUES
    ('replacement_send.seller', 1, 5, 'days', '2000-01-01', 'B1.3'),
    ('replacement_receive.buyer', 1, 10, 'days', '2000-01-01', 'B1.3');
