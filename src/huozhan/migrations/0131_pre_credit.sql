-- Credit terms: agreements with versions of their terms, orders on them, bills, statements, disputes, reminders; payments of bills.
-- Expects: 0040, 0130. Locks: payment for a moment. Back: drop the tables and the column, delete the
-- rules; the limits' entries stay in the ledger.

CREATE TABLE credit_agreement (
    agreement_id    bigint PRIMARY KEY,
    seller_id       bigint NOT NULL,
    buyer_id        bigint NOT NULL,
    state           text NOT NULL CHECK (state IN ('offered', 'declined', 'active', 'suspended', 'frozen', 'terminated')),
    version         int NOT NULL DEFAULT 0,
    offered_version int NOT NULL DEFAULT 0,
    reason          text NOT NULL DEFAULT '',
    payment_id      bigint NOT NULL DEFAULT 0,
    made_at         timestamptz NOT NULL,
    CHECK (seller_id <> buyer_id),
    CHECK (version >= 0 AND offered_version >= 0)
);
CREATE UNIQUE INDEX credit_agreement_pair ON credit_agreement (seller_id, buyer_id);
CREATE INDEX credit_agreement_by_buyer ON credit_agreement (buyer_id, seller_id);

-- What was offered, and what became of it: the agreement is its history of accepted terms.
CREATE TABLE credit_terms (
    agreement_id bigint NOT NULL REFERENCES credit_agreement,
    version      int NOT NULL,
    limit_minor  bigint NOT NULL CHECK (limit_minor > 0),
    term_kind    text NOT NULL CHECK (term_kind IN ('monthly', 'two_months', 'three_months', 'after_receipt')),
    term_day     int NOT NULL CHECK (term_day BETWEEN 1 AND 365 AND (term_kind = 'after_receipt' OR term_day <= 31)),
    grace_days   int NOT NULL CHECK (grace_days BETWEEN 0 AND 30),
    expires_on   date NOT NULL,
    seller_size  text NOT NULL,
    buyer_size   text NOT NULL DEFAULT '',
    custom       text NOT NULL DEFAULT '',
    offered_at   timestamptz NOT NULL,
    offered_by   bigint NOT NULL,
    answer       text NOT NULL DEFAULT '' CHECK (answer IN ('', 'accepted', 'declined', 'replaced')),
    answered_at  timestamptz,
    answered_by  bigint,
    PRIMARY KEY (agreement_id, version)
);

CREATE TABLE credit_move (
    agreement_id bigint NOT NULL REFERENCES credit_agreement,
    move_id      bigint NOT NULL,
    event        text NOT NULL,
    state        text NOT NULL,
    moved_at     timestamptz NOT NULL,
    org_id       bigint NOT NULL,
    person_id    bigint NOT NULL,
    door         text NOT NULL,
    reason       text NOT NULL,
    PRIMARY KEY (agreement_id, move_id)
);

-- An order on the line: what of it is only held, what is billed, what was given back before it was received.
CREATE TABLE credit_order (
    agreement_id bigint NOT NULL REFERENCES credit_agreement,
    order_id     bigint NOT NULL,
    order_number text NOT NULL,
    version      int NOT NULL,
    amount_minor bigint NOT NULL CHECK (amount_minor > 0),
    held_minor   bigint NOT NULL CHECK (held_minor >= 0),
    billed_minor bigint NOT NULL DEFAULT 0 CHECK (billed_minor >= 0),
    freed_minor  bigint NOT NULL DEFAULT 0 CHECK (freed_minor >= 0),
    hold_no      int NOT NULL DEFAULT 1,
    taken_at     timestamptz NOT NULL,
    PRIMARY KEY (agreement_id, order_id),
    CHECK (amount_minor = held_minor + billed_minor + freed_minor)
);
CREATE UNIQUE INDEX credit_order_once ON credit_order (order_id);

CREATE TABLE credit_statement (
    agreement_id bigint NOT NULL REFERENCES credit_agreement,
    statement_id bigint NOT NULL,
    due_on       date NOT NULL,
    stated_at    timestamptz NOT NULL,
    amount_minor bigint NOT NULL CHECK (amount_minor > 0),
    bills        int NOT NULL CHECK (bills > 0),
    PRIMARY KEY (agreement_id, statement_id)
);

