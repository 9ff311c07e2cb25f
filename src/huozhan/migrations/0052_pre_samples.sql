-- Samples that a buyer has had of an offer: one row per piece and place, so that two orders at once cannot both take the last.
-- Expects: 0020. Locks: nothing that exists. Back: drop the table.

CREATE TABLE sample_claim (
    buyer_id   bigint NOT NULL,
    offer_id   bigint NOT NULL,
    place      int NOT NULL CHECK (place > 0),
    order_id   bigint NOT NULL,
    claimed_at timestamptz NOT NULL,
    PRIMARY KEY (buyer_id, offer_id, place)
);
