-- The kernel's tables: market, rules, idempotency, outbox, timers, jobs, node leases.
-- Expects: an empty database. Locks: nothing that exists. Back: drop the tables.

CREATE TABLE market (
    market_id  bigint PRIMARY KEY,
    name_zh    text NOT NULL,
    name_en    text NOT NULL,
    currency   text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    timezone   text NOT NULL,
    is_demo    boolean NOT NULL,
    opened_at  timestamptz NOT NULL
);
CREATE UNIQUE INDEX market_is_one ON market ((true));

CREATE TABLE rule_version (
    code           text NOT NULL,
    version        int NOT NULL CHECK (version > 0),
    value          bigint NOT NULL,
    unit           text NOT NULL CHECK (unit IN ('seconds', 'minutes', 'hours', 'days', 'bp', 'minor', 'count', 'flag')),
    published_at   timestamptz NOT NULL DEFAULT now(),
    effective_from timestamptz NOT NULL DEFAULT now(),
    published_by   bigint NOT NULL DEFAULT 0,
    reason         text NOT NULL DEFAULT '',
    PRIMARY KEY (code, version)
);

CREATE TABLE idempotency (
    scope_id    bigint NOT NULL,
    use_case    text NOT NULL,
    key         text NOT NULL CHECK (length(key) BETWEEN 1 AND 255),
    fingerprint bytea NOT NULL,
    answer      bytea,
    used_at     timestamptz NOT NULL,
    PRIMARY KEY (scope_id, use_case, key)
);
CREATE INDEX idempotency_by_age ON idempotency (used_at);

CREATE TABLE outbox (
    fact_id     bigint PRIMARY KEY,
    fact        text NOT NULL,
    about_id    bigint NOT NULL,
    body        jsonb NOT NULL,
    happened_at timestamptz NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);

CREATE TABLE timer (
    about_id     bigint NOT NULL,
    kind         text NOT NULL,
    due_at       timestamptz NOT NULL,
    rule_version int NOT NULL DEFAULT 0,
    lease_until  timestamptz,
    attempts     int NOT NULL DEFAULT 0,
    PRIMARY KEY (about_id, kind)
);
CREATE INDEX timer_by_due ON timer (due_at);

CREATE TABLE job (
    job_id      bigint PRIMARY KEY,
    kind        text NOT NULL,
    payload     jsonb NOT NULL,
    run_at      timestamptz NOT NULL,
    queued_at   timestamptz NOT NULL,
    lease_until timestamptz,
    attempts    int NOT NULL DEFAULT 0,
    is_dead     boolean NOT NULL DEFAULT false,
    last_error  text,
    dedupe_key  text UNIQUE
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);
CREATE INDEX job_by_run_at ON job (run_at) WHERE NOT is_dead;

CREATE TABLE node_lease (
    node         int PRIMARY KEY CHECK (node BETWEEN 0 AND 1023),
    holder       text NOT NULL,
    leased_until timestamptz NOT NULL
);
