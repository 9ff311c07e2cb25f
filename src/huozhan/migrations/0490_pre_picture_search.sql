-- Search by a photo: what pictures look like as numbers, the pictures' own feed, and photos that visitors search by.
-- Expects: 0080. Locks: nothing that exists. Back: drop the tables and delete the rules; the worker reckons them again.

CREATE TABLE search_picture_vector (
    picture_id text NOT NULL,
    model      text NOT NULL,
    vector     bytea NOT NULL,
    PRIMARY KEY (picture_id, model)
);

CREATE TABLE search_picture_feed (
    offer_id bigint PRIMARY KEY,
    noted_at timestamptz NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);
CREATE INDEX search_picture_feed_by_age ON search_picture_feed (noted_at);

CREATE TABLE search_photo (
    photo_id   text PRIMARY KEY CHECK (photo_id ~ '^[0-9a-f]{32}$'),
    webp       bytea NOT NULL,
    width      integer NOT NULL CHECK (width > 0),
    height     integer NOT NULL CHECK (height > 0),
    kept_until timestamptz NOT NULL
);
CREATE INDEX search_photo_by_end ON search_photo (kept_until);

INSERT INTO rule_version (code, version, value, unit, reason) VALUES
    ('search.photo_kept', 1, 24, 'hours', 'Search by a photo: how long its address can be opened again and shared'),
    ('tries.photo.free', 1, 30, 'count', 'A4 API4'),
    ('tries.photo.wait', 1, 2, 'seconds', 'A4 API4'),
    ('tries.photo.wait_max', 1, 5, 'minutes', 'A4 API4'),
    ('tries.photo.forgotten', 1, 10, 'minutes', 'A4 API4'),
    ('tries.photo_address.free', 1, 120, 'count', 'A4 API4'),
    ('tries.photo_address.wait', 1, 2, 'seconds', 'A4 API4'),
    ('tries.photo_address.wait_max', 1, 5, 'minutes', 'A4 API4'),
    ('tries.photo_address.forgotten', 1, 10, 'minutes', 'A4 API4');
