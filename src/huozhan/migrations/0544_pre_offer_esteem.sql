-- What the catalogue's cards say of what buyers made of an offer; told by those who know.
-- Expects: 0030. Locks: nothing that exists. Back: drop the table.

CREATE TABLE offer_esteem (
    offer_id   bigint PRIMARY KEY,
    reviews    int NOT NULL DEFAULT 0 CHECK (reviews >= 0),
    points_sum int NOT NULL DEFAULT 0 CHECK (points_sum BETWEEN reviews AND 5 * reviews)
);
