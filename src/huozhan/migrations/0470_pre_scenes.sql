-- What is counted of how suppliers serve: orders to look at, marks of each, sums of days, figures of thirty days; their rules.
-- Expects: the kernel's tables. Locks: nothing that exists. Back: drop the tables, delete the rules below.

-- Orders that something happened to, or whose next moment to be judged comes; a queue.
CREATE TABLE service_waiting (
    order_id bigint PRIMARY KEY,
    look_at  timestamptz NOT NULL
);
CREATE INDEX service_waiting_by_time ON service_waiting (look_at, order_id);

-- How far the market's orders were walked through to be judged from the beginning; one row, done when `done_at` is set.
CREATE TABLE service_walk (
    walk     text PRIMARY KEY CHECK (walk = 'all'),
    after_id bigint NOT NULL,
    done_at  timestamptz
);
INSERT INTO service_walk (walk, after_id) VALUES ('all', 0);

-- What one order adds to the figures of its seller: the day it counts for, whether it was due and whether it hit.
CREATE TABLE service_mark (
    order_id   bigint NOT NULL,
    measure    text NOT NULL,
    about_id   bigint NOT NULL,
    seller_id  bigint NOT NULL,
    buyer_id   bigint NOT NULL,
    counted_on date NOT NULL,
    due        int NOT NULL CHECK (due IN (0, 1)),
    hit        int NOT NULL CHECK (hit IN (0, 1)),
    minutes    bigint NOT NULL DEFAULT 0 CHECK (minutes >= 0),
    vertical   text NOT NULL DEFAULT '',
    PRIMARY KEY (order_id, measure, about_id),
    CHECK (due + hit > 0)
);
CREATE INDEX service_mark_by_seller ON service_mark (seller_id, measure, counted_on, order_id);
CREATE INDEX service_mark_by_day ON service_mark (counted_on);

-- The same, summed; always equal to the marks.
CREATE TABLE service_day (
    seller_id  bigint NOT NULL,
    measure    text NOT NULL,
    counted_on date NOT NULL,
    due        int NOT NULL CHECK (due >= 0),
    hit        int NOT NULL CHECK (hit >= 0),
    minutes    bigint NOT NULL CHECK (minutes >= 0),
    PRIMARY KEY (seller_id, measure, counted_on)
);
CREATE INDEX service_day_by_day ON service_day (counted_on);

-- What is said of a supplier up to a day: `figures` is measure → [due, hit, minutes] of the days before it.
CREATE TABLE service_score (
    seller_id       bigint NOT NULL,
    until_on        date NOT NULL,
    figures         jsonb NOT NULL,
    composite_e2    int CHECK (composite_e2 BETWEEN 0 AND 500),
    consultation_e2 int CHECK (consultation_e2 BETWEEN 0 AND 500),
    logistics_e2    int CHECK (logistics_e2 BETWEEN 0 AND 500),
    after_sale_e2   int CHECK (after_sale_e2 BETWEEN 0 AND 500),
    quality_e2      int CHECK (quality_e2 BETWEEN 0 AND 500),
    dispute_e2      int CHECK (dispute_e2 BETWEEN 0 AND 500),
    PRIMARY KEY (seller_id, until_on)
);
CREATE INDEX service_score_by_day ON service_score (until_on, seller_id);

INSERT INTO rule_version (code, version, value, unit, effective_from, reason) VALUES
    ('service.window', 1, 30, 'days', '2000-01-01', 'B3.1'),
    ('service.least', 1, 5, 'count', '2000-01-01', 'B3.1'),
    ('service.plain', 1, 30, 'count', '2000-01-01', 'B3.1'),
    ('service.pickup', 1, 48, 'hours', '2000-01-01', 'B3.1'),
    ('service.pickup_fast', 1, 24, 'hours', '2000-01-01', 'B3.1'),
    ('service.signed', 1, 72, 'hours', '2000-01-01', 'B3.1'),
    ('service.repurchase', 1, 90, 'days', '2000-01-01', 'B3.1 P'),
    ('service.kept', 1, 180, 'days', '2000-01-01', 'P');
