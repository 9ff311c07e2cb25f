-- The market's own invoices of its fees: who issues them, which months are billed, a document per supplier and month with
-- red letters for fees that were returned.
-- Expects: 0030, 0230. Locks: nothing that exists. Back: drop the tables.

-- How the market names itself on invoices; nothing is issued before it is known.
CREATE TABLE fee_issuer (
    market_id   bigint PRIMARY KEY,
    name        text NOT NULL CHECK (name <> ''),
    taxpayer_id text NOT NULL CHECK (taxpayer_id ~ '^[0-9A-Z]{15,20}$'),
    set_at      timestamptz NOT NULL,
    set_by      bigint NOT NULL
);

-- A month of the market's time zone that was billed, and what it came to.
CREATE TABLE fee_month (
    month          date PRIMARY KEY,
    charged_minor  bigint NOT NULL CHECK (charged_minor >= 0),
    returned_minor bigint NOT NULL CHECK (returned_minor >= 0),
    billed_at      timestamptz NOT NULL
);

-- One document: an invoice of a month's fees, or a red letter of a month's returns that takes one of them back.
CREATE TABLE fee_invoice (
    seller_id   bigint NOT NULL,
    document_id bigint NOT NULL,
    month       date NOT NULL,
    of_id       bigint NOT NULL DEFAULT 0,
    amount_minor bigint NOT NULL CONSTRAINT fee_invoice_amount CHECK (amount_minor > 0),
    tax_minor   bigint NOT NULL CONSTRAINT fee_invoice_tax CHECK (tax_minor BETWEEN 0 AND amount_minor),
    red_minor   bigint NOT NULL DEFAULT 0,
    red_tax_minor bigint NOT NULL DEFAULT 0 CONSTRAINT fee_invoice_red_tax CHECK (red_tax_minor BETWEEN 0 AND tax_minor),
    rate_bp     int NOT NULL,
    seller_name text NOT NULL,
    seller_taxpayer_id text NOT NULL,
    state       text NOT NULL CONSTRAINT fee_invoice_state CHECK (state IN ('issuing', 'issued', 'failed')),
    number      text NOT NULL DEFAULT '' CONSTRAINT fee_invoice_number CHECK ((state = 'issued') = (number ~ '^[0-9]{20}$')),
    tries       int NOT NULL DEFAULT 1,
    reason      text NOT NULL DEFAULT '',
    made_at     timestamptz NOT NULL,
    asked_at    timestamptz NOT NULL,
    issued_at   timestamptz,
    PRIMARY KEY (seller_id, document_id),
    UNIQUE (seller_id, month, of_id),
    CONSTRAINT fee_invoice_red CHECK (red_minor BETWEEN 0 AND amount_minor AND (of_id = 0 OR red_minor = 0))
);
CREATE INDEX fee_invoice_asked ON fee_invoice (asked_at) WHERE state = 'issuing';

CREATE TABLE fee_invoice_file (
    seller_id   bigint NOT NULL,
    document_id bigint NOT NULL,
    format      text NOT NULL CHECK (format IN ('pdf', 'ofd', 'xml')),
    content     bytea NOT NULL,
    PRIMARY KEY (seller_id, document_id, format),
    FOREIGN KEY (seller_id, document_id) REFERENCES fee_invoice
);

INSERT INTO rule_version (code, version, value, unit, effective_from, reason) VALUES
    ('invoicing.fees_after', 1, 24, 'hours', '2000-01-01', 'B6');
