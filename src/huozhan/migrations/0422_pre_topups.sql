-- An exchange for a dearer SKU: the buyer pays the difference into an escrow of the case before the replacement is sent; its rule.
-- Expects: 0421, 0261. Locks: aftersale_case for columns with constant defaults and checks, payment for a check that is not
-- asked of old rows. Back: drop the columns, delete the rule, take the checks' new words away.

ALTER TABLE aftersale_case DROP CONSTRAINT aftersale_case_state_check;
ALTER TABLE aftersale_case ADD CONSTRAINT aftersale_case_state_check CHECK (state IN (
    'wait_seller', 'wait_buyer_modify', 'wait_buyer_send', 'wait_seller_receive', 'wait_buyer_pay', 'wait_seller_send',
    'wait_buyer_receive', 'platform', 'ruled', 'refunding', 'success', 'replaced', 'closed'));
ALTER TABLE aftersale_case
    ADD COLUMN topup_minor bigint NOT NULL DEFAULT 0,
    ADD COLUMN topup_payment_id bigint NOT NULL DEFAULT 0,
    -- What was paid is what was agreed, and it waits only as long as the replacement does or the market decides.
    ADD CONSTRAINT aftersale_case_topped_up_as_agreed CHECK (topup_minor = 0
        OR topup_minor = difference_minor AND topup_payment_id > 0
           AND state IN ('wait_seller_send', 'wait_buyer_receive', 'platform', 'ruled')),
    -- A dearer replacement is sent only once the difference is paid.
    ADD CONSTRAINT aftersale_case_pays_before_sending CHECK (
        difference_minor <= 0 OR state NOT IN ('wait_seller_send', 'wait_buyer_receive') OR topup_minor > 0);
CREATE UNIQUE INDEX aftersale_case_topup_payment ON aftersale_case (topup_payment_id) WHERE topup_payment_id > 0;

ALTER TABLE payment DROP CONSTRAINT payment_purpose_check;
ALTER TABLE payment ADD CONSTRAINT payment_purpose_check
    CHECK (purpose IN ('orders', 'credit', 'loan', 'difference')) NOT VALID;
CREATE INDEX payment_of_difference ON payment (payment_id) WHERE purpose = 'difference';

INSERT INTO rule_version (code, version, value, unit, effective_from, reason) VALUES
    ('exchange_pay.buyer', 1, 3, 'days', '2000-01-01', 'B1.3');
