-- Saved searches by who made them: they are part of a person's data, and go with them.
-- Expects: 0481. Locks: saved_search against writes while the index is made; it holds some rows an organisation. Back: drop the index.

CREATE INDEX saved_search_by_maker ON saved_search (made_by);
