-- Trials of another ranking: shown in turns with the one in force, judged by what visitors opened and bought.
-- Expects: 0460. Locks: nothing that exists. Back: drop the table and the index, delete the rules.

CREATE TABLE ranking_trial (
    trial_id   bigint PRIMARY KEY,
    name       text NOT NULL,
    conversion int NOT NULL CHECK (conversion >= 0),
    service    int NOT NULL CHECK (service >= 0),
    repurchase int NOT NULL CHECK (repurchase >= 0),
    freshness  int NOT NULL CHECK (freshness >= 0),
    people     int NOT NULL CHECK (people > 0),
    started_at timestamptz NOT NULL,
    started_by bigint NOT NULL,
    ended_at   timestamptz,
    ended_by   bigint,
    is_adopted boolean,
    reason     text NOT NULL,
    end_reason text,
    CHECK (conversion + service + repurchase + freshness > 0),
    CHECK ((ended_at IS NULL) = (is_adopted IS NULL) AND (ended_at IS NULL) = (end_reason IS NULL))
);
-- One at a time.
CREATE UNIQUE INDEX ranking_trial_running ON ranking_trial ((true)) WHERE ended_at IS NULL;
CREATE INDEX search_log_of_trial ON search_log (trial_id, at) WHERE trial_id > 0;

INSERT INTO rule_version (code, version, value, unit, effective_from, reason) VALUES
    ('search.trial_order_within', 1, 7, 'days', '2000-01-01', 'P'),
    ('search.trial_error', 1, 500, 'bp', '2000-01-01', 'P');
