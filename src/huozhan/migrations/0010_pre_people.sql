-- People: sign-in names, sessions, one-time codes and links, API tokens, counted tries.
-- Expects: 0001. Locks: nothing that exists. Back: drop the tables and the rules whose code begins with "parties.".
-- Names, phone numbers and second secrets are sealed; what must be found is stored as a keyed hash beside it.

CREATE TABLE person (
    person_id       bigint PRIMARY KEY,
    name            text NOT NULL,
    lang            text NOT NULL CHECK (lang IN ('zh', 'en')),
    password_hash   text,
    totp_sealed     bytea,
    totp_is_on      boolean NOT NULL DEFAULT false,
    totp_last_step  bigint NOT NULL DEFAULT 0,
    recovery_hashes bytea[] NOT NULL DEFAULT '{}',
    joined_at       timestamptz NOT NULL,
    erased_at       timestamptz
);

-- A sign-in name is its own aggregate: it can be claimed once, whoever stores the person.
CREATE TABLE sign_in_name (
    fingerprint bytea PRIMARY KEY,
    person_id   bigint NOT NULL,
    kind        text NOT NULL CHECK (kind IN ('email', 'phone')),
    sealed      bytea NOT NULL,
    proven_at   timestamptz NOT NULL
);
CREATE INDEX sign_in_name_by_person ON sign_in_name (person_id);

CREATE TABLE session (
    token_hash bytea PRIMARY KEY,
    session_id bigint NOT NULL,
    person_id  bigint NOT NULL,
    org_id     bigint NOT NULL DEFAULT 0,
    device     text NOT NULL,
    opened_at  timestamptz NOT NULL,
    seen_at    timestamptz NOT NULL
);
CREATE INDEX session_by_person ON session (person_id);
CREATE INDEX session_by_age ON session (seen_at);

-- A code or a link that works once. The secret is sealed only until it is used or too old, for the mail to carry it.
CREATE TABLE proof (
    proof_id       bigint PRIMARY KEY,
    purpose        text NOT NULL CHECK (purpose IN ('sign_up', 'add_name', 'reset', 'invite', 'found', 'known')),
    secret_hash    bytea NOT NULL,
    secret_sealed  bytea NOT NULL,
    name_hash      bytea,
    name_sealed    bytea,
    person_id      bigint NOT NULL DEFAULT 0,
    org_id         bigint NOT NULL DEFAULT 0,
    role           text NOT NULL DEFAULT '',
    lang           text NOT NULL DEFAULT 'zh',
    made_by        bigint NOT NULL DEFAULT 0,
    made_at        timestamptz NOT NULL,
    expires_at     timestamptz NOT NULL
);
CREATE INDEX proof_by_name ON proof (name_hash, purpose);
CREATE INDEX proof_by_secret ON proof (secret_hash);
CREATE INDEX proof_by_org ON proof (org_id) WHERE org_id <> 0;
CREATE INDEX proof_by_age ON proof (expires_at);

CREATE TABLE api_token (
    token_hash   bytea PRIMARY KEY,
    token_id     bigint NOT NULL,
    org_id       bigint NOT NULL,
    person_id    bigint NOT NULL,
    label        text NOT NULL,
    scopes       text[] NOT NULL,
    made_at      timestamptz NOT NULL,
    expires_at   timestamptz,
    last_used_at timestamptz
);
CREATE INDEX api_token_by_org ON api_token (org_id);
CREATE INDEX api_token_by_person ON api_token (person_id);

CREATE TABLE try_count (
    key        bytea PRIMARY KEY,
    tries      int NOT NULL,
    last_at    timestamptz NOT NULL,
    wait_until timestamptz NOT NULL
) WITH (fillfactor = 70);
CREATE INDEX try_count_by_age ON try_count (last_at);

INSERT INTO rule_version (code, version, value, unit) VALUES
    ('parties.session_idle', 1, 30, 'days'),
    ('parties.code_valid', 1, 15, 'minutes'),
    ('parties.reset_valid', 1, 60, 'minutes'),
    ('parties.invitation_valid', 1, 7, 'days');
