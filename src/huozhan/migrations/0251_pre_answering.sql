-- How a supplier answers by itself and in few words, how quickly it answers, and when unread messages are told of; their rules.
-- Expects: 0250. Locks: nothing that is used yet. Back: drop the tables, delete the rules below.

-- Hours of work are minutes of the day in the market's own time; days are those of ISO 8601, 1 is Monday.
CREATE TABLE answering (
    org_id      bigint PRIMARY KEY,
    greeting    text NOT NULL,
    is_on       boolean NOT NULL,
    from_minute int NOT NULL CHECK (from_minute BETWEEN 0 AND 1439),
    until_minute int NOT NULL CHECK (until_minute BETWEEN 1 AND 1440),
    days        int[] NOT NULL CHECK (cardinality(days) <= 7),
    replies     jsonb NOT NULL,
    CHECK (until_minute > from_minute),
    CHECK (NOT is_on OR greeting <> '')
);

-- One row for each supplier and day on which somebody had asked in the days before: never changed once it is there.
CREATE TABLE response_rate (
    seller_id  bigint NOT NULL,
    until_on   date NOT NULL,
    quick_due  int NOT NULL,
    quick_kept int NOT NULL CHECK (quick_kept BETWEEN 0 AND quick_due),
    reply_due  int NOT NULL,
    reply_kept int NOT NULL CHECK (reply_kept BETWEEN 0 AND reply_due),
    PRIMARY KEY (seller_id, until_on)
);
CREATE INDEX response_rate_by_day ON response_rate (until_on);
CREATE INDEX message_automatic ON message (conversation_id, sent_at) WHERE is_automatic;
CREATE INDEX response_round_by_age ON response_round (began_at);

INSERT INTO rule_version (code, version, value, unit, effective_from, reason) VALUES
    ('talk.greeting_again', 1, 12, 'hours', '2000-01-01', 'P'),
    ('talk.rate_days', 1, 30, 'days', '2000-01-01', 'B3.1'),
    ('talk.rate_least', 1, 5, 'count', '2000-01-01', 'B3.1'),
    ('talk.rate_plain', 1, 30, 'count', '2000-01-01', 'B3.1'),
    ('talk.notice_after', 1, 10, 'minutes', '2000-01-01', 'P'),
    ('talk.kept', 1, 1096, 'days', '2000-01-01', 'E-Commerce Law 31');
