-- Freight insurance: one policy for an order, claims for goods that are sent back, and what is asked of the insurer about both.
-- Expects: 0001. Locks: nothing that exists. Back: drop the tables and delete the rules.

-- Taken is what of the premium is in the book, handed what the insurer has of it, back what went back because the order ended
-- before anything was sent, paid what it gave for goods sent back. Due is a supplier's premium whose
-- order brought its money before the insurer had answered.
CREATE TABLE insurance_policy (
    order_id      bigint PRIMARY KEY,
    order_number  text NOT NULL,
    buyer_id      bigint NOT NULL,
    seller_id     bigint NOT NULL,
    payment_id    bigint NOT NULL,
    payer         text NOT NULL CHECK (payer IN ('buyer', 'seller')),
    state         text NOT NULL CHECK (state IN ('asked', 'bound', 'refused', 'ended')),
    premium_minor bigint NOT NULL CHECK (premium_minor > 0),
    premium_bp    int NOT NULL CHECK (premium_bp BETWEEN 0 AND 10000),
    rule_version  int NOT NULL,
    sum_minor     bigint NOT NULL CHECK (sum_minor > 0),
    taken_minor   bigint NOT NULL DEFAULT 0,
    handed_minor  bigint NOT NULL DEFAULT 0,
    back_minor    bigint NOT NULL DEFAULT 0,
    paid_minor    bigint NOT NULL DEFAULT 0,
    is_due        boolean NOT NULL DEFAULT false,
    why           text NOT NULL DEFAULT '',
    asked_at      timestamptz NOT NULL,
    bound_at      timestamptz,
    ended_at      timestamptz,
    CONSTRAINT insurance_premium_is_taken_once CHECK (taken_minor IN (0, premium_minor)),
    CONSTRAINT insurance_premium_is_handed_over_once CHECK (handed_minor IN (0, premium_minor) AND handed_minor <= taken_minor),
    CONSTRAINT insurance_premium_goes_back_once CHECK (back_minor IN (0, premium_minor) AND back_minor <= taken_minor),
    CONSTRAINT insurance_pays_no_more_than_the_sum CHECK (paid_minor BETWEEN 0 AND sum_minor),
    CONSTRAINT insurance_pays_under_a_policy CHECK (paid_minor = 0 OR state = 'bound'),
    CONSTRAINT insurance_premium_is_kept_under_a_policy CHECK (back_minor = 0 OR state IN ('refused', 'ended')),
    CONSTRAINT insurance_buyer_has_paid_before CHECK (payer <> 'buyer' OR taken_minor = premium_minor),
    CONSTRAINT insurance_is_handed_over_once_bound CHECK (handed_minor = 0 OR bound_at IS NOT NULL),
    CONSTRAINT insurance_end_has_its_moment CHECK ((state IN ('refused', 'ended')) = (ended_at IS NOT NULL)),
    CONSTRAINT insurance_bound_has_its_moment CHECK (state <> 'bound' OR bound_at IS NOT NULL)
);
CREATE INDEX insurance_policy_by_seller ON insurance_policy (seller_id, order_id);

CREATE TABLE insurance_move (
    order_id bigint NOT NULL REFERENCES insurance_policy,
    move_id  bigint NOT NULL,
    event    text NOT NULL,
    state    text NOT NULL,
    moved_at timestamptz NOT NULL,
    PRIMARY KEY (order_id, move_id)
);

-- One claim for one case: filed when the waybill of goods sent back is known, asked for when the seller has taken them.
CREATE TABLE insurance_claim (
    order_id     bigint NOT NULL REFERENCES insurance_policy,
    case_id      bigint NOT NULL,
    case_number  text NOT NULL,
    state        text NOT NULL CHECK (state IN ('filed', 'asked', 'paid', 'refused', 'dropped')),
    carrier_code text NOT NULL,
    waybill      text NOT NULL,
    weight_g     bigint NOT NULL CHECK (weight_g >= 0),
    most_minor   bigint NOT NULL CHECK (most_minor > 0),
    paid_minor   bigint NOT NULL DEFAULT 0,
    why          text NOT NULL DEFAULT '',
    filed_at     timestamptz NOT NULL,
    asked_at     timestamptz,
    pays_by      timestamptz,
    ended_at     timestamptz,
    PRIMARY KEY (order_id, case_id),
    CONSTRAINT insurance_claim_pays_within_its_most CHECK (paid_minor BETWEEN 0 AND most_minor),
    CONSTRAINT insurance_claim_paid_says_so CHECK ((state = 'paid') = (paid_minor > 0)),
    CONSTRAINT insurance_claim_asked_has_its_day CHECK (state NOT IN ('asked', 'paid', 'refused') OR pays_by IS NOT NULL),
    CONSTRAINT insurance_claim_end_has_its_moment CHECK ((state IN ('paid', 'refused', 'dropped')) = (ended_at IS NOT NULL))
);

-- What we ask of the insurer, each once under its id; in the order in which it was decided.
CREATE TABLE insurance_deed (
    order_id     bigint NOT NULL REFERENCES insurance_policy,
    deed_id      bigint NOT NULL,
    kind         text NOT NULL CHECK (kind IN ('policies', 'premiums', 'cancels', 'claims')),
    deed_key     text NOT NULL,
    case_id      bigint NOT NULL DEFAULT 0,
    amount_minor bigint NOT NULL,
    done_minor   bigint NOT NULL DEFAULT 0,
    state        text NOT NULL CHECK (state IN ('asked', 'done', 'refused', 'odd', 'ended')),
    asked_at     timestamptz NOT NULL,
    ask_at       timestamptz,
    ended_at     timestamptz,
    why          text NOT NULL DEFAULT '',
    PRIMARY KEY (order_id, deed_id),
    UNIQUE (order_id, kind, deed_key),
    CONSTRAINT insurance_deed_does_no_more_than_asked CHECK (done_minor BETWEEN 0 AND amount_minor),
    CONSTRAINT insurance_deed_is_asked_about CHECK ((state = 'asked') = (ask_at IS NOT NULL)),
    CONSTRAINT insurance_deed_has_its_end CHECK ((state = 'asked') = (ended_at IS NULL))
);
CREATE INDEX insurance_deed_to_ask ON insurance_deed (ask_at) WHERE ask_at IS NOT NULL;
CREATE INDEX insurance_deed_done ON insurance_deed (ended_at) WHERE state = 'done';

INSERT INTO rule_version (code, version, value, unit, effective_from, reason) VALUES
    ('insurance.premium', 1, 60, 'bp', '2000-01-01', 'E16'),
    ('insurance.premium_least', 1, 30, 'minor', '2000-01-01', 'E16'),
    ('insurance.premium_most', 1, 1000, 'minor', '2000-01-01', 'E16'),
    ('insurance.sum', 1, 2500, 'minor', '2000-01-01', 'E16'),
    ('insurance.goods_most', 1, 500000, 'minor', '2000-01-01', 'E16'),
    ('insurance.pays_within', 1, 72, 'hours', '2000-01-01', 'E16');
