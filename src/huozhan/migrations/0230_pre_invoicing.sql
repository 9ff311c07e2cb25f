-- Invoices: titles of buyers, tax rates of shops, invoices with their parts, lines, red letters and files; what each order may still be
-- invoiced for; what the tax party said.
-- Expects: 0050, 0101. Locks: nothing that exists. Back: drop the tables, delete the rules below.

-- Who an invoice is made out to: sealed, because it names people and their bank accounts.
CREATE TABLE invoice_title (
    org_id      bigint NOT NULL,
    title_id    bigint NOT NULL,
    kind        text NOT NULL CHECK (kind IN ('personal', 'company')),
    can_special boolean NOT NULL,
    is_default  boolean NOT NULL,
    is_gone     boolean NOT NULL DEFAULT false,
    details     bytea NOT NULL,
    made_at     timestamptz NOT NULL,
    PRIMARY KEY (org_id, title_id),
    CHECK (kind = 'company' OR NOT can_special),
    CHECK (NOT (is_default AND is_gone))
);
CREATE UNIQUE INDEX invoice_title_one_default ON invoice_title (org_id) WHERE is_default;

CREATE TABLE invoice_shop (
    seller_id  bigint PRIMARY KEY,
    rate_bp    int NOT NULL CHECK (rate_bp IN (1300, 900, 600, 300, 100, 0)),
    at_payment boolean NOT NULL
);
CREATE TABLE invoice_rate (
    seller_id bigint NOT NULL,
    scope     text NOT NULL CHECK (scope IN ('category', 'offer')),
    code      text NOT NULL,
    rate_bp   int NOT NULL CHECK (rate_bp IN (1300, 900, 600, 300, 100, 0)),
    PRIMARY KEY (seller_id, scope, code)
);

-- What of an order was paid and given back, and what of it is asked for, invoiced and taken back by red letters.
-- It never says that more went back than was paid: what is owed as red letters is never more than what stands.
-- `owed_red_minor` is invoiced and not paid any more: a red letter is due for it.
CREATE TABLE invoice_order (
    order_id       bigint PRIMARY KEY,
    buyer_id       bigint NOT NULL,
    seller_id      bigint NOT NULL,
    paid_minor     bigint NOT NULL,
    refunded_minor bigint NOT NULL CONSTRAINT invoice_order_refunded CHECK (refunded_minor >= 0),
    claimed_minor  bigint NOT NULL DEFAULT 0 CONSTRAINT invoice_order_claimed CHECK (claimed_minor >= 0),
    blue_minor     bigint NOT NULL DEFAULT 0 CONSTRAINT invoice_order_blue CHECK (blue_minor >= 0),
    red_minor      bigint NOT NULL DEFAULT 0 CONSTRAINT invoice_order_red CHECK (red_minor BETWEEN 0 AND blue_minor),
    owed_red_minor bigint NOT NULL DEFAULT 0,
    CONSTRAINT invoice_order_owed CHECK (owed_red_minor BETWEEN 0 AND claimed_minor + blue_minor - red_minor),
    CONSTRAINT invoice_order_no_more_than_paid
        CHECK (claimed_minor + blue_minor - red_minor - owed_red_minor <= paid_minor - refunded_minor)
);

CREATE TABLE invoice (
    invoice_id   bigint PRIMARY KEY,
    seller_id    bigint NOT NULL,
    buyer_id     bigint NOT NULL,
    kind         text NOT NULL CONSTRAINT invoice_kind CHECK (kind IN ('ordinary', 'special')),
    state        text NOT NULL CONSTRAINT invoice_state CHECK (state IN (
        'init', 'issuing', 'issued', 'failed', 'verifying', 'verify_failed', 'red_issuing', 'red_part_issued',
        'red_all_issued', 'invaliding', 'deprecated', 'closed')),
    title_kind   text NOT NULL,
    details      bytea NOT NULL,
    amount_minor bigint NOT NULL,
    tax_minor    bigint NOT NULL CONSTRAINT invoice_tax CHECK (tax_minor BETWEEN 0 AND amount_minor),
    red_minor    bigint NOT NULL DEFAULT 0 CONSTRAINT invoice_red_part CHECK (red_minor BETWEEN 0 AND amount_minor),
    number       text NOT NULL DEFAULT '' CONSTRAINT invoice_number CHECK (number = '' OR number ~ '^[0-9]{20}$'),
    is_external  boolean NOT NULL DEFAULT false,
    tries        int NOT NULL DEFAULT 0,
    reason       text NOT NULL DEFAULT '',
    note         text NOT NULL DEFAULT '',
    asked_at     timestamptz NOT NULL,
    asked_by     bigint NOT NULL,
    due_at       timestamptz NOT NULL,
    late_at      timestamptz,
    issued_at    timestamptz,
    asked_party_at timestamptz,
    CONSTRAINT invoice_two_sides CHECK (seller_id <> buyer_id),
    CONSTRAINT invoice_issued CHECK (state IN ('init', 'issuing', 'failed', 'verifying', 'verify_failed', 'closed')
        OR (number <> '' AND issued_at IS NOT NULL AND amount_minor > 0)),
    CONSTRAINT invoice_all_red CHECK ((state = 'red_all_issued') <= (red_minor = amount_minor))
);
CREATE INDEX invoice_by_seller ON invoice (seller_id, state, invoice_id);
CREATE INDEX invoice_by_buyer ON invoice (buyer_id, invoice_id);
CREATE INDEX invoice_asked ON invoice (asked_party_at) WHERE state IN ('issuing', 'verifying', 'red_issuing', 'invaliding');

