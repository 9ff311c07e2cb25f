-- What suppliers say against the group that one of their offers is in; an operator decides.
-- Expects: 0560. Locks: nothing that exists. Back: drop the table.

CREATE TABLE same_report (
    report_id  bigint PRIMARY KEY,
    offer_id   bigint NOT NULL,
    seller_id  bigint NOT NULL,
    state      text NOT NULL CHECK (state IN ('filed', 'accepted', 'refused')),
    reason     text NOT NULL,
    filed_at   timestamptz NOT NULL,
    filed_by   bigint NOT NULL,
    decided_at timestamptz,
    decided_by bigint,
    answer     text NOT NULL DEFAULT '',
    CHECK ((state = 'filed') = (decided_at IS NULL))
);
-- One at a time for each offer; once it is decided, another group may be objected to.
CREATE UNIQUE INDEX same_report_open ON same_report (offer_id) WHERE state = 'filed';
CREATE INDEX same_report_by_offer ON same_report (offer_id, report_id);
