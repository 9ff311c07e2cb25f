-- Platform logistics, the money: carriers the market has a contract with, their price tables by version, what the freight of
-- each waybill is charged to whom, every booking of it, and the lines of the carriers' bills.
-- Expects: 0001. Locks: nothing that exists. Back: drop the tables and delete the rules.

-- Whose account 208 is. The bank account is where its bills are paid to, sealed.
CREATE TABLE carrier_contract (
    carrier_id     bigint PRIMARY KEY,
    carrier_code   text NOT NULL UNIQUE,
    account_no     bytea NOT NULL,
    account_masked text NOT NULL,
    account_name   text NOT NULL CHECK (account_name <> ''),
    bank_name      text NOT NULL CHECK (bank_name <> ''),
    made_at        timestamptz NOT NULL,
    changed_at     timestamptz NOT NULL,
    changed_by     bigint NOT NULL
);

-- What holds with a carrier from a moment on: whether waybills are given, and at which prices. Never changed, only followed.
CREATE TABLE carrier_terms (
    carrier_id     bigint NOT NULL REFERENCES carrier_contract,
    version        int NOT NULL CHECK (version > 0),
    is_on          boolean NOT NULL,
    effective_from timestamptz NOT NULL,
    reason         text NOT NULL CHECK (reason <> ''),
    published_at   timestamptz NOT NULL,
    published_by   bigint NOT NULL,
    PRIMARY KEY (carrier_id, version)
);

-- A price of a version: of a region by the beginning of its division code; '' is everywhere that is not named.
CREATE TABLE carrier_price (
    carrier_id  bigint NOT NULL,
    version     int NOT NULL,
    region_code text NOT NULL,
    first_g     int NOT NULL CHECK (first_g > 0),
    first_minor bigint NOT NULL CHECK (first_minor > 0),
    next_g      int NOT NULL CHECK (next_g > 0),
    next_minor  bigint NOT NULL CHECK (next_minor >= 0),
    PRIMARY KEY (carrier_id, version, region_code),
    FOREIGN KEY (carrier_id, version) REFERENCES carrier_terms
);

-- The freight of one waybill: expected until the carrier has weighed it, due until its order is released, taken in the book.
CREATE TABLE freight_charge (
    order_id       bigint NOT NULL,
    waybill_id     bigint NOT NULL,
    carrier_id     bigint NOT NULL REFERENCES carrier_contract,
    seller_id      bigint NOT NULL,
    order_number   text NOT NULL,
    waybill        text NOT NULL,
    state          text NOT NULL CHECK (state IN ('expected', 'void', 'due', 'taken')),
    region_code    text NOT NULL,
    terms_version  int NOT NULL,
    weight_g       int NOT NULL CHECK (weight_g >= 0),
    supplier_minor bigint NOT NULL DEFAULT 0 CHECK (supplier_minor >= 0),
    market_minor   bigint NOT NULL DEFAULT 0 CHECK (market_minor >= 0),
    picked_up_at   timestamptz,
    taken_at       timestamptz,
    PRIMARY KEY (order_id, waybill_id),
    CONSTRAINT freight_is_charged_once_weighed
        CHECK ((state IN ('due', 'taken')) = (picked_up_at IS NOT NULL)),
    CONSTRAINT freight_costs_nothing_before CHECK (state IN ('due', 'taken') OR supplier_minor + market_minor = 0),
    CONSTRAINT freight_taken_has_its_moment CHECK ((state = 'taken') = (taken_at IS NOT NULL))
);
CREATE UNIQUE INDEX freight_charge_by_waybill ON freight_charge (carrier_id, waybill);
CREATE INDEX freight_charge_by_pick_up ON freight_charge (picked_up_at) WHERE picked_up_at IS NOT NULL;
CREATE INDEX freight_charge_of_seller ON freight_charge (seller_id, waybill_id DESC);

-- Every movement of account 208 that a waybill made, once under its key; together they are what is charged.
CREATE TABLE freight_booking (
    order_id        bigint NOT NULL,
    waybill_id      bigint NOT NULL,
    booking_key     text NOT NULL,
    kind            text NOT NULL CHECK (kind IN ('charge', 'more', 'back', 'borne')),
    carrier_id      bigint NOT NULL,
    amount_minor    bigint NOT NULL CHECK (amount_minor > 0),
    escrow_minor    bigint NOT NULL DEFAULT 0 CHECK (escrow_minor >= 0),
    available_minor bigint NOT NULL DEFAULT 0 CHECK (available_minor >= 0),
    deposit_minor   bigint NOT NULL DEFAULT 0 CHECK (deposit_minor >= 0),
    debt_minor      bigint NOT NULL DEFAULT 0 CHECK (debt_minor >= 0),
    market_minor    bigint NOT NULL DEFAULT 0 CHECK (market_minor >= 0),
    booked_at       timestamptz NOT NULL,
    PRIMARY KEY (order_id, waybill_id, booking_key),
    FOREIGN KEY (order_id, waybill_id) REFERENCES freight_charge,
    CONSTRAINT freight_booking_is_whole
        CHECK (escrow_minor + available_minor + deposit_minor + debt_minor + market_minor = amount_minor),
    CONSTRAINT freight_borne_by_the_market CHECK ((kind = 'borne') = (market_minor > 0))
);
CREATE UNIQUE INDEX freight_is_charged_once ON freight_booking (order_id, waybill_id) WHERE kind = 'charge';

-- A carrier's bill line by line, as it was read; what is owed of each is decided by comparison or by a person.
CREATE TABLE carrier_bill_line (
    on_day        date NOT NULL,
    nth           int NOT NULL,
    carrier_id    bigint NOT NULL,
    bill_txn      text NOT NULL,
    order_id      bigint NOT NULL,
    waybill_id    bigint NOT NULL,
    waybill       text NOT NULL,
    weight_g      int NOT NULL,
    amount_minor  bigint NOT NULL CHECK (amount_minor > 0),
    currency      text NOT NULL,
    sort          text NOT NULL,
    state         text NOT NULL CHECK (state IN ('agreed', 'open', 'disputed', 'void')),
    payable_minor bigint NOT NULL DEFAULT 0,
    payout_id     bigint NOT NULL DEFAULT 0,
    ended_at      timestamptz,
    ended_by      bigint NOT NULL DEFAULT 0,
    billed_at     timestamptz NOT NULL,
    reason        text NOT NULL DEFAULT '',
    PRIMARY KEY (on_day, nth),
    CONSTRAINT bill_line_owes_no_more CHECK (payable_minor BETWEEN 0 AND amount_minor),
    CONSTRAINT bill_line_is_owed_once_agreed CHECK ((state = 'agreed') = (payable_minor > 0)),
    CONSTRAINT bill_line_is_paid_once_agreed CHECK (payout_id = 0 OR state = 'agreed')
);
-- A waybill is paid for once, however often it is billed.
CREATE UNIQUE INDEX waybill_is_billed_once ON carrier_bill_line (order_id, waybill_id) WHERE state = 'agreed';
CREATE INDEX carrier_bill_line_by_waybill ON carrier_bill_line (order_id, waybill_id);
CREATE INDEX carrier_bill_line_waiting ON carrier_bill_line (carrier_id) WHERE state IN ('open', 'disputed');

INSERT INTO rule_version (code, version, value, unit, effective_from, reason) VALUES
    ('carriage.notice', 1, 7, 'days', '2000-01-01', 'B5.2 208'),
    ('carriage.take_after', 1, 15, 'days', '2000-01-01', 'B5.3 E4');
