-- How offers are ranked: the means of categories, the daily round that tells the indexer whose factors moved, the weights.
-- Expects: 0460. Locks: offer_measure and offer_buyer for a moment. Back: drop the tables and columns, delete the rules below.

ALTER TABLE offer_measure ADD COLUMN category_id text NOT NULL DEFAULT '';
ALTER TABLE offer_buyer ADD COLUMN category_id text NOT NULL DEFAULT '';

-- The row of category '' is the whole market's.
CREATE TABLE category_standing (
    category_id   text PRIMARY KEY,
    until_on      date NOT NULL,
    views         bigint NOT NULL CHECK (views >= 0),
    bought        bigint NOT NULL CHECK (bought >= 0),
    buyers        bigint NOT NULL CHECK (buyers >= 0),
    repeat_buyers bigint NOT NULL CHECK (repeat_buyers BETWEEN 0 AND buyers)
);

CREATE TABLE ranking_round (
    on_day   date NOT NULL,
    ranking  int NOT NULL,
    after_id bigint NOT NULL DEFAULT 0,
    noted    bigint NOT NULL DEFAULT 0,
    is_ended boolean NOT NULL DEFAULT false,
    PRIMARY KEY (on_day, ranking)
);

INSERT INTO rule_version (code, version, value, unit, effective_from, reason) VALUES
    ('search.weight_conversion', 1, 5500, 'bp', '2000-01-01', 'B3.3'),
    ('search.weight_service', 1, 2500, 'bp', '2000-01-01', 'B3.3'),
    ('search.weight_repurchase', 1, 1000, 'bp', '2000-01-01', 'B3.3'),
    ('search.weight_freshness', 1, 1000, 'bp', '2000-01-01', 'B3.3'),
    ('search.penalty', 1, 5000, 'bp', '2000-01-01', 'B3.3'),
    ('search.floor_quick_answer', 1, 6000, 'bp', '2000-01-01', 'B3.3'),
    ('search.floor_pickup', 1, 9500, 'bp', '2000-01-01', 'B3.3'),
    ('search.floor_quality_refund', 1, 200, 'bp', '2000-01-01', 'B3.3'),
    ('search.shrink', 1, 20, 'count', '2000-01-01', 'B3.1'),
    ('search.service_prior', 1, 300, 'count', '2000-01-01', 'B3.2'),
    ('search.half_life', 1, 30, 'days', '2000-01-01', 'P'),
    ('search.new_days', 1, 30, 'days', '2000-01-01', 'P'),
    ('search.new_impressions', 1, 200, 'count', '2000-01-01', 'P');