-- A number of the tax party belongs to one invoice or red letter.
CREATE TABLE invoice_number (
    number     text PRIMARY KEY,
    invoice_id bigint NOT NULL,
    red_id     bigint NOT NULL DEFAULT 0
);

CREATE TABLE invoice_part (
    invoice_id   bigint NOT NULL REFERENCES invoice,
    order_id     bigint NOT NULL,
    order_number text NOT NULL,
    amount_minor bigint NOT NULL CONSTRAINT invoice_part_amount CHECK (amount_minor >= 0),
    red_minor    bigint NOT NULL DEFAULT 0 CONSTRAINT invoice_part_red CHECK (red_minor BETWEEN 0 AND amount_minor),
    PRIMARY KEY (invoice_id, order_id)
);
CREATE INDEX invoice_part_by_order ON invoice_part (order_id, invoice_id);

CREATE TABLE invoice_line (
    invoice_id    bigint NOT NULL REFERENCES invoice,
    line_no       int NOT NULL,
    order_id      bigint NOT NULL,
    order_line_no int NOT NULL,
    title         jsonb NOT NULL,
    options       jsonb NOT NULL,
    unit          text NOT NULL,
    quantity      bigint NOT NULL CONSTRAINT invoice_line_quantity CHECK (quantity > 0),
    amount_minor  bigint NOT NULL CONSTRAINT invoice_line_amount CHECK (amount_minor >= 0),
    rate_bp       int NOT NULL,
    tax_minor     bigint NOT NULL CONSTRAINT invoice_line_tax CHECK (tax_minor BETWEEN 0 AND amount_minor),
    red_minor     bigint NOT NULL DEFAULT 0 CONSTRAINT invoice_line_red CHECK (red_minor BETWEEN 0 AND amount_minor),
    red_tax_minor bigint NOT NULL DEFAULT 0 CONSTRAINT invoice_line_red_tax CHECK (red_tax_minor BETWEEN 0 AND tax_minor),
    PRIMARY KEY (invoice_id, line_no)
);

CREATE TABLE invoice_red (
    invoice_id     bigint NOT NULL REFERENCES invoice,
    red_id         bigint NOT NULL,
    order_id       bigint NOT NULL,
    state          text NOT NULL CONSTRAINT invoice_red_state CHECK (state IN ('confirming', 'issuing', 'issued', 'failed')),
    amount_minor   bigint NOT NULL CONSTRAINT invoice_red_amount CHECK (amount_minor > 0),
    tax_minor      bigint NOT NULL CONSTRAINT invoice_red_tax CHECK (tax_minor BETWEEN 0 AND amount_minor),
    lines          jsonb NOT NULL,
    number         text NOT NULL DEFAULT '' CONSTRAINT invoice_red_number CHECK ((state = 'issued') = (number ~ '^[0-9]{20}$')),
    tries          int NOT NULL DEFAULT 0,
    reason         text NOT NULL DEFAULT '',
    asked_at       timestamptz NOT NULL,
    confirm_due_at timestamptz,
    confirmed_by   text NOT NULL DEFAULT '',
    issued_at      timestamptz,
    PRIMARY KEY (invoice_id, red_id)
);
-- One red letter at a time on one invoice.
CREATE UNIQUE INDEX invoice_red_one_open ON invoice_red (invoice_id) WHERE state <> 'issued';

CREATE TABLE invoice_move (
    invoice_id bigint NOT NULL REFERENCES invoice,
    move_id    bigint NOT NULL,
    event      text NOT NULL,
    state      text NOT NULL,
    moved_at   timestamptz NOT NULL,
    org_id     bigint NOT NULL,
    person_id  bigint NOT NULL,
    door       text NOT NULL,
    reason     text NOT NULL,
    PRIMARY KEY (invoice_id, move_id)
);

CREATE TABLE invoice_file (
    invoice_id bigint NOT NULL REFERENCES invoice,
    red_id     bigint NOT NULL,
    format     text NOT NULL CHECK (format IN ('pdf', 'ofd', 'xml')),
    content    bytea NOT NULL,
    PRIMARY KEY (invoice_id, red_id, format)
);

CREATE TABLE tax_message (
    message_id text PRIMARY KEY,
    body       text NOT NULL,
    outcome    text NOT NULL DEFAULT '',
    heard_at   timestamptz NOT NULL
);

INSERT INTO rule_version (code, version, value, unit, effective_from, reason) VALUES
    ('invoicing.issue_within', 1, 7, 'days', '2000-01-01', 'B6'),
    ('invoicing.default_rate', 1, 1300, 'bp', '2000-01-01', 'B6'),
    ('invoicing.ask_again', 1, 10, 'minutes', '2000-01-01', 'B6'),
    ('invoicing.red_confirm', 1, 72, 'hours', '2000-01-01', 'B6'),
    ('invoicing.ask_until', 1, 360, 'days', '2000-01-01', 'B6');
