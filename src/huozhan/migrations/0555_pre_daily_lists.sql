-- Daily lists: what is bought most, what is new and bought, what rises, what buyers come back for; by category and by belt.
-- Expects: 0460, 0505. Locks: nothing that exists. Back: drop the tables and the rules; nothing else reads them.

-- One row a day whose lists were made, with the versions of the rules that they were made under.
CREATE TABLE list_day (
    on_day   date PRIMARY KEY,
    made_at  timestamptz NOT NULL,
    rules    jsonb NOT NULL,
    offers   int NOT NULL CHECK (offers >= 0)
);

-- `scope` is empty for the whole market, 'c:' and a category with all below it, or 'b:' and a belt. What `many` and `few` count
-- depends on the kind: orders and none; orders and none; buyings of the last days and of those before; buyers and those who came back.
CREATE TABLE list_place (
    kind     text NOT NULL CHECK (kind IN ('hot', 'new', 'rising', 'back')),
    scope    text NOT NULL,
    on_day   date NOT NULL,
    place    int NOT NULL CHECK (place > 0),
    offer_id bigint NOT NULL,
    score    bigint NOT NULL,
    buyers   int NOT NULL CHECK (buyers > 0),
    many     int NOT NULL CHECK (many >= 0),
    few      int NOT NULL CHECK (few >= 0),
    PRIMARY KEY (kind, scope, on_day, place)
);
CREATE INDEX list_place_by_day ON list_place (on_day);

INSERT INTO rule_version (code, version, value, unit, effective_from, reason) VALUES
    ('insight.list_places', 1, 50, 'count', '2000-01-01', 'P'),
    ('insight.list_of_shop', 1, 5, 'count', '2000-01-01', 'P'),
    ('insight.list_buyers', 1, 2, 'count', '2000-01-01', 'P'),
    ('insight.lists_kept', 1, 14, 'days', '2000-01-01', 'P'),
    ('insight.hot_days', 1, 30, 'days', '2000-01-01', 'P'),
    ('insight.hot_cap', 1, 3, 'count', '2000-01-01', 'P'),
    ('insight.new_days', 1, 30, 'days', '2000-01-01', 'P'),
    ('insight.rising_days', 1, 7, 'days', '2000-01-01', 'P'),
    ('insight.rising_before', 1, 28, 'days', '2000-01-01', 'P'),
    ('insight.rising_smooth', 1, 5, 'count', '2000-01-01', 'P'),
    ('insight.rising_least', 1, 12000, 'bp', '2000-01-01', 'P'),
    ('insight.back_days', 1, 90, 'days', '2000-01-01', 'P'),
    ('insight.back_buyers', 1, 10, 'count', '2000-01-01', 'P');
