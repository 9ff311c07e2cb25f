-- What an after-sales case does to goods that were sent: units whose money goes back, clocks of receipt that stand still.
-- Expects: 0020, 0050, 0060. Locks: order_line, parcel, parcel_line and stock_move for a moment. Back: drop the table and the columns, take the check's new word away.

-- Units whose money went back whole after they were sent; and how much less than its received units' worth commission
-- was charged on, because part of their money went back.
ALTER TABLE order_line ADD COLUMN returned bigint NOT NULL DEFAULT 0 CHECK (returned >= 0);
ALTER TABLE order_line ADD COLUMN uncharged_minor bigint NOT NULL DEFAULT 0;
ALTER TABLE order_line ADD CONSTRAINT order_line_came_back CHECK (received + returned <= shipped);

-- Units of a parcel that an after-sales case settled; the rest is received as the parcel is.
ALTER TABLE parcel_line ADD COLUMN apart bigint NOT NULL DEFAULT 0;
ALTER TABLE parcel_line ADD CONSTRAINT parcel_line_apart CHECK (apart BETWEEN 0 AND quantity);

-- While a case about its goods is open a parcel's clock of receipt stands still, and nobody receives it.
ALTER TABLE parcel ADD COLUMN paused_at timestamptz;
ALTER TABLE parcel ADD CONSTRAINT parcel_paused_or_received CHECK (paused_at IS NULL OR received_at IS NULL);
CREATE TABLE parcel_pause (
    order_id  bigint NOT NULL,
    parcel_id bigint NOT NULL,
    about_id  bigint NOT NULL,
    PRIMARY KEY (order_id, parcel_id, about_id),
    FOREIGN KEY (order_id, parcel_id) REFERENCES parcel
);

-- Goods that came back may be sold again.
ALTER TABLE stock_move DROP CONSTRAINT stock_move_kind_check;
ALTER TABLE stock_move ADD CONSTRAINT stock_move_kind_check CHECK (kind IN ('opened', 'received', 'adjusted', 'returned'));
