-- Which price book priced each line of an order, by which version.
-- Expects: 0050. Locks: order_line for columns with a constant default. Back: drop the columns.

ALTER TABLE order_line
    ADD COLUMN book_id bigint NOT NULL DEFAULT 0,
    ADD COLUMN book_version int NOT NULL DEFAULT 0,
    ADD COLUMN takes_coupons boolean NOT NULL DEFAULT true,
    ADD CONSTRAINT order_line_names_its_book CHECK (
        basis NOT IN ('contract', 'negotiated', 'member') OR (book_id > 0 AND book_version > 0));
