-- Who writes a search index that is elsewhere, and the number of its last round: an older document never replaces a newer one.
-- Expects: nothing. Locks: nothing that exists. Back: drop the table; only a market with an OpenSearch port reads it.

CREATE TABLE search_writer (
    is_only      boolean PRIMARY KEY DEFAULT true CHECK (is_only),
    holder       text NOT NULL,
    leased_until timestamptz NOT NULL,
    version      bigint NOT NULL CHECK (version > 0)
);

INSERT INTO search_writer (holder, leased_until, version) VALUES ('', '2000-01-01', 1);