CREATE TABLE credit_bill (
    agreement_id        bigint NOT NULL REFERENCES credit_agreement,
    bill_id             bigint NOT NULL,
    order_id            bigint NOT NULL,
    order_number        text NOT NULL,
    bill_key            text NOT NULL,
    state               text NOT NULL CHECK (state IN ('billable', 'stated', 'settled')),
    amount_minor        bigint NOT NULL CHECK (amount_minor > 0),
    commission_minor    bigint NOT NULL CHECK (commission_minor >= 0),
    vat_minor           bigint NOT NULL CHECK (vat_minor >= 0),
    paid_minor          bigint NOT NULL DEFAULT 0 CHECK (paid_minor >= 0),
    reduced_minor       bigint NOT NULL DEFAULT 0 CHECK (reduced_minor >= 0),
    disputed_minor      bigint NOT NULL DEFAULT 0 CHECK (disputed_minor >= 0),
    received_on         date NOT NULL,
    due_on              date NOT NULL,
    statement_id        bigint NOT NULL DEFAULT 0,
    stated_minor        bigint NOT NULL DEFAULT 0,
    interest_bp         int NOT NULL,
    interest_minor      bigint NOT NULL DEFAULT 0,
    interest_paid_minor bigint NOT NULL DEFAULT 0 CHECK (interest_paid_minor BETWEEN 0 AND interest_minor),
    interest_on         date NOT NULL,
    made_at             timestamptz NOT NULL,
    settled_at          timestamptz,
    PRIMARY KEY (agreement_id, bill_id),
    UNIQUE (agreement_id, order_id, bill_key),
    CHECK (amount_minor >= paid_minor + reduced_minor + disputed_minor),
    CHECK (state <> 'settled' OR amount_minor = paid_minor + reduced_minor)
);
CREATE INDEX credit_bill_open ON credit_bill (agreement_id, due_on) WHERE state <> 'settled';

CREATE TABLE credit_dispute (
    agreement_id bigint NOT NULL REFERENCES credit_agreement,
    dispute_id   bigint NOT NULL,
    bill_id      bigint NOT NULL,
    state        text NOT NULL CHECK (state IN ('open', 'accepted', 'rejected')),
    amount_minor bigint NOT NULL CHECK (amount_minor > 0),
    reason       text NOT NULL,
    opened_at    timestamptz NOT NULL,
    opened_by    bigint NOT NULL,
    answer       text NOT NULL DEFAULT '',
    answered_at  timestamptz,
    answered_by  bigint,
    PRIMARY KEY (agreement_id, dispute_id)
);
CREATE UNIQUE INDEX credit_dispute_one_open ON credit_dispute (agreement_id, bill_id) WHERE state = 'open';

-- What a payment did, so that it is done once and can be told later.
CREATE TABLE credit_payment (
    agreement_id   bigint NOT NULL REFERENCES credit_agreement,
    payment_id     bigint NOT NULL,
    amount_minor   bigint NOT NULL CHECK (amount_minor > 0),
    principal_minor bigint NOT NULL,
    interest_minor bigint NOT NULL,
    excess_minor   bigint NOT NULL,
    paid_at        timestamptz NOT NULL,
    PRIMARY KEY (agreement_id, payment_id),
    CHECK (amount_minor = principal_minor + interest_minor + excess_minor)
);

CREATE TABLE credit_reminder (
    agreement_id bigint NOT NULL REFERENCES credit_agreement,
    due_on       date NOT NULL,
    days         int NOT NULL,
    told_at      timestamptz NOT NULL,
    PRIMARY KEY (agreement_id, due_on, days)
);

ALTER TABLE payment ADD COLUMN purpose text NOT NULL DEFAULT 'orders' CHECK (purpose IN ('orders', 'credit'));

INSERT INTO rule_version (code, version, value, unit, effective_from, reason) VALUES
    ('credit.sme_term_most', 1, 60, 'days', '2000-01-01', 'A5: Order 802'),
    ('credit.statement_before', 1, 7, 'days', '2000-01-01', 'B1.5a'),
    ('credit.dispute_within', 1, 5, 'days', '2000-01-01', 'B1.5a'),
    ('credit.pay_within', 1, 24, 'hours', '2000-01-01', 'B1.5a'),
    ('credit.late_interest', 1, 5, 'bp', '2000-01-01', 'B1.5a: Order 802'),
    ('credit.remind_before', 1, 3, 'days', '2000-01-01', 'B1.5a'),
    ('credit.remind_late', 1, 1, 'days', '2000-01-01', 'B1.5a'),
    ('credit.remind_again', 1, 7, 'days', '2000-01-01', 'B1.5a'),
    ('credit.freeze_after', 1, 15, 'days', '2000-01-01', 'B1.5a'),
    ('credit.terminate_after', 1, 30, 'days', '2000-01-01', 'B1.5a');
