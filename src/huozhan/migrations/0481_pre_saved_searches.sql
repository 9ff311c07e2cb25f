-- Searches that a buyer keeps under a name, and those that are watched for new goods; their rules.
-- Expects: 0080. Locks: nothing that is used yet. Back: drop the tables, delete the rules below.

-- What is looked for is kept as it is asked for, without its page; the same search is kept once an organisation.
CREATE TABLE saved_search (
    org_id        bigint NOT NULL,
    search_id     bigint NOT NULL,
    name          text NOT NULL CHECK (name <> ''),
    ask           jsonb NOT NULL,
    fingerprint   text NOT NULL,
    made_by       bigint NOT NULL,
    made_at       timestamptz NOT NULL,
    watched_from  timestamptz,
    watched_until timestamptz,
    look_at       timestamptz,
    told_on       date,
    PRIMARY KEY (org_id, search_id),
    UNIQUE (org_id, fingerprint),
    CHECK ((watched_from IS NULL) = (watched_until IS NULL) AND (watched_from IS NULL) = (look_at IS NULL)),
    CHECK (watched_until > watched_from)
);
CREATE INDEX saved_search_to_look ON saved_search (look_at) WHERE look_at IS NOT NULL;

-- Each offer is told of once: the key is what makes it so, whoever looks twice.
CREATE TABLE saved_search_hit (
    org_id    bigint NOT NULL,
    search_id bigint NOT NULL,
    offer_id  bigint NOT NULL,
    found_at  timestamptz NOT NULL,
    told_at   timestamptz,
    PRIMARY KEY (org_id, search_id, offer_id),
    FOREIGN KEY (org_id, search_id) REFERENCES saved_search ON DELETE CASCADE
);
CREATE INDEX saved_search_hit_untold ON saved_search_hit (org_id, search_id) WHERE told_at IS NULL;

INSERT INTO rule_version (code, version, value, unit, effective_from, reason) VALUES
    ('search.saved_most', 1, 50, 'count', '2000-01-01', 'P'),
    ('search.watched_most', 1, 20, 'count', '2000-01-01', 'P'),
    ('search.watched_for', 1, 90, 'days', '2000-01-01', 'P'),
    ('search.watch_every', 1, 60, 'minutes', '2000-01-01', 'P');
