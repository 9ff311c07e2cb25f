-- Of an offer's buyers, how many came back: beside its points, as cards say it.
-- Expects: 0544. Locks: offer_esteem for a moment. Back: drop the columns.

ALTER TABLE offer_esteem
    ADD COLUMN buyers        int NOT NULL DEFAULT 0 CHECK (buyers >= 0),
    ADD COLUMN repeat_buyers int NOT NULL DEFAULT 0 CHECK (repeat_buyers BETWEEN 0 AND buyers),
    ADD COLUMN repeat_bp     int CHECK (repeat_bp BETWEEN 0 AND 10000),
    ADD COLUMN repeat_bound  boolean NOT NULL DEFAULT false;
