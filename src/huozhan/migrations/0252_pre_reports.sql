-- What one side of a conversation reports to the market, and what became of it.
-- Expects: 0250. Locks: nothing that is used yet. Back: drop the table.

CREATE TABLE conversation_report (
    conversation_id bigint NOT NULL REFERENCES conversation,
    report_id       bigint NOT NULL,
    side            text NOT NULL CHECK (side IN ('buyer', 'seller')),
    cause           text NOT NULL CHECK (cause IN ('outside', 'fraud', 'abuse', 'spam')),
    note            text NOT NULL,
    last_no         int NOT NULL,
    reported_at     timestamptz NOT NULL,
    reported_by     bigint NOT NULL,
    outcome         text CHECK (outcome IN ('upheld', 'dismissed')),
    judged_at       timestamptz,
    judged_by       bigint,
    PRIMARY KEY (conversation_id, report_id),
    CHECK ((outcome IS NULL) = (judged_at IS NULL) AND (outcome IS NULL) = (judged_by IS NULL))
);
CREATE UNIQUE INDEX conversation_report_one_open ON conversation_report (conversation_id, side) WHERE outcome IS NULL;
CREATE INDEX conversation_report_open ON conversation_report (report_id) WHERE outcome IS NULL;
CREATE INDEX conversation_report_by_id ON conversation_report (report_id);
