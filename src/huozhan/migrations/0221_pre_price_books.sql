-- Price books: what a shop asks of members, of one buyer, or by contract.
-- Expects: 0030. Locks: nothing that exists. Back: drop the tables, delete the rule.

CREATE TABLE price_book (
    book_id   bigint PRIMARY KEY,
    seller_id bigint NOT NULL,
    kind      text NOT NULL CHECK (kind IN ('level', 'negotiated', 'contract')),
    buyer_id  bigint NOT NULL DEFAULT 0,
    level     text NOT NULL DEFAULT '' CHECK (level IN ('', 'basic', 'normal', 'advanced', 'vip', 'top_vip')),
    offer_id  bigint NOT NULL DEFAULT 0,
    versions  int NOT NULL CHECK (versions >= 0),
    made_at   timestamptz NOT NULL,
    UNIQUE (seller_id, kind, buyer_id, level, offer_id),
    CONSTRAINT price_book_is_for_a_level_or_a_buyer CHECK ((kind = 'level') = (level <> '') AND (kind = 'level') = (buyer_id = 0)),
    CONSTRAINT price_book_negotiates_one_offer CHECK ((kind = 'negotiated') = (offer_id > 0)),
    CONSTRAINT price_book_is_for_others CHECK (seller_id <> buyer_id)
);
CREATE INDEX price_book_of_pair ON price_book (seller_id, buyer_id);
CREATE INDEX price_book_by_buyer ON price_book (buyer_id, book_id) WHERE buyer_id > 0;

-- What a version says never changes: an order's book and version tell by which prices it was placed.
CREATE TABLE price_version (
    book_id        bigint NOT NULL REFERENCES price_book,
    version        int NOT NULL CHECK (version > 0),
    state          text NOT NULL CHECK (state IN ('offered', 'in_force', 'declined', 'replaced', 'ended')),
    starts_at      timestamptz NOT NULL,
    ends_at        timestamptz NOT NULL,
    allows_coupons boolean NOT NULL,
    off_bp         int NOT NULL CHECK (off_bp BETWEEN 0 AND 9999),
    said_at        timestamptz NOT NULL,
    said_by        bigint NOT NULL,
    answered_at    timestamptz,
    answered_by    bigint,
    reason         text NOT NULL DEFAULT '',
    PRIMARY KEY (book_id, version),
    CONSTRAINT price_version_lasts CHECK (ends_at > starts_at)
);

CREATE TABLE price_row (
    book_id       bigint NOT NULL,
    version       int NOT NULL,
    offer_id      bigint NOT NULL,
    sku_id        bigint NOT NULL,
    from_quantity bigint NOT NULL CHECK (from_quantity > 0),
    price_e4      bigint CONSTRAINT price_row_costs_something CHECK (price_e4 >= 100),
    off_bp        int NOT NULL CHECK (off_bp BETWEEN 0 AND 9999),
    PRIMARY KEY (book_id, version, offer_id, sku_id, from_quantity),
    FOREIGN KEY (book_id, version) REFERENCES price_version,
    CONSTRAINT price_row_says_one_thing CHECK ((sku_id = 0) = (price_e4 IS NULL) AND (sku_id = 0) = (off_bp > 0))
);
CREATE TRIGGER only_adds BEFORE UPDATE OR DELETE ON price_row FOR EACH ROW EXECUTE FUNCTION ledger_only_adds();

CREATE TABLE price_member (
    seller_id  bigint NOT NULL,
    buyer_id   bigint NOT NULL CHECK (buyer_id > 0),
    level      text NOT NULL CHECK (level IN ('basic', 'normal', 'advanced', 'vip', 'top_vip')),
    is_by_rule boolean NOT NULL,
    since      timestamptz NOT NULL,
    PRIMARY KEY (seller_id, buyer_id)
);
CREATE INDEX price_member_by_buyer ON price_member (buyer_id, since);
CREATE INDEX price_member_by_level ON price_member (seller_id, level);

CREATE TABLE price_member_move (
    seller_id  bigint NOT NULL,
    buyer_id   bigint NOT NULL,
    move_id    bigint NOT NULL,
    level      text NOT NULL,
    is_by_rule boolean NOT NULL,
    moved_at   timestamptz NOT NULL,
    moved_by   bigint NOT NULL,
    reason     text NOT NULL,
    PRIMARY KEY (seller_id, buyer_id, move_id)
);

INSERT INTO rule_version (code, version, value, unit, effective_from, reason) VALUES
    ('pricebook.span_most', 1, 1096, 'days', '2000-01-01', 'B2.2');
