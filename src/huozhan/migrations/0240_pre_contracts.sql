-- Contracts about orders: versions chained by the hash of the one before, signatures with the intent behind them,
-- certificates, roots that are trusted, lists of what was revoked, who looked, packages of evidence; their rules.
-- Expects: the kernel's tables. Locks: nothing that exists. Back: drop the tables and the function, delete the rules below.

CREATE FUNCTION contract_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% only adds: % is refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;

CREATE TABLE contract (
    contract_id  bigint PRIMARY KEY,
    number       text NOT NULL,
    order_id     bigint NOT NULL UNIQUE,
    order_number text NOT NULL,
    buyer_id     bigint NOT NULL,
    seller_id    bigint NOT NULL CHECK (seller_id <> buyer_id),
    buyer_name   jsonb NOT NULL,
    seller_name  jsonb NOT NULL,
    latest_no    int NOT NULL CHECK (latest_no >= 1),
    asked_at     timestamptz NOT NULL,
    asked_by_org bigint NOT NULL
);
CREATE INDEX contract_by_buyer ON contract (buyer_id, contract_id);
CREATE INDEX contract_by_seller ON contract (seller_id, contract_id);

-- A version is its text; what follows from it (paper, signed paper) is added once or signature by signature.
CREATE TABLE contract_version (
    contract_id   bigint NOT NULL REFERENCES contract,
    version_no    int NOT NULL CHECK (version_no >= 1),
    parent_no     int,
    parent_sha256 bytea,
    cause         text NOT NULL CHECK (cause IN ('asked', 'changed', 'again')),
    wording       text NOT NULL,
    text_sha256   bytea NOT NULL CONSTRAINT text_hash CHECK (text_sha256 = sha256(convert_to(wording, 'UTF8'))),
    made_at       timestamptz NOT NULL,
    made_by_org   bigint NOT NULL,
    state         text NOT NULL CHECK (state IN (
        'drafting', 'signing', 'sealing', 'in_force', 'superseded', 'refused', 'withdrawn', 'expired')),
    paper         bytea,
    paper_sha256  bytea CONSTRAINT paper_hash CHECK (paper_sha256 = sha256(paper)),
    english       bytea,
    signed        bytea,
    signed_sha256 bytea CONSTRAINT signed_hash CHECK (signed_sha256 = sha256(signed)),
    sign_until    timestamptz,
    ended_at      timestamptz,
    ended_by_org  bigint NOT NULL DEFAULT 0,
    ended_why     text NOT NULL DEFAULT '',
    PRIMARY KEY (contract_id, version_no),
    UNIQUE (contract_id, version_no, text_sha256),
    -- The chain: a version names the text of the one before it, and no other.
    FOREIGN KEY (contract_id, parent_no, parent_sha256) REFERENCES contract_version (contract_id, version_no, text_sha256),
    CHECK ((version_no = 1) = (parent_no IS NULL)),
    CHECK ((parent_no IS NULL) = (parent_sha256 IS NULL)),
    CHECK (parent_no = version_no - 1),
    CHECK ((paper IS NULL) = (paper_sha256 IS NULL)),
    CHECK ((signed IS NULL) = (signed_sha256 IS NULL)),
    CHECK (state NOT IN ('signing', 'sealing', 'in_force') OR paper IS NOT NULL),
    CHECK (state NOT IN ('sealing', 'in_force') OR signed IS NOT NULL),
    CHECK ((state = 'signing') <= (sign_until IS NOT NULL)),
    CHECK ((state IN ('in_force', 'superseded', 'refused', 'withdrawn', 'expired')) = (ended_at IS NOT NULL))
);
-- One version at most is being drawn up or signed.
CREATE UNIQUE INDEX contract_version_one_open ON contract_version (contract_id)
    WHERE state IN ('drafting', 'signing', 'sealing');
CREATE UNIQUE INDEX contract_version_one_in_force ON contract_version (contract_id) WHERE state = 'in_force';

CREATE FUNCTION contract_text_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.contract_id, NEW.version_no, NEW.parent_no, NEW.parent_sha256, NEW.cause, NEW.wording, NEW.text_sha256,
        NEW.made_at, NEW.made_by_org)
       IS DISTINCT FROM
       (OLD.contract_id, OLD.version_no, OLD.parent_no, OLD.parent_sha256, OLD.cause, OLD.wording, OLD.text_sha256,
        OLD.made_at, OLD.made_by_org)
       OR (OLD.paper IS NOT NULL AND (NEW.paper, NEW.english) IS DISTINCT FROM (OLD.paper, OLD.english))
       OR (OLD.state IN ('in_force', 'superseded') AND NEW.signed IS DISTINCT FROM OLD.signed) THEN
        RAISE EXCEPTION 'a contract''s text and paper are never changed' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER text_stays BEFORE UPDATE ON contract_version FOR EACH ROW EXECUTE FUNCTION contract_text_stays();
CREATE TRIGGER never_goes BEFORE DELETE ON contract_version FOR EACH ROW EXECUTE FUNCTION contract_stays();

CREATE TABLE contract_move (
    contract_id bigint NOT NULL REFERENCES contract,
    move_id     bigint NOT NULL,
    version_no  int NOT NULL,
    event       text NOT NULL,
    state       text NOT NULL,
    moved_at    timestamptz NOT NULL,
    org_id      bigint NOT NULL,
    person_id   bigint NOT NULL,
    door        text NOT NULL,
    reason      text NOT NULL,
    PRIMARY KEY (contract_id, move_id)
);

-- Whoever holds a file may ask what it is: its hash is its own aggregate.
CREATE TABLE contract_hash (
    sha256      bytea PRIMARY KEY CHECK (length(sha256) = 32),
    kind        text NOT NULL CHECK (kind IN ('paper', 'english', 'signed', 'package')),
    contract_id bigint NOT NULL,
    version_no  int NOT NULL,
    noted_at    timestamptz NOT NULL
);
CREATE TRIGGER only_adds BEFORE UPDATE OR DELETE ON contract_hash FOR EACH ROW EXECUTE FUNCTION contract_stays();

-- Who opened or took a contract, when and through which door.
CREATE TABLE contract_access (
    contract_id bigint NOT NULL REFERENCES contract,
    access_id   bigint NOT NULL,
    version_no  int NOT NULL,
    what        text NOT NULL,
    org_id      bigint NOT NULL,
    person_id   bigint NOT NULL,
    session_id  bigint NOT NULL,
    door        text NOT NULL,
    accessed_at timestamptz NOT NULL,
    PRIMARY KEY (contract_id, access_id)
);
CREATE TRIGGER only_adds BEFORE UPDATE OR DELETE ON contract_access FOR EACH ROW EXECUTE FUNCTION contract_stays();

INSERT INTO rule_version (code, version, value, unit, effective_from, reason) VALUES
    ('contract.sign_within', 1, 7, 'days', '2000-01-01', 'B6');
