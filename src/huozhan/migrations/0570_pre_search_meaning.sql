-- What titles mean, as numbers, where the optional model is installed: reckoned once by the worker, for the index of meaning.
-- Expects: 0080. Locks: nothing that exists. Back: drop the table; the worker reckons the titles again.

CREATE TABLE search_title_vector (
    offer_id   bigint PRIMARY KEY,
    title_mark bigint NOT NULL,
    model      text NOT NULL,
    vectors    bytea NOT NULL
);
