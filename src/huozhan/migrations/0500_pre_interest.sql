-- What buyers keep an eye on: favourites of an organisation, and what a person looked at.
-- Expects: 0302. Locks: nothing that exists. Back: drop the tables and the rules.

CREATE TABLE favourite_offer (
    org_id        bigint NOT NULL,
    offer_id      bigint NOT NULL,
    favourite_id  bigint NOT NULL,
    kept_at       timestamptz NOT NULL,
    kept_by       bigint NOT NULL,
    price_low_e4  bigint NOT NULL CHECK (price_low_e4 > 0),
    PRIMARY KEY (org_id, offer_id)
);
CREATE INDEX favourite_offer_by_time ON favourite_offer (org_id, favourite_id DESC);

CREATE TABLE favourite_shop (
    org_id        bigint NOT NULL,
    seller_id     bigint NOT NULL,
    favourite_id  bigint NOT NULL,
    kept_at       timestamptz NOT NULL,
    kept_by       bigint NOT NULL,
    PRIMARY KEY (org_id, seller_id)
);
CREATE INDEX favourite_shop_by_time ON favourite_shop (org_id, favourite_id DESC);

CREATE TABLE seen_offer (
    person_id  bigint NOT NULL,
    offer_id   bigint NOT NULL,
    seen_at    timestamptz NOT NULL,
    times      int NOT NULL CHECK (times > 0),
    PRIMARY KEY (person_id, offer_id)
);
CREATE INDEX seen_offer_by_time ON seen_offer (person_id, seen_at DESC, offer_id DESC);
CREATE INDEX seen_offer_by_age ON seen_offer (seen_at);

INSERT INTO rule_version (code, version, value, unit, effective_from, reason) VALUES
    ('interest.favourites_most', 1, 1000, 'count', '2000-01-01', 'P'),
    ('interest.history_most', 1, 200, 'count', '2000-01-01', 'P'),
    ('interest.history_kept', 1, 180, 'days', '2000-01-01', 'P');
