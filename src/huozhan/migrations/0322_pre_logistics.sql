-- Platform logistics, the waybills: which suppliers take them, from where, and every waybill asked of a carrier.
-- Expects: 0060. Locks: nothing that exists. Back: drop the tables.

-- Where a carrier fetches its parcels is kept sealed, as it was when the supplier switched.
CREATE TABLE logistics_switch (
    org_id      bigint PRIMARY KEY,
    is_on       boolean NOT NULL,
    region_code text NOT NULL,
    province    text NOT NULL,
    city        text NOT NULL,
    county      text NOT NULL,
    receiver    bytea NOT NULL,
    phone       bytea NOT NULL,
    street      bytea NOT NULL,
    switched_at timestamptz NOT NULL,
    switched_by bigint NOT NULL
);

CREATE TABLE platform_waybill (
    order_id       bigint NOT NULL,
    waybill_id     bigint NOT NULL,
    number         text NOT NULL,
    seller_id      bigint NOT NULL,
    buyer_id       bigint NOT NULL,
    carrier_id     bigint NOT NULL,
    carrier_code   text NOT NULL,
    terms_version  int NOT NULL,
    region_code    text NOT NULL,
    lines          bigint[] NOT NULL CHECK (cardinality(lines) > 0),
    weight_g       int NOT NULL CHECK (weight_g > 0),
    estimate_minor bigint NOT NULL CHECK (estimate_minor > 0),
    state          text NOT NULL CHECK (state IN ('asked', 'given', 'cancelling', 'cancelled', 'picked_up', 'refused')),
    waybill        text NOT NULL DEFAULT '',
    route          text NOT NULL DEFAULT '',
    version        bigint NOT NULL DEFAULT 0,
    sent_at        timestamptz,
    picked_up_at   timestamptz,
    weighed_g      int CHECK (weighed_g > 0),
    asked_at       timestamptz NOT NULL,
    asked_by       bigint NOT NULL,
    ask_at         timestamptz,
    why            text NOT NULL DEFAULT '',
    PRIMARY KEY (order_id, waybill_id),
    CONSTRAINT waybill_asked_is_asked_about CHECK (state NOT IN ('asked', 'cancelling') OR ask_at IS NOT NULL),
    CONSTRAINT waybill_given_has_its_number CHECK (state IN ('asked', 'refused') OR waybill <> ''),
    CONSTRAINT waybill_cancelled_is_not_sent CHECK (state NOT IN ('cancelling', 'cancelled') OR sent_at IS NULL),
    CONSTRAINT waybill_weighed_is_picked_up CHECK (weighed_g IS NULL OR state = 'picked_up')
);
CREATE UNIQUE INDEX platform_waybill_number ON platform_waybill (carrier_code, waybill) WHERE waybill <> '';
CREATE INDEX platform_waybill_to_ask ON platform_waybill (ask_at) WHERE ask_at IS NOT NULL;
CREATE INDEX platform_waybill_of_seller ON platform_waybill (seller_id, waybill_id DESC);

-- What a carrier said, byte for byte. It moves nothing by itself: it is a reason to ask.
CREATE TABLE waybill_message (
    heard_id    bigint PRIMARY KEY,
    message_id  text NOT NULL,
    kind        text NOT NULL,
    reference   text NOT NULL,
    body        bytea NOT NULL,
    is_genuine  boolean NOT NULL,
    received_at timestamptz NOT NULL
);
