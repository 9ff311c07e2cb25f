-- Appeals of suppliers against orders that count for a figure; what the market accepted counts no more.
-- Expects: 0470. Locks: nothing that is used yet. Back: drop the table.

CREATE TABLE service_appeal (
    order_id   bigint NOT NULL,
    appeal_id  bigint NOT NULL,
    seller_id  bigint NOT NULL,
    measure    text NOT NULL,
    counted_on date NOT NULL,
    state      text NOT NULL CHECK (state IN ('filed', 'accepted', 'refused')),
    reason     text NOT NULL,
    filed_at   timestamptz NOT NULL,
    filed_by   bigint NOT NULL,
    decided_at timestamptz,
    decided_by bigint,
    answer     text NOT NULL DEFAULT '',
    PRIMARY KEY (order_id, appeal_id),
    CHECK ((state = 'filed') = (decided_at IS NULL))
);
-- One answer for each order and measure: what was refused may not be asked again.
CREATE UNIQUE INDEX service_appeal_once ON service_appeal (order_id, measure);
CREATE INDEX service_appeal_open ON service_appeal (appeal_id) WHERE state = 'filed';
CREATE INDEX service_appeal_by_seller ON service_appeal (seller_id, appeal_id);
