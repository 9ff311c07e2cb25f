-- What is said after a review: its buyer's follow-up, its supplier's reply, words to the market about it and what the market decided.
-- Expects: 0540. Locks: review for a moment. Back: drop the table and columns, delete the rules below.

ALTER TABLE review
    ADD COLUMN follow_text     text NOT NULL DEFAULT '',
    ADD COLUMN follow_pictures text[] NOT NULL DEFAULT '{}' CHECK (cardinality(follow_pictures) <= 6),
    ADD COLUMN follow_rule     int NOT NULL DEFAULT 0,
    ADD COLUMN followed_at     timestamptz,
    ADD COLUMN reply_text      text NOT NULL DEFAULT '',
    ADD COLUMN reply_rule      int NOT NULL DEFAULT 0,
    ADD COLUMN replied_at      timestamptz,
    ADD COLUMN replied_by      bigint NOT NULL DEFAULT 0,
    ADD COLUMN hidden_why      text NOT NULL DEFAULT '',
    ADD COLUMN hidden_at       timestamptz,
    ADD COLUMN fingerprint     text NOT NULL DEFAULT '',
    ADD CHECK (followed_at IS NULL OR points IS NOT NULL),
    ADD CHECK ((followed_at IS NULL) = (follow_text = '' AND follow_pictures = '{}')),
    ADD CHECK (replied_at IS NULL OR points IS NOT NULL),
    ADD CHECK ((replied_at IS NULL) = (reply_text = '')),
    ADD CHECK (state <> 'hidden' OR (hidden_why <> '' AND hidden_at IS NOT NULL));
CREATE INDEX review_by_text ON review (fingerprint) WHERE fingerprint <> '';
CREATE INDEX review_by_replier ON review (replied_by) WHERE replied_by <> 0;
CREATE INDEX review_of_seller ON review (seller_id, review_id) WHERE review_id IS NOT NULL;

ALTER TABLE review_tally ADD COLUMN followed int NOT NULL DEFAULT 0 CHECK (followed >= 0);

-- A word to the market: somebody reports a review, the market notes one whose text was there before, a buyer appeals against hiding.
CREATE TABLE review_doubt (
    order_id  bigint NOT NULL,
    line_no   int NOT NULL,
    doubt_id  bigint NOT NULL,
    kind      text NOT NULL CHECK (kind IN ('report', 'duplicate', 'appeal')),
    org_id    bigint NOT NULL,
    person_id bigint NOT NULL,
    cause     text NOT NULL,
    note      text NOT NULL,
    raised_at timestamptz NOT NULL,
    outcome   text CHECK (outcome IN ('upheld', 'dismissed')),
    judged_at timestamptz,
    judged_by bigint,
    reason    text NOT NULL DEFAULT '',
    PRIMARY KEY (order_id, line_no, doubt_id),
    FOREIGN KEY (order_id, line_no) REFERENCES review,
    CHECK ((outcome IS NULL) = (judged_at IS NULL))
);
-- One answer to an appeal, and one open report of each organisation about a review.
CREATE UNIQUE INDEX review_appeal_once ON review_doubt (order_id, line_no) WHERE kind = 'appeal';
CREATE UNIQUE INDEX review_report_open ON review_doubt (order_id, line_no, org_id) WHERE kind = 'report' AND outcome IS NULL;
CREATE INDEX review_doubt_open ON review_doubt (doubt_id) WHERE outcome IS NULL;

INSERT INTO rule_version (code, version, value, unit, effective_from, reason) VALUES
    ('review.follow_up', 1, 180, 'days', '2000-01-01', 'P'),
    ('review.bad_to', 1, 2, 'count', '2000-01-01', 'B3.1'),
    ('review.appeal', 1, 15, 'days', '2000-01-01', 'P'),
    ('review.duplicate_least', 1, 12, 'count', '2000-01-01', 'P');
