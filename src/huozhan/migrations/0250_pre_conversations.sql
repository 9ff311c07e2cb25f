-- Conversations of a buyer and a supplier, their messages, and the rounds by which answers are measured; their rules.
-- Expects: 0001. Locks: nothing that exists. Back: drop the tables, delete the rules below.

-- The natural key of a conversation: two first messages at once meet here.
CREATE TABLE conversation_pair (
    buyer_id        bigint NOT NULL,
    seller_id       bigint NOT NULL,
    conversation_id bigint NOT NULL,
    PRIMARY KEY (buyer_id, seller_id),
    CHECK (buyer_id <> seller_id)
);

CREATE TABLE conversation (
    conversation_id bigint PRIMARY KEY,
    buyer_id        bigint NOT NULL,
    seller_id       bigint NOT NULL,
    began_at        timestamptz NOT NULL,
    last_no         int NOT NULL DEFAULT 0,
    last_at         timestamptz NOT NULL,
    buyer_read      int NOT NULL DEFAULT 0,
    seller_read     int NOT NULL DEFAULT 0,
    buyer_unread    int NOT NULL DEFAULT 0 CHECK (buyer_unread >= 0),
    seller_unread   int NOT NULL DEFAULT 0 CHECK (seller_unread >= 0),
    round_no        int NOT NULL DEFAULT 0,
    waiting_since   timestamptz,
    answer_by       timestamptz,
    buyer_blocked_at  timestamptz,
    seller_blocked_at timestamptz,
    CHECK (buyer_id <> seller_id),
    CHECK (buyer_read BETWEEN 0 AND last_no AND seller_read BETWEEN 0 AND last_no),
    CHECK (answer_by IS NULL OR waiting_since IS NOT NULL)
);
CREATE INDEX conversation_by_buyer ON conversation (buyer_id, last_at, conversation_id);
CREATE INDEX conversation_by_seller ON conversation (seller_id, last_at, conversation_id);
CREATE INDEX conversation_waiting ON conversation (seller_id, waiting_since) WHERE waiting_since IS NOT NULL;
CREATE INDEX conversation_unread_buyer ON conversation (buyer_id) WHERE buyer_unread > 0;
CREATE INDEX conversation_unread_seller ON conversation (seller_id) WHERE seller_unread > 0;

-- `outside_rule` is the version of the rule under which a text looks like trade outside the market; 0 where it does not.
CREATE TABLE message (
    conversation_id bigint NOT NULL REFERENCES conversation,
    message_no      int NOT NULL CHECK (message_no > 0),
    side            text NOT NULL CHECK (side IN ('buyer', 'seller')),
    is_automatic    boolean NOT NULL,
    person_id       bigint NOT NULL,
    door            text NOT NULL,
    text            text NOT NULL,
    pictures        text[] NOT NULL,
    subject         jsonb,
    outside_rule    int NOT NULL,
    sent_at         timestamptz NOT NULL,
    recalled_at     timestamptz,
    PRIMARY KEY (conversation_id, message_no),
    CHECK (text <> '' OR cardinality(pictures) > 0),
    CHECK (NOT is_automatic OR side = 'seller')
);
CREATE INDEX message_by_person ON message (person_id, sent_at) WHERE person_id <> 0;
CREATE INDEX message_by_age ON message (sent_at);

-- A round is what a buyer says until the supplier answers; the moments by which an answer counts are fixed when it begins.
CREATE TABLE response_round (
    conversation_id bigint NOT NULL REFERENCES conversation,
    round_no        int NOT NULL CHECK (round_no > 0),
    seller_id       bigint NOT NULL,
    began_no        int NOT NULL,
    began_at        timestamptz NOT NULL,
    answer_by       timestamptz,
    reply_by        timestamptz NOT NULL,
    answered_no     int,
    answered_at     timestamptz,
    is_void         boolean NOT NULL DEFAULT false,
    PRIMARY KEY (conversation_id, round_no),
    CHECK ((answered_no IS NULL) = (answered_at IS NULL)),
    CHECK (answered_no > began_no)
);
CREATE INDEX response_round_by_seller ON response_round (seller_id, began_at);

INSERT INTO rule_version (code, version, value, unit, effective_from, reason) VALUES
    ('talk.per_minute', 1, 30, 'count', '2000-01-01', 'A4 API4'),
    ('talk.new_per_day', 1, 100, 'count', '2000-01-01', 'A4 API4'),
    ('talk.silence', 1, 24, 'hours', '2000-01-01', 'B3.1'),
    ('talk.answer', 1, 3, 'minutes', '2000-01-01', 'B3.1'),
    ('talk.reply', 1, 24, 'hours', '2000-01-01', 'B3.1'),
    ('talk.day_from', 1, 9, 'hours', '2000-01-01', 'B3.1'),
    ('talk.day_until', 1, 21, 'hours', '2000-01-01', 'B3.1'),
    ('talk.outside', 1, 1, 'count', '2000-01-01', 'P'),
    ('talk.recall', 1, 2, 'minutes', '2000-01-01', 'P');
