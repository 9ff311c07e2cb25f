-- Which offers are stocked together, learnt once a day from what organisations paid for.
-- Expects: 0504. Locks: nothing that exists. Back: drop the tables and the rules; nothing else reads them.

CREATE TABLE neighbour (
    offer_id    bigint NOT NULL,
    other_id    bigint NOT NULL CHECK (other_id <> offer_id),
    weight_ppm  int NOT NULL CHECK (weight_ppm > 0),
    buyers      int NOT NULL CHECK (buyers > 1),
    PRIMARY KEY (offer_id, other_id)
);

CREATE TABLE learning (
    what      text PRIMARY KEY,
    begun_at  timestamptz NOT NULL,
    done_at   timestamptz,
    buyers    int NOT NULL DEFAULT 0 CHECK (buyers >= 0),
    pairs     int NOT NULL DEFAULT 0 CHECK (pairs >= 0)
);

INSERT INTO rule_version (code, version, value, unit, effective_from, reason) VALUES
    ('insight.learn_every', 1, 24, 'hours', '2000-01-01', 'P'),
    ('insight.learn_from', 1, 365, 'days', '2000-01-01', 'P'),
    ('insight.pair_buyers', 1, 3, 'count', '2000-01-01', 'P'),
    ('insight.restock_lead', 1, 2000, 'bp', '2000-01-01', 'P'),
    ('insight.restock_from', 1, 365, 'days', '2000-01-01', 'P');
