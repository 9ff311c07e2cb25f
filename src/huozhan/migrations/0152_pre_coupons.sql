-- Coupons: how many a promotion gives out, who claimed them, and which purchase each was spent on.
-- Expects: 0150. Locks: promotion and promotion_use for columns with a constant default. Back: drop the tables and columns.

ALTER TABLE promotion
    ADD COLUMN coupons_total bigint CHECK (coupons_total > 0),
    ADD COLUMN per_buyer int CHECK (per_buyer > 0),
    ADD COLUMN usable_until timestamptz,
    ADD COLUMN claimed bigint NOT NULL DEFAULT 0,
    ADD CONSTRAINT promotion_coupons_are_enough CHECK (claimed >= 0 AND (coupons_total IS NULL OR claimed <= coupons_total)),
    ADD CONSTRAINT promotion_gives_coupons CHECK (
        (kind IN ('shop_coupon', 'platform_coupon'))
      = (coupons_total IS NOT NULL AND per_buyer IS NOT NULL AND usable_until IS NOT NULL));

-- One row per piece and place: of two claims at once for a buyer's last place, the key lets one through.
CREATE TABLE coupon (
    buyer_id     bigint NOT NULL,
    coupon_id    bigint NOT NULL,
    promotion_id bigint NOT NULL REFERENCES promotion,
    place        int NOT NULL,
    per_buyer    int NOT NULL,
    usable_until timestamptz NOT NULL,
    claimed_at   timestamptz NOT NULL,
    claimed_by   bigint NOT NULL,
    PRIMARY KEY (buyer_id, coupon_id),
    CONSTRAINT coupon_one_per_place UNIQUE (buyer_id, promotion_id, place),
    CONSTRAINT coupon_within_limit CHECK (place BETWEEN 1 AND per_buyer)
);

-- A coupon is spent while it has a row here: its key is what lets it be spent once. The purchase is known by its first order.
CREATE TABLE coupon_spent (
    buyer_id    bigint NOT NULL,
    coupon_id   bigint NOT NULL,
    purchase_id bigint NOT NULL,
    spent_at    timestamptz NOT NULL,
    PRIMARY KEY (buyer_id, coupon_id)
);

ALTER TABLE promotion_use
    ADD COLUMN coupon_id bigint NOT NULL DEFAULT 0,
    ADD COLUMN purchase_id bigint NOT NULL DEFAULT 0;
CREATE INDEX promotion_use_by_coupon ON promotion_use (buyer_id, coupon_id) WHERE coupon_id > 0;

INSERT INTO rule_version (code, version, value, unit, effective_from, reason) VALUES
    ('promotion.usable_most', 1, 180, 'days', '2000-01-01', 'B2.2');
