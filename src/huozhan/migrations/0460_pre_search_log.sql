-- What was looked for, what was shown and what was done with it; what a day of that comes to for each offer.
-- Expects: 0080. Locks: nothing that exists. Back: drop the tables, delete the rules below; ranking goes on without measures.

-- Keys begin with the day, so that the log can be parted by it. Who looked is an organisation, and a fingerprint of the
-- person or of the browser's own key: nothing here names anybody.
CREATE TABLE search_log (
    on_day      date NOT NULL,
    search_id   bigint NOT NULL,
    at          timestamptz NOT NULL,
    org_id      bigint NOT NULL,
    who         bytea NOT NULL CHECK (octet_length(who) = 16),
    door        text NOT NULL,
    lang        text NOT NULL,
    q           text NOT NULL,
    filters     jsonb NOT NULL,
    sort        text NOT NULL,
    page        int NOT NULL CHECK (page > 0),
    total       bigint NOT NULL CHECK (total >= 0),
    is_relaxed  boolean NOT NULL,
    ranking     int NOT NULL,
    trial_id    bigint NOT NULL DEFAULT 0,
    offer_ids   bigint[] NOT NULL,
    scores_e3   bigint[] NOT NULL,
    factors     bigint[] NOT NULL,
    marks       text NOT NULL,
    PRIMARY KEY (on_day, search_id),
    CHECK (cardinality(scores_e3) IN (0, cardinality(offer_ids))),
    CHECK (cardinality(factors) IN (0, cardinality(offer_ids))),
    CHECK (length(marks) IN (0, cardinality(offer_ids)))
);
CREATE INDEX search_log_by_who ON search_log (who, at);

CREATE TABLE offer_touch (
    on_day   date NOT NULL,
    touch_id bigint NOT NULL,
    at       timestamptz NOT NULL,
    kind     text NOT NULL CHECK (kind IN ('view', 'cart')),
    offer_id bigint NOT NULL,
    org_id   bigint NOT NULL,
    who      bytea NOT NULL CHECK (octet_length(who) = 16),
    PRIMARY KEY (on_day, touch_id)
);
CREATE INDEX offer_touch_by_who ON offer_touch (who, at);

-- One row for each offer and day on which anything happened to it; whoever did it counts once.
CREATE TABLE offer_measure (
    offer_id    bigint NOT NULL,
    on_day      date NOT NULL,
    impressions int NOT NULL DEFAULT 0 CHECK (impressions >= 0),
    clicks      int NOT NULL DEFAULT 0 CHECK (clicks BETWEEN 0 AND impressions),
    views       int NOT NULL DEFAULT 0 CHECK (views >= 0),
    carts       int NOT NULL DEFAULT 0 CHECK (carts >= 0),
    orders      int NOT NULL DEFAULT 0 CHECK (orders >= 0),
    buyers      int NOT NULL DEFAULT 0 CHECK (buyers BETWEEN 0 AND orders),
    PRIMARY KEY (offer_id, on_day)
);
CREATE INDEX offer_measure_by_day ON offer_measure (on_day);

-- Who bought an offer on which day, for as long as somebody who comes back counts (B3.1).
CREATE TABLE offer_buyer (
    offer_id bigint NOT NULL,
    buyer_id bigint NOT NULL,
    on_day   date NOT NULL,
    orders   int NOT NULL CHECK (orders > 0),
    PRIMARY KEY (offer_id, buyer_id, on_day)
);
CREATE INDEX offer_buyer_by_day ON offer_buyer (on_day);

CREATE TABLE measured_day (
    on_day     date PRIMARY KEY,
    counted_at timestamptz NOT NULL,
    searches   bigint NOT NULL
);

INSERT INTO rule_version (code, version, value, unit, effective_from, reason) VALUES
    ('search.kept', 1, 180, 'days', '2000-01-01', 'P'),
    ('search.measures_kept', 1, 730, 'days', '2000-01-01', 'P'),
    ('search.click_within', 1, 30, 'minutes', '2000-01-01', 'P'),
    ('search.repeat_days', 1, 90, 'days', '2000-01-01', 'B3.1');
