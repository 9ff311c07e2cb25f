-- Buy now, pay later: what is known of buyers' limits at the lender, loans of orders, what is asked of the lender, its word,
-- and which suppliers take it.
-- Expects: 0001. Locks: nothing that exists. Back: drop the tables and delete the rules.

CREATE TABLE lender_account (
    org_id      bigint PRIMARY KEY,
    state       text NOT NULL CHECK (state IN ('asked', 'applied', 'open', 'refused')),
    limit_minor bigint NOT NULL DEFAULT 0 CHECK (limit_minor >= 0),
    used_minor  bigint NOT NULL DEFAULT 0,
    apply_url   text NOT NULL DEFAULT '',
    version     bigint NOT NULL DEFAULT 0,
    asked_at    timestamptz NOT NULL,
    asked_by    bigint NOT NULL,
    known_at    timestamptz
);

-- For how long a payment by the lender is free of interest, as its orders have pinned it.
CREATE TABLE loan_request (
    payment_id bigint PRIMARY KEY,
    term_days  int NOT NULL CHECK (term_days BETWEEN 1 AND 365)
);

-- One authorisation of an order; a second one may exist only after the first was given free whole.
CREATE TABLE loan (
    order_id         bigint NOT NULL,
    payment_id       bigint NOT NULL,
    order_number     text NOT NULL,
    buyer_id         bigint NOT NULL,
    seller_id        bigint NOT NULL,
    state            text NOT NULL CHECK (state IN ('authorised', 'active', 'part', 'due', 'overdue', 'repaid', 'written_off', 'claimed', 'voided')),
    authorised_minor bigint NOT NULL CHECK (authorised_minor > 0),
    voided_minor     bigint NOT NULL DEFAULT 0 CHECK (voided_minor >= 0),
    captured_minor   bigint NOT NULL DEFAULT 0,
    refunded_minor   bigint NOT NULL DEFAULT 0 CHECK (refunded_minor >= 0),
    repaid_minor     bigint NOT NULL DEFAULT 0 CHECK (repaid_minor >= 0),
    service_minor    bigint NOT NULL DEFAULT 0 CHECK (service_minor >= 0),
    fee_bp           int NOT NULL CHECK (fee_bp BETWEEN 0 AND 10000),
    stage            text NOT NULL DEFAULT 'authorised',
    due_at           timestamptz,
    version          bigint NOT NULL DEFAULT 0,
    told_captured_minor bigint NOT NULL DEFAULT 0,
    paying_id        bigint NOT NULL DEFAULT 0,
    authorised_at    timestamptz NOT NULL,
    PRIMARY KEY (order_id, payment_id),
    CONSTRAINT loan_captures_what_is_authorised CHECK (voided_minor + captured_minor <= authorised_minor),
    CONSTRAINT loan_is_repaid_once CHECK (refunded_minor + repaid_minor <= captured_minor),
    CONSTRAINT loan_voided_is_whole CHECK (state <> 'voided' OR voided_minor = authorised_minor)
);
CREATE UNIQUE INDEX loan_once_per_order ON loan (order_id) WHERE state <> 'voided';
CREATE INDEX loan_by_buyer ON loan (buyer_id, order_id);

CREATE TABLE loan_move (
    order_id   bigint NOT NULL,
    payment_id bigint NOT NULL,
    move_id    bigint NOT NULL,
    event      text NOT NULL,
    state      text NOT NULL,
    moved_at   timestamptz NOT NULL,
    PRIMARY KEY (order_id, payment_id, move_id),
    FOREIGN KEY (order_id, payment_id) REFERENCES loan
);

-- What we ask of the lender, each once under its id; in the order in which it was asked.
CREATE TABLE loan_deed (
    order_id     bigint NOT NULL,
    payment_id   bigint NOT NULL,
    deed_id      bigint NOT NULL,
    kind         text NOT NULL CHECK (kind IN ('captures', 'voids', 'refunds', 'repayments')),
    deed_key     text NOT NULL,
    amount_minor bigint NOT NULL CHECK (amount_minor > 0),
    taken_minor  bigint,
    state        text NOT NULL CHECK (state IN ('asked', 'done', 'odd')),
    about_id     bigint NOT NULL DEFAULT 0,
    asked_at     timestamptz NOT NULL,
    ask_at       timestamptz,
    ended_at     timestamptz,
    why          text NOT NULL DEFAULT '',
    PRIMARY KEY (order_id, payment_id, deed_id),
    UNIQUE (order_id, payment_id, kind, deed_key),
    FOREIGN KEY (order_id, payment_id) REFERENCES loan,
    CONSTRAINT loan_deed_takes_no_more CHECK (taken_minor BETWEEN 0 AND amount_minor),
    CONSTRAINT loan_deed_is_asked_about CHECK ((state = 'asked') = (ask_at IS NOT NULL)),
    CONSTRAINT loan_deed_done_says_how_much CHECK ((state = 'done') = (taken_minor IS NOT NULL))
);
CREATE INDEX loan_deed_to_ask ON loan_deed (ask_at) WHERE ask_at IS NOT NULL;

-- What the lender said, byte for byte. It never moves anything by itself: it is a reason to ask.
CREATE TABLE lender_message (
    heard_id    bigint PRIMARY KEY,
    message_id  text NOT NULL,
    kind        text NOT NULL,
    reference   text NOT NULL,
    body        bytea NOT NULL,
    is_genuine  boolean NOT NULL,
    received_at timestamptz NOT NULL
);

-- Which suppliers take it: it costs them a fee, so nobody does it for them.
CREATE TABLE finance_switch (
    org_id      bigint NOT NULL,
    what        text NOT NULL CHECK (what IN ('pay_later', 'fast_arrival')),
    is_on       boolean NOT NULL,
    fee_bp      int NOT NULL,
    switched_at timestamptz NOT NULL,
    switched_by bigint NOT NULL,
    PRIMARY KEY (org_id, what)
);

INSERT INTO rule_version (code, version, value, unit, effective_from, reason) VALUES
    ('pay_later.service_fee', 1, 50, 'bp', '2000-01-01', 'B1.5c'),
    ('pay_later.free_of_interest', 1, 30, 'days', '2000-01-01', 'B1.5c'),
    ('pay_later.repay_within', 1, 24, 'hours', '2000-01-01', 'B1.5c');
