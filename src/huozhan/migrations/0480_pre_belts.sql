-- Belts are named on every page of results, so they must be found without reading every organisation.
-- Expects: 0011. Locks: organisation against writing while the indexes are made. Back: drop the indexes.

CREATE INDEX organisation_by_belt ON organisation (belt_zh) WHERE belt_zh <> '';
CREATE INDEX organisation_by_belt_en ON organisation (belt_en) WHERE belt_zh = '' AND belt_en <> '';
