-- Notices of organisations, how far each member has read, and mail on its way out.
-- Expects: 0001. Locks: nothing that exists. Back: drop the tables.

CREATE TABLE notice (
    org_id     bigint NOT NULL,
    notice_id  bigint NOT NULL,
    kind       text NOT NULL,
    facts      jsonb NOT NULL,
    link       text NOT NULL,
    permission text NOT NULL,
    told_at    timestamptz NOT NULL,
    PRIMARY KEY (org_id, notice_id)
);

CREATE INDEX notice_by_age ON notice (told_at);

CREATE TABLE notice_mark (
    org_id       bigint NOT NULL,
    person_id    bigint NOT NULL,
    read_through bigint NOT NULL,
    PRIMARY KEY (org_id, person_id)
);

-- The receiver and the facts (they may hold a one-time link) are sealed, and go when the mail has gone.
CREATE TABLE mail (
    mail_id     bigint PRIMARY KEY,
    channel     text NOT NULL CHECK (channel IN ('email', 'sms')),
    kind        text NOT NULL,
    lang        text NOT NULL CHECK (lang IN ('zh', 'en')),
    to_sealed   bytea,
    text_sealed bytea,
    asked_at    timestamptz NOT NULL,
    sent_at     timestamptz
);
CREATE INDEX mail_by_age ON mail (asked_at);
