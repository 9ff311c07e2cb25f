-- National divisions, organisations' addresses, and the record of who opened a sealed receiver.
-- Expects: 0011. Locks: nothing that exists. Back: drop the tables.

CREATE TABLE division (
    code6   text PRIMARY KEY CHECK (code6 ~ '^[0-9]{6}$'),
    name    text NOT NULL,
    name_en text NOT NULL,
    parent  text NOT NULL,
    level   smallint NOT NULL CHECK (level BETWEEN 1 AND 3)
);
CREATE INDEX division_by_parent ON division (parent);

CREATE TABLE address (
    org_id          bigint NOT NULL,
    address_id      bigint NOT NULL,
    label           text NOT NULL,
    country         text NOT NULL CHECK (country ~ '^[A-Z]{2}$'),
    division_code   text NOT NULL,
    region          text NOT NULL,
    city            text NOT NULL,
    postcode        text NOT NULL,
    receiver_sealed bytea NOT NULL,
    phone_sealed    bytea NOT NULL,
    street_sealed   bytea NOT NULL,
    is_default      boolean NOT NULL,
    made_at         timestamptz NOT NULL,
    PRIMARY KEY (org_id, address_id)
);
CREATE UNIQUE INDEX address_one_default ON address (org_id) WHERE is_default;

CREATE TABLE reveal (
    org_id    bigint NOT NULL,
    reveal_id bigint NOT NULL,
    person_id bigint NOT NULL,
    about_id  bigint NOT NULL,
    reason    text NOT NULL,
    door      text NOT NULL,
    at        timestamptz NOT NULL,
    PRIMARY KEY (org_id, reveal_id)
);
