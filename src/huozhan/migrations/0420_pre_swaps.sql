-- An exchange for another SKU of the same offer: what is wanted instead of each line, at the price of the order.
-- Expects: 0203. Locks: nothing that exists. Back: drop the table.

CREATE TABLE aftersale_wanted (
    order_id         bigint NOT NULL,
    case_id          bigint NOT NULL,
    line_no          int NOT NULL,
    sku_id           bigint NOT NULL,
    options          jsonb NOT NULL,
    quantity         bigint NOT NULL CHECK (quantity > 0),
    price_e4         bigint NOT NULL CHECK (price_e4 > 0),
    difference_minor bigint NOT NULL,
    PRIMARY KEY (order_id, case_id, line_no),
    FOREIGN KEY (order_id, case_id, line_no) REFERENCES aftersale_line
);
