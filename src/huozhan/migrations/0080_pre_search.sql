-- The feed of the search index: offers that changed and wait to be indexed.
-- Expects: 0001. Locks: nothing that exists. Back: drop the table; a rebuild fills the index again.

CREATE TABLE search_feed (
    offer_id bigint PRIMARY KEY,
    noted_at timestamptz NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);
CREATE INDEX search_feed_by_age ON search_feed (noted_at);
