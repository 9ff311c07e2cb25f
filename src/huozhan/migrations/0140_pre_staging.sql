-- Payment in stages: the plans a shop offers, the stages of an order, their moves; the rules of staging.
-- Expects: 0040, 0050, 0110. Locks: order_payment, payment_part and order_claim for a moment. Back: drop the tables and the column, put
-- the old checks back, delete the rules.

CREATE TABLE stage_plan (
    seller_id  bigint NOT NULL,
    plan_code  text NOT NULL CHECK (plan_code ~ '^[1-9][0-9]?(-[1-9][0-9]?){1,5}$'),
    gate       int NOT NULL CHECK (gate BETWEEN 1 AND 6),
    condition  text NOT NULL CHECK (condition IN ('sample_approved', 'production_started', 'goods_received')),
    from_minor bigint NOT NULL CHECK (from_minor >= 0),
    is_earnest boolean NOT NULL,
    PRIMARY KEY (seller_id, plan_code)
);

-- Each stage keeps its own money: what is paid of it, what of that is the seller's, what went back.
CREATE TABLE order_stage (
    order_id               bigint NOT NULL,
    stage_no               int NOT NULL CHECK (stage_no BETWEEN 1 AND 6),
    stage_id               bigint NOT NULL,
    share                  int NOT NULL CHECK (share BETWEEN 1 AND 99),
    goods_minor            bigint NOT NULL CHECK (goods_minor >= 0),
    freight_minor          bigint NOT NULL CHECK (freight_minor >= 0),
    state                  text NOT NULL CHECK (state IN (
        'waitactivate', 'waitsellerpush', 'waitbuyerpay', 'waitselleract', 'waitbuyerconfirmaction', 'waitsellersend',
        'waitbuyerreceive', 'success', 'settlebill', 'cancel', 'inactiveandcancel')),
    pay_timeout_s          int NOT NULL CHECK (pay_timeout_s >= 0),
    confirm_timeout_s      int NOT NULL CHECK (confirm_timeout_s >= 0),
    needs_logistics        boolean NOT NULL,
    needs_action           boolean NOT NULL,
    transfer_after_confirm boolean NOT NULL,
    seller_pushes_next     boolean NOT NULL,
    instant_pay            boolean NOT NULL,
    condition              text,
    is_earnest             boolean NOT NULL,
    payment_id             bigint NOT NULL DEFAULT 0,
    paid_minor             bigint NOT NULL DEFAULT 0,
    released_minor         bigint NOT NULL DEFAULT 0 CHECK (released_minor >= 0),
    refunded_minor         bigint NOT NULL DEFAULT 0 CHECK (refunded_minor >= 0),
    paid_at                timestamptz,
    pay_due_at             timestamptz,
    confirm_due_at         timestamptz,
    note                   text NOT NULL DEFAULT '',
    picture                text NOT NULL DEFAULT '',
    refused                text NOT NULL DEFAULT '',
    PRIMARY KEY (order_id, stage_no),
    CHECK (goods_minor + freight_minor > 0),
    CHECK (paid_minor IN (0, goods_minor + freight_minor)),
    CHECK (released_minor + refunded_minor <= paid_minor),
    CHECK (transfer_after_confirm <> instant_pay),
    CHECK (NOT instant_pay OR released_minor + refunded_minor = paid_minor),
    CHECK (state NOT IN ('waitactivate', 'waitsellerpush', 'waitbuyerpay', 'inactiveandcancel') OR paid_minor = 0),
    CHECK (state IN ('waitactivate', 'waitsellerpush', 'waitbuyerpay', 'inactiveandcancel', 'cancel') OR paid_minor > 0),
    CHECK (state NOT IN ('success', 'settlebill') OR paid_minor = released_minor + refunded_minor),
    CHECK (state <> 'cancel' OR (released_minor = 0 AND paid_minor = refunded_minor))
);
CREATE UNIQUE INDEX order_stage_one_payable ON order_stage (order_id) WHERE state = 'waitbuyerpay';

CREATE TABLE order_stage_move (
    order_id  bigint NOT NULL,
    move_id   bigint NOT NULL,
    stage_no  int NOT NULL,
    event     text NOT NULL,
    state     text NOT NULL,
    moved_at  timestamptz NOT NULL,
    org_id    bigint NOT NULL,
    person_id bigint NOT NULL,
    door      text NOT NULL,
    reason    text NOT NULL,
    PRIMARY KEY (order_id, move_id)
);

-- Which stage a payment was opened for: equal amounts of two stages are not the same payment.
ALTER TABLE order_payment ADD COLUMN stage_no int NOT NULL DEFAULT 0;

-- A later stage is paid straight to the seller.
ALTER TABLE payment_part DROP CONSTRAINT IF EXISTS payment_part_state_check;
ALTER TABLE payment_part ADD CONSTRAINT payment_part_state_check
    CHECK (state IN ('waiting', 'escrowed', 'returned', 'direct'));

-- A seller who gives up an order owes earnest money once more.
ALTER TABLE order_claim DROP CONSTRAINT order_claim_cause_check;
ALTER TABLE order_claim ADD CONSTRAINT order_claim_cause_check CHECK (cause IN ('late', 'no_stock', 'earnest'));

INSERT INTO rule_version (code, version, value, unit, effective_from, reason) VALUES
    ('stage.pay_within', 1, 7, 'days', '2000-01-01', 'B1.5b'),
    ('stage.confirm_within', 1, 7, 'days', '2000-01-01', 'B1.5b'),
    ('stage.act_within', 1, 15, 'days', '2000-01-01', 'B1.5b'),
    ('stage.deposit_cap_bp', 1, 2000, 'bp', '2000-01-01', 'B1.5b');
