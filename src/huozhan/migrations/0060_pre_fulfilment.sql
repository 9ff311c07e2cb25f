-- Parcels with their lines and scans, waybill claims, carriers' messages; the rules of receipt.
-- Expects: the kernel's tables and 0050. Locks: nothing that exists. Back: drop the tables, delete the rules below.

CREATE TABLE parcel (
    order_id       bigint NOT NULL,
    parcel_id      bigint NOT NULL,
    parcel_no      int NOT NULL,
    number         text NOT NULL,
    buyer_id       bigint NOT NULL,
    seller_id      bigint NOT NULL,
    kind           text NOT NULL CHECK (kind IN ('carrier', 'own_delivery', 'pick_up')),
    carrier_code   text NOT NULL DEFAULT '',
    waybill        text NOT NULL DEFAULT '',
    shipped_at     timestamptz NOT NULL,
    shipped_by     bigint NOT NULL,
    tracked        boolean NOT NULL DEFAULT false,
    signed_at      timestamptz,
    confirm_due_at timestamptz NOT NULL,
    received_at    timestamptz,
    received_by    text NOT NULL DEFAULT '',
    PRIMARY KEY (order_id, parcel_id)
);

CREATE TABLE parcel_line (
    order_id  bigint NOT NULL,
    parcel_id bigint NOT NULL,
    line_no   int NOT NULL,
    quantity  bigint NOT NULL CHECK (quantity > 0),
    PRIMARY KEY (order_id, parcel_id, line_no),
    FOREIGN KEY (order_id, parcel_id) REFERENCES parcel
);

CREATE TABLE parcel_extension (
    order_id     bigint NOT NULL,
    parcel_id    bigint NOT NULL,
    extension_id bigint NOT NULL,
    side         text NOT NULL CHECK (side IN ('buyer', 'seller')),
    days         int NOT NULL CHECK (days > 0),
    extended_at  timestamptz NOT NULL,
    person_id    bigint NOT NULL,
    PRIMARY KEY (order_id, parcel_id, extension_id),
    FOREIGN KEY (order_id, parcel_id) REFERENCES parcel
);

CREATE TABLE parcel_scan (
    order_id  bigint NOT NULL,
    parcel_id bigint NOT NULL,
    scan_id   text NOT NULL,
    state     int NOT NULL,
    scanned_at timestamptz NOT NULL,
    place     jsonb NOT NULL,
    note      text NOT NULL,
    told_at   timestamptz NOT NULL,
    PRIMARY KEY (order_id, parcel_id, scan_id),
    FOREIGN KEY (order_id, parcel_id) REFERENCES parcel
);

-- A waybill is a natural key, so it is an aggregate of its own; a later claim replaces one that is old enough.
CREATE TABLE waybill_claim (
    carrier_code text NOT NULL,
    waybill      text NOT NULL,
    order_id     bigint NOT NULL,
    parcel_id    bigint NOT NULL,
    claimed_at   timestamptz NOT NULL,
    PRIMARY KEY (carrier_code, waybill)
);

CREATE TABLE carrier_message (
    message_id  text PRIMARY KEY,
    body        text NOT NULL,
    told_at     timestamptz NOT NULL,
    worked_at   timestamptz,
    outcome     text NOT NULL DEFAULT ''
);

INSERT INTO rule_version (code, version, value, unit, effective_from, reason) VALUES
    ('auto_confirm.signed_within', 1, 8, 'days', '2000-01-01', 'B1.3 A'),
    ('auto_confirm.after_ship', 1, 10, 'days', '2000-01-01', 'B1.3 A'),
    ('auto_confirm.after_signed', 1, 48, 'hours', '2000-01-01', 'B1.3 B'),
    ('auto_confirm.tracked_within', 1, 28, 'days', '2000-01-01', 'B1.3 C'),
    ('auto_confirm.untracked', 1, 30, 'days', '2000-01-01', 'B1.3 C'),
    ('auto_confirm.late_word', 1, 24, 'hours', '2000-01-01', 'B9'),
    ('extend.buyer', 1, 7, 'days', '2000-01-01', 'B1.3'),
    ('extend.buyer_times', 1, 1, 'count', '2000-01-01', 'B1.3'),
    ('extend.seller_times', 1, 3, 'count', '2000-01-01', 'B1.3'),
    ('extend.total', 1, 30, 'days', '2000-01-01', 'B1.3'),
    ('waybill.reuse', 1, 180, 'days', '2000-01-01', 'B1.2');
