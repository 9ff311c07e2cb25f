-- Organisations, who belongs to them in which role, and suppliers' applications.
-- Expects: 0010. Locks: nothing that exists. Back: drop the tables.

CREATE TABLE organisation (
    org_id        bigint PRIMARY KEY,
    name_zh       text NOT NULL,
    name_en       text NOT NULL,
    country       text NOT NULL CHECK (country ~ '^[A-Z]{2}$'),
    can_buy       boolean NOT NULL,
    can_sell      boolean NOT NULL DEFAULT false,
    is_market     boolean NOT NULL DEFAULT false,
    uscc          text NOT NULL DEFAULT '',
    supplier_kind text NOT NULL DEFAULT '' CHECK (supplier_kind IN ('', 'factory', 'trader')),
    province_code text NOT NULL DEFAULT '',
    city_code     text NOT NULL DEFAULT '',
    belt_zh       text NOT NULL DEFAULT '',
    belt_en       text NOT NULL DEFAULT '',
    about_zh      text NOT NULL DEFAULT '',
    about_en      text NOT NULL DEFAULT '',
    since_on      date,
    founded_at    timestamptz NOT NULL,
    CHECK (name_zh <> '' OR name_en <> '')
);
CREATE UNIQUE INDEX organisation_market_is_one ON organisation (is_market) WHERE is_market;

CREATE TABLE member (
    org_id    bigint NOT NULL,
    person_id bigint NOT NULL,
    role      text NOT NULL CHECK (role IN ('owner', 'buyer', 'seller', 'finance', 'viewer')),
    joined_at timestamptz NOT NULL,
    PRIMARY KEY (org_id, person_id)
);
CREATE INDEX member_by_person ON member (person_id);

CREATE TABLE supplier_application (
    application_id bigint PRIMARY KEY,
    org_id         bigint NOT NULL,
    state          text NOT NULL CHECK (state IN ('waiting', 'approved', 'rejected', 'withdrawn')),
    uscc           text NOT NULL,
    name_zh        text NOT NULL,
    name_en        text NOT NULL,
    supplier_kind  text NOT NULL CHECK (supplier_kind IN ('factory', 'trader')),
    province_code  text NOT NULL,
    city_code      text NOT NULL,
    belt_zh        text NOT NULL,
    belt_en        text NOT NULL,
    about_zh       text NOT NULL,
    about_en       text NOT NULL,
    since_on       date,
    contact_sealed bytea NOT NULL,
    phone_sealed   bytea NOT NULL,
    applied_by     bigint NOT NULL,
    applied_at     timestamptz NOT NULL,
    decided_by     bigint NOT NULL DEFAULT 0,
    decided_at     timestamptz,
    reason         text NOT NULL DEFAULT ''
);
CREATE INDEX supplier_application_by_org ON supplier_application (org_id);
CREATE INDEX supplier_application_by_state ON supplier_application (state, application_id);

-- One credit code, one active organisation: the code is its own aggregate.
CREATE TABLE uscc_claim (
    uscc       text PRIMARY KEY,
    org_id     bigint NOT NULL,
    claimed_at timestamptz NOT NULL
);

CREATE TABLE member_move (
    org_id    bigint NOT NULL,
    move_id   bigint NOT NULL,
    person_id bigint NOT NULL,
    role_was  text NOT NULL,
    role_is   text NOT NULL,
    moved_by  bigint NOT NULL,
    moved_at  timestamptz NOT NULL,
    PRIMARY KEY (org_id, move_id)
);
