-- Doubts about parcels: nobody has seen one since it was called shipped, or an order was picked up too late; their rules.
-- Expects: 0060. Locks: nothing that exists. Back: drop the table, delete the rules below.

-- A doubt about the order as a whole has parcel 0.
CREATE TABLE parcel_doubt (
    order_id   bigint NOT NULL,
    doubt      text NOT NULL CHECK (doubt IN ('no_track', 'late_pickup')),
    parcel_id  bigint NOT NULL,
    doubt_id   bigint NOT NULL,
    seller_id  bigint NOT NULL,
    number     text NOT NULL,
    due_at     timestamptz NOT NULL,
    raised_at  timestamptz NOT NULL,
    settled_at timestamptz,
    PRIMARY KEY (order_id, doubt, parcel_id)
);
CREATE INDEX parcel_doubt_open ON parcel_doubt (doubt_id) WHERE settled_at IS NULL;

INSERT INTO rule_version (code, version, value, unit, effective_from, reason) VALUES
    ('pickup.within', 1, 48, 'hours', '2000-01-01', 'B1.3'),
    ('no_track.after', 1, 24, 'hours', '2000-01-01', 'B1.3');
