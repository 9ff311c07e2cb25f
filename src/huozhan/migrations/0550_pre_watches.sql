-- Watches of a price at a quantity and of goods that are missing; which offers are to be looked at; notices for one person.
-- Expects: 0500, 0070. Locks: notice for a column with a constant default, a moment. Back: drop the tables, the column and the rules.

-- A watch is a person's, at the prices of the organisation they buy for. `limit_e4` is what a piece may cost; without one
-- anything below `base_e4` is a fall. `told_e4` and `was_there` are what was told last, so that nothing is told twice.
CREATE TABLE watch (
    org_id     bigint NOT NULL,
    watch_id   bigint NOT NULL,
    person_id  bigint NOT NULL,
    offer_id   bigint NOT NULL,
    sku_id     bigint NOT NULL DEFAULT 0,
    kind       text NOT NULL CHECK (kind IN ('price', 'stock')),
    state      text NOT NULL CHECK (state IN ('open', 'over', 'banned')),
    pieces     int NOT NULL CHECK (pieces > 0),
    limit_e4   bigint CHECK (limit_e4 > 0),
    base_e4    bigint CHECK (base_e4 > 0),
    told_e4    bigint CHECK (told_e4 > 0),
    was_there  boolean NOT NULL,
    told_at    timestamptz,
    times_told int NOT NULL DEFAULT 0 CHECK (times_told >= 0),
    edition    int NOT NULL DEFAULT 1 CHECK (edition > 0),
    made_at    timestamptz NOT NULL,
    until_at   timestamptz NOT NULL,
    ended_at   timestamptz,
    PRIMARY KEY (org_id, watch_id),
    CHECK ((state = 'open') = (ended_at IS NULL)),
    CHECK ((told_at IS NULL) = (times_told = 0)),
    CHECK (kind = 'price' OR (limit_e4 IS NULL AND told_e4 IS NULL)),
    CHECK (kind = 'stock' OR base_e4 IS NOT NULL)
);
CREATE UNIQUE INDEX watch_once ON watch (org_id, person_id, offer_id, sku_id, kind) WHERE state = 'open';
CREATE INDEX watch_by_offer ON watch (offer_id) WHERE state = 'open';
CREATE INDEX watch_by_id ON watch (watch_id);
CREATE INDEX watch_by_person ON watch (person_id);

-- When an offer that somebody watches is looked at next. `since` is when it began to change, empty while it is quiet.
CREATE TABLE watched_offer (
    offer_id  bigint PRIMARY KEY,
    seller_id bigint NOT NULL,
    look_at   timestamptz NOT NULL,
    since     timestamptz
);
CREATE INDEX watched_offer_to_look ON watched_offer (look_at);
CREATE INDEX watched_offer_by_seller ON watched_offer (seller_id);

-- 0: for everybody of the organisation whose role it concerns.
ALTER TABLE notice ADD COLUMN person_id bigint NOT NULL DEFAULT 0;

INSERT INTO rule_version (code, version, value, unit, effective_from, reason) VALUES
    ('interest.watches_most', 1, 100, 'count', '2000-01-01', 'P'),
    ('interest.watched_for', 1, 90, 'days', '2000-01-01', 'P'),
    ('interest.watch_settles', 1, 60, 'seconds', '2000-01-01', 'P'),
    ('interest.watch_waits', 1, 10, 'minutes', '2000-01-01', 'P'),
    ('interest.watch_every', 1, 30, 'minutes', '2000-01-01', 'P'),
    ('interest.watch_kept', 1, 30, 'days', '2000-01-01', 'P');
