-- Reviews: one row for each order line that may be reviewed, from its invitation on; what they come to for an offer; their rules.
-- Expects: 0050. Locks: nothing that exists. Back: drop the tables, delete the rules below.

-- The key is the machine's: a line of an order is reviewed once. What was bought stands here as it was bought.
CREATE TABLE review (
    order_id     bigint NOT NULL,
    line_no      int NOT NULL,
    offer_id     bigint NOT NULL,
    sku_id       bigint NOT NULL,
    seller_id    bigint NOT NULL,
    buyer_id     bigint NOT NULL,
    title        jsonb NOT NULL,
    options      jsonb NOT NULL,
    picture      text,
    category_id  text NOT NULL,
    unit         text NOT NULL,
    quantity     bigint NOT NULL CHECK (quantity > 0),
    state        text NOT NULL CHECK (state IN ('invited', 'lapsed', 'shown', 'hidden')),
    counts       boolean NOT NULL DEFAULT true,
    invited_at   timestamptz NOT NULL,
    write_by     timestamptz NOT NULL CHECK (write_by > invited_at),
    review_id    bigint,
    points       int CHECK (points BETWEEN 1 AND 5),
    text         text NOT NULL DEFAULT '',
    pictures     text[] NOT NULL DEFAULT '{}' CHECK (cardinality(pictures) <= 6),
    is_anonymous boolean NOT NULL DEFAULT false,
    outside_rule int NOT NULL DEFAULT 0,
    person_id    bigint NOT NULL DEFAULT 0,
    written_at   timestamptz,
    PRIMARY KEY (order_id, line_no),
    CHECK (buyer_id <> seller_id),
    CHECK ((state IN ('shown', 'hidden')) = (points IS NOT NULL)),
    CHECK ((points IS NULL) = (written_at IS NULL) AND (points IS NULL) = (review_id IS NULL)),
    CHECK (points IS NOT NULL OR (text = '' AND pictures = '{}'))
);
CREATE INDEX review_of_offer ON review (offer_id, review_id) WHERE state = 'shown';
CREATE INDEX review_by_id ON review (review_id) WHERE review_id IS NOT NULL;
CREATE INDEX review_to_write ON review (buyer_id, write_by, order_id, line_no) WHERE state = 'invited';
CREATE INDEX review_of_buyer ON review (buyer_id, review_id) WHERE review_id IS NOT NULL;
CREATE INDEX review_by_person ON review (person_id) WHERE person_id <> 0;

-- What the reviews of an offer that are shown and count come to; always equal to the rows.
CREATE TABLE review_tally (
    offer_id bigint PRIMARY KEY,
    points_1 int NOT NULL DEFAULT 0 CHECK (points_1 >= 0),
    points_2 int NOT NULL DEFAULT 0 CHECK (points_2 >= 0),
    points_3 int NOT NULL DEFAULT 0 CHECK (points_3 >= 0),
    points_4 int NOT NULL DEFAULT 0 CHECK (points_4 >= 0),
    points_5 int NOT NULL DEFAULT 0 CHECK (points_5 >= 0),
    pictured int NOT NULL DEFAULT 0 CHECK (pictured >= 0)
);

INSERT INTO rule_version (code, version, value, unit, effective_from, reason) VALUES
    ('review.window', 1, 30, 'days', '2000-01-01', 'P'),
    ('review.good_from', 1, 4, 'count', '2000-01-01', 'P'),
    ('review.outside', 1, 2, 'count', '2000-01-01', 'P');
