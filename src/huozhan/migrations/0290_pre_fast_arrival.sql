-- Fast arrival: what is known of suppliers at the funder, advances on parcels that a carrier has picked up, what is asked of the
-- funder about them, and what it said.
-- Expects: 0001, 0260. Locks: nothing that exists. Back: drop the tables and delete the rule.

CREATE TABLE funder_account (
    org_id      bigint PRIMARY KEY,
    state       text NOT NULL CHECK (state IN ('asked', 'applied', 'open', 'refused')),
    limit_minor bigint NOT NULL DEFAULT 0 CHECK (limit_minor >= 0),
    used_minor  bigint NOT NULL DEFAULT 0,
    apply_url   text NOT NULL DEFAULT '',
    version     bigint NOT NULL DEFAULT 0,
    asked_at    timestamptz NOT NULL,
    asked_by    bigint NOT NULL,
    known_at    timestamptz
);

-- One advance per order and parcel. Repaid is what releases brought the funder, borne what no release will bring any more.
CREATE TABLE advance (
    order_id       bigint NOT NULL,
    parcel_id      bigint NOT NULL,
    order_number   text NOT NULL,
    buyer_id       bigint NOT NULL,
    seller_id      bigint NOT NULL,
    state          text NOT NULL CHECK (state IN ('asked', 'open', 'repaid', 'borne', 'refused', 'withdrawn')),
    brings_minor   bigint NOT NULL,
    advanced_minor bigint NOT NULL CHECK (advanced_minor > 0),
    fee_minor      bigint NOT NULL,
    fee_bp         int NOT NULL CHECK (fee_bp BETWEEN 0 AND 10000),
    fee_version    int NOT NULL,
    repaid_minor   bigint NOT NULL DEFAULT 0 CHECK (repaid_minor >= 0),
    borne_minor    bigint NOT NULL DEFAULT 0 CHECK (borne_minor >= 0),
    why            text NOT NULL DEFAULT '',
    asked_at       timestamptz NOT NULL,
    opened_at      timestamptz,
    ended_at       timestamptz,
    PRIMARY KEY (order_id, parcel_id),
    CONSTRAINT advance_is_no_more_than_goods_bring CHECK (advanced_minor <= brings_minor),
    CONSTRAINT advance_fee_is_a_part_of_it CHECK (fee_minor >= 0 AND fee_minor < advanced_minor),
    CONSTRAINT advance_comes_back_once CHECK (repaid_minor + borne_minor <= advanced_minor),
    CONSTRAINT advance_comes_back_after_it_was_given
        CHECK (state NOT IN ('asked', 'refused', 'withdrawn') OR repaid_minor + borne_minor = 0),
    CONSTRAINT advance_ends_when_nothing_is_open CHECK (
        (state IN ('repaid', 'borne')) = (repaid_minor + borne_minor = advanced_minor)),
    CONSTRAINT advance_borne_says_so CHECK ((state = 'borne') = (borne_minor > 0 AND repaid_minor + borne_minor = advanced_minor)),
    CONSTRAINT advance_given_has_its_moment CHECK ((state IN ('open', 'repaid', 'borne')) = (opened_at IS NOT NULL))
);
CREATE INDEX advance_by_seller ON advance (seller_id, order_id);

CREATE TABLE advance_move (
    order_id  bigint NOT NULL,
    parcel_id bigint NOT NULL,
    move_id   bigint NOT NULL,
    event     text NOT NULL,
    state     text NOT NULL,
    moved_at  timestamptz NOT NULL,
    PRIMARY KEY (order_id, parcel_id, move_id),
    FOREIGN KEY (order_id, parcel_id) REFERENCES advance
);

-- What we ask of the funder, each once under its id; in the order in which it was decided.
CREATE TABLE advance_deed (
    order_id     bigint NOT NULL,
    parcel_id    bigint NOT NULL,
    deed_id      bigint NOT NULL,
    kind         text NOT NULL CHECK (kind IN ('advances', 'repayments', 'losses', 'cancels')),
    deed_key     text NOT NULL,
    amount_minor bigint NOT NULL CHECK (amount_minor > 0),
    fee_minor    bigint NOT NULL DEFAULT 0 CHECK (fee_minor >= 0),
    state        text NOT NULL CHECK (state IN ('asked', 'done', 'refused', 'odd', 'ended')),
    asked_at     timestamptz NOT NULL,
    ask_at       timestamptz,
    ended_at     timestamptz,
    why          text NOT NULL DEFAULT '',
    PRIMARY KEY (order_id, parcel_id, deed_id),
    UNIQUE (order_id, parcel_id, kind, deed_key),
    FOREIGN KEY (order_id, parcel_id) REFERENCES advance,
    CONSTRAINT advance_deed_is_asked_about CHECK ((state = 'asked') = (ask_at IS NOT NULL)),
    CONSTRAINT advance_deed_has_its_end CHECK ((state = 'asked') = (ended_at IS NULL))
);
CREATE INDEX advance_deed_to_ask ON advance_deed (ask_at) WHERE ask_at IS NOT NULL;
CREATE INDEX advance_deed_done ON advance_deed (ended_at) WHERE state = 'done';

-- What the funder said, byte for byte. It never moves anything by itself: it is a reason to ask.
CREATE TABLE funder_message (
    heard_id    bigint PRIMARY KEY,
    message_id  text NOT NULL,
    kind        text NOT NULL,
    reference   text NOT NULL,
    body        bytea NOT NULL,
    is_genuine  boolean NOT NULL,
    received_at timestamptz NOT NULL
);

INSERT INTO rule_version (code, version, value, unit, effective_from, reason) VALUES
    ('fast_arrival.fee', 1, 40, 'bp', '2000-01-01', 'B1.4');
