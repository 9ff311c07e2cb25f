-- Identical goods: what of each offer is compared, which pairs are the same, the groups they make, and what operators decided.
-- Expects: 0080. Locks: nothing that exists. Back: drop the tables; groups are made anew from the offers, decisions are lost.

CREATE TABLE same_feed (
    offer_id bigint PRIMARY KEY,
    noted_at timestamptz NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);
CREATE INDEX same_feed_by_age ON same_feed (noted_at);

CREATE TABLE same_traits (
    offer_id  bigint PRIMARY KEY,
    seller_id bigint NOT NULL,
    round     int NOT NULL,
    traits    bytea NOT NULL,
    keys      bigint[] NOT NULL
);

CREATE TABLE same_key (
    key      bigint NOT NULL,
    offer_id bigint NOT NULL,
    PRIMARY KEY (key, offer_id)
);

CREATE TABLE same_pair (
    one_id   bigint NOT NULL,
    other_id bigint NOT NULL,
    points   int NOT NULL,
    PRIMARY KEY (one_id, other_id),
    CHECK (one_id < other_id)
);
CREATE INDEX same_pair_by_other ON same_pair (other_id, one_id);

CREATE TABLE same_member (
    offer_id  bigint PRIMARY KEY,
    goods_id  bigint NOT NULL,
    seller_id bigint NOT NULL,
    centre_id bigint NOT NULL,
    points    int NOT NULL,
    evidence  jsonb NOT NULL,
    joined_at timestamptz NOT NULL,
    CHECK (goods_id <= offer_id)
);
CREATE INDEX same_member_by_goods ON same_member (goods_id, offer_id);

-- What an operator decided of two offers; that they are apart is for ever.
CREATE TABLE same_verdict (
    one_id     bigint NOT NULL,
    other_id   bigint NOT NULL,
    verdict    text NOT NULL CHECK (verdict IN ('joined', 'apart')),
    reason     text NOT NULL,
    decided_at timestamptz NOT NULL,
    decided_by bigint NOT NULL,
    PRIMARY KEY (one_id, other_id),
    CHECK (one_id < other_id)
);
CREATE INDEX same_verdict_by_other ON same_verdict (other_id);

CREATE FUNCTION same_apart_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'offers that were kept apart stay apart' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER same_apart_stays BEFORE UPDATE OR DELETE ON same_verdict
    FOR EACH ROW WHEN (OLD.verdict = 'apart') EXECUTE FUNCTION same_apart_stays();

-- How rare words are, as they were when this round first met them; a new round begins when the market has doubled.
CREATE TABLE same_word (
    word   text PRIMARY KEY,
    offers int NOT NULL CHECK (offers >= 0)
);
CREATE TABLE same_round (
    one      boolean PRIMARY KEY DEFAULT true CHECK (one),
    round    int NOT NULL,
    offers   int NOT NULL,
    after_id bigint,
    begun_at timestamptz
);
INSERT INTO same_round (round, offers, after_id) VALUES (1, 0, NULL);
