-- A mark that spares quotes and pages of everybody else a question.
-- Expects: 0020. Locks: nothing that exists. Back: drop the table.

-- Until when quotes must ask for a shop's books for a buyer; it spares everybody else the question.
CREATE TABLE shop_buyer (
    buyer_id     bigint NOT NULL,
    seller_id    bigint NOT NULL,
    booked_until timestamptz NOT NULL,
    PRIMARY KEY (buyer_id, seller_id)
);
