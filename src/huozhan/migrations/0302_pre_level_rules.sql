-- What a buyer must have bought in a shop to come to a level by itself.
-- Expects: 0221. Locks: nothing that exists. Back: drop the table; levels that were given by it stay.

CREATE TABLE price_level_rule (
    seller_id    bigint NOT NULL,
    level        text NOT NULL CHECK (level IN ('basic', 'normal', 'advanced', 'vip', 'top_vip')),
    least_minor  bigint NOT NULL CHECK (least_minor >= 0),
    least_orders int NOT NULL CHECK (least_orders >= 0),
    days         int NOT NULL CHECK (days > 0),
    set_at       timestamptz NOT NULL,
    set_by       bigint NOT NULL,
    worked_at    timestamptz NOT NULL,
    PRIMARY KEY (seller_id, level),
    CONSTRAINT price_level_rule_asks_one_thing CHECK ((least_minor > 0) <> (least_orders > 0))
);
CREATE INDEX price_level_rule_by_time ON price_level_rule (worked_at, seller_id);
