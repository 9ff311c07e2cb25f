-- What sellers give buyers of their own accord, out of what they may withdraw; and how much of it within a day.
-- Expects: 0040. Back: drop the table, delete the rules; the journal's entries stay.

CREATE TABLE goodwill (
    seller_id    bigint NOT NULL,
    goodwill_id  bigint NOT NULL,
    buyer_id     bigint NOT NULL,
    order_id     bigint,
    order_number text NOT NULL DEFAULT '',
    amount_minor bigint NOT NULL CHECK (amount_minor > 0),
    reason       text NOT NULL,
    given_by     bigint,
    given_at     timestamptz NOT NULL,
    PRIMARY KEY (seller_id, goodwill_id),
    CONSTRAINT goodwill_is_for_another CHECK (buyer_id <> seller_id),
    CONSTRAINT goodwill_names_its_order CHECK ((order_id IS NULL) = (order_number = ''))
);
CREATE INDEX goodwill_of_buyer ON goodwill (buyer_id, goodwill_id);
CREATE INDEX goodwill_of_day ON goodwill (seller_id, given_at);

INSERT INTO rule_version (code, version, value, unit, effective_from, reason) VALUES
    ('goodwill.day_most', 1, 2000000, 'minor', '2000-01-01', 'B5.3 E9'),
    ('goodwill.no_order_day_most', 1, 0, 'minor', '2000-01-01', 'B5.3 E9');
