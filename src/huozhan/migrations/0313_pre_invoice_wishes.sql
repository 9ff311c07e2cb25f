-- A buyer's wish for an invoice, said when an order is placed: it becomes a request once an invoice may be asked for.
-- Expects: 0230. Locks: nothing that exists. Back: drop the table.

CREATE TABLE invoice_wish (
    order_id   bigint PRIMARY KEY,
    buyer_id   bigint NOT NULL,
    title_id   bigint NOT NULL,
    kind       text NOT NULL CHECK (kind IN ('ordinary', 'special')),
    state      text NOT NULL CHECK (state IN ('open', 'asked', 'dropped')),
    invoice_id bigint NOT NULL DEFAULT 0,
    why        text NOT NULL DEFAULT '',
    wished_at  timestamptz NOT NULL,
    CONSTRAINT invoice_wish_asked CHECK ((state = 'asked') = (invoice_id <> 0)),
    CONSTRAINT invoice_wish_dropped CHECK ((state = 'dropped') = (why <> ''))
);
