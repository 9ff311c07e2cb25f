-- What a seller was paid for each stage of an order: its money does not pass the order's own escrow.
-- Expects: 0110, 0140. Locks: nothing that exists. Back: drop the table.

CREATE TABLE stage_earning (
    order_id         bigint NOT NULL,
    stage_key        text NOT NULL,
    goods_minor      bigint NOT NULL CHECK (goods_minor >= 0),
    freight_minor    bigint NOT NULL CHECK (freight_minor >= 0),
    commission_minor bigint NOT NULL CHECK (commission_minor >= 0),
    vat_minor        bigint NOT NULL CHECK (vat_minor >= 0),
    PRIMARY KEY (order_id, stage_key)
);
