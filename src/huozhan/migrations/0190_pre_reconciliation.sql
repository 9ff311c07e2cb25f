-- The channel's files line by line, what they and our rows do not agree on, and how each difference ended.
-- Expects: 0040. Locks: nothing that exists. Back: drop the three tables, delete the rules below.

CREATE TABLE channel_trade (
    channel_txn  text NOT NULL,
    channel_id   bigint NOT NULL,
    on_day       date NOT NULL,
    nth          int NOT NULL,
    name         text NOT NULL,
    currency     text NOT NULL,
    merchant     text NOT NULL,
    amount_minor bigint NOT NULL,
    traded_at    timestamptz,
    sort         text NOT NULL,
    PRIMARY KEY (channel_txn, channel_id, on_day, nth)
);
CREATE INDEX channel_trade_by_name ON channel_trade (name);

CREATE TABLE reconciled_day (
    channel_id bigint NOT NULL,
    on_day     date NOT NULL,
    source     text NOT NULL CHECK (source IN ('trades', 'settlement')),
    lines      int NOT NULL,
    differing  int NOT NULL CHECK (differing >= 0),
    noted_at   timestamptz NOT NULL,
    PRIMARY KEY (channel_id, on_day, source)
);

CREATE TABLE channel_difference (
    difference_id bigint PRIMARY KEY,
    channel_id    bigint NOT NULL,
    on_day        date NOT NULL,
    source        text NOT NULL CHECK (source IN ('trades', 'settlement')),
    name          text NOT NULL,
    payment_ref   text NOT NULL,
    channel_txn   text NOT NULL,
    nth           int NOT NULL,
    sort          text NOT NULL CHECK (sort IN ('amount_differs', 'state_differs', 'only_channel', 'only_ours', 'twice',
                  'cut_off', 'fee_differs', 'currency_differs', 'merchant_differs')),
    channel_minor bigint NOT NULL,
    ours_minor    bigint NOT NULL,
    effect_minor  bigint NOT NULL,
    state         text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'explained', 'accepted', 'written_off')),
    found_at      timestamptz NOT NULL,
    ended_at      timestamptz,
    ended_by      bigint NOT NULL DEFAULT 0,
    reason        text NOT NULL DEFAULT '',
    UNIQUE (channel_id, on_day, source, name, channel_txn, nth),
    CHECK ((state = 'open') = (ended_at IS NULL)),
    -- Income is never made of what nobody explained: only what is missing may be written off.
    CHECK (state <> 'written_off' OR effect_minor < 0),
    CHECK (state <> 'accepted' OR effect_minor = 0)
);
CREATE INDEX channel_difference_open ON channel_difference (on_day, difference_id) WHERE state = 'open';

INSERT INTO rule_version (code, version, value, unit, effective_from, reason) VALUES
    ('reconcile.cut_off', 1, 30, 'minutes', '2000-01-01', 'B5.5'),
    ('reconcile.files_after', 1, 10, 'hours', '2000-01-01', 'B5.5'),
    ('channel.fee', 1, 60, 'bp', '2000-01-01', 'B5.5');
