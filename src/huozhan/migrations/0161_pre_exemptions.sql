-- What stops the clocks of one order, what its seller asked for beside, and claims that were taken back for it.
-- Expects: 0050, 0051. Locks: trade_order and order_claim for a moment. Back: drop the tables and columns.

ALTER TABLE trade_order ADD COLUMN is_exempt boolean NOT NULL DEFAULT false;

-- A notice that hits the order, or an exemption granted to it alone. The title is what both sides read.
CREATE TABLE order_exemption (
    order_id     bigint NOT NULL REFERENCES trade_order,
    exemption_id bigint NOT NULL,
    source       text NOT NULL CHECK (source IN ('notice', 'single')),
    kind         text NOT NULL,
    title        jsonb NOT NULL,
    carriers     text[] NOT NULL,
    from_at      timestamptz NOT NULL,
    until_at     timestamptz NOT NULL,
    published_at timestamptz NOT NULL,
    noted_at     timestamptz NOT NULL,
    PRIMARY KEY (order_id, exemption_id),
    CHECK (until_at > from_at)
);
CREATE INDEX order_exemption_by_notice ON order_exemption (exemption_id, order_id);

-- A seller asks the buyer for more time to ship; agreed, it is part of the promise.
CREATE TABLE order_longer_promise (
    order_id    bigint NOT NULL REFERENCES trade_order,
    request_id  bigint NOT NULL,
    state       text NOT NULL CHECK (state IN ('asked', 'agreed', 'refused')),
    hours       int NOT NULL CHECK (hours > 0),
    reason      text NOT NULL,
    asked_at    timestamptz NOT NULL,
    asked_by    bigint NOT NULL,
    answered_at timestamptz,
    answered_by bigint,
    PRIMARY KEY (order_id, request_id)
);
CREATE UNIQUE INDEX order_longer_promise_one_open ON order_longer_promise (order_id) WHERE state = 'asked';

-- A seller asks the market to exempt one order, with proof.
CREATE TABLE order_exemption_filing (
    order_id      bigint NOT NULL REFERENCES trade_order,
    filing_id     bigint NOT NULL,
    number        text NOT NULL,
    seller_id     bigint NOT NULL,
    state         text NOT NULL CHECK (state IN ('filed', 'granted', 'rejected')),
    kind          text NOT NULL CHECK (kind IN ('epidemic', 'weather', 'traffic', 'event', 'holiday')),
    from_at       timestamptz NOT NULL,
    until_at      timestamptz NOT NULL,
    reason        text NOT NULL,
    evidence_url  text NOT NULL,
    filed_at      timestamptz NOT NULL,
    filed_by      bigint NOT NULL,
    decide_due_at timestamptz NOT NULL,
    decided_at    timestamptz,
    decided_by    bigint,
    answer        text NOT NULL DEFAULT '',
    PRIMARY KEY (order_id, filing_id),
    CHECK (until_at > from_at),
    CHECK ((state = 'filed') = (decided_at IS NULL))
);
CREATE UNIQUE INDEX order_exemption_filing_one_open ON order_exemption_filing (order_id) WHERE state = 'filed';
CREATE INDEX order_exemption_filing_open ON order_exemption_filing (filing_id) WHERE state = 'filed';

-- The exemption for which a claim was taken back; a promise broken after all makes it stand again.
ALTER TABLE order_claim ADD COLUMN reversed_at timestamptz;
