-- Orders by the time they were placed, for what is counted over the whole market.
-- Expects: 0050. Locks: trade_order against writes while the index is built (it holds one row per 128 pages). Back: drop the index.

CREATE INDEX trade_order_by_time ON trade_order USING brin (placed_at);
