-- Signatures of contracts with the intent behind them, certificates, trusted roots, what was revoked, packages of evidence.
-- Expects: 0240. Locks: nothing that exists. Back: drop the tables.

-- What a person confirmed, and what became of it. The market holds no signer's key: it keeps what was signed and the answer.
CREATE TABLE contract_signature (
    contract_id    bigint NOT NULL,
    signature_id   bigint NOT NULL,
    version_no     int NOT NULL,
    side           text NOT NULL CHECK (side IN ('buyer', 'seller', 'market')),
    state          text NOT NULL CHECK (state IN ('intended', 'prepared', 'signed', 'failed')),
    org_id         bigint NOT NULL,
    person_id      bigint NOT NULL,
    session_id     bigint NOT NULL,
    door           text NOT NULL,
    intended_at    timestamptz NOT NULL,
    seen_sha256    bytea NOT NULL,
    certificate_id bigint NOT NULL DEFAULT 0,
    base_sha256    bytea,
    prepared       bytea,
    room           int[] CHECK (cardinality(room) = 2),
    digest         bytea,
    attributes     bytea,
    value          bytea,
    stamp          bytea,
    stamped_at     timestamptz,
    signed_sha256  bytea,
    ended_at       timestamptz,
    failed_why     text NOT NULL DEFAULT '',
    PRIMARY KEY (contract_id, signature_id),
    -- Nobody signs another text than that of the version.
    FOREIGN KEY (contract_id, version_no, seen_sha256) REFERENCES contract_version (contract_id, version_no, text_sha256),
    CHECK (side = 'market' OR (org_id > 0 AND person_id > 0)),
    CHECK (state NOT IN ('prepared', 'signed') OR (base_sha256 IS NOT NULL AND digest IS NOT NULL AND certificate_id > 0)),
    CHECK ((state = 'prepared') = (prepared IS NOT NULL)),
    CHECK ((state = 'signed') = (value IS NOT NULL)),
    CHECK ((value IS NULL) = (stamp IS NULL)),
    CHECK ((value IS NULL) = (stamped_at IS NULL)),
    CHECK ((value IS NULL) = (signed_sha256 IS NULL)),
    CHECK ((state IN ('signed', 'failed')) = (ended_at IS NOT NULL))
);
-- A side signs a version once, and one signature at a time is made: the next one covers it.
CREATE UNIQUE INDEX contract_signature_once ON contract_signature (contract_id, version_no, side) WHERE state <> 'failed';
CREATE UNIQUE INDEX contract_signature_one_at_a_time ON contract_signature (contract_id, version_no) WHERE state = 'prepared';

CREATE FUNCTION contract_signature_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state IN ('signed', 'failed')
       OR (NEW.side, NEW.org_id, NEW.person_id, NEW.session_id, NEW.intended_at, NEW.seen_sha256, NEW.version_no)
          IS DISTINCT FROM
          (OLD.side, OLD.org_id, OLD.person_id, OLD.session_id, OLD.intended_at, OLD.seen_sha256, OLD.version_no) THEN
        RAISE EXCEPTION 'a signature and the intent behind it are never changed' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER signature_stays BEFORE UPDATE ON contract_signature FOR EACH ROW EXECUTE FUNCTION contract_signature_stays();
CREATE TRIGGER never_goes BEFORE DELETE ON contract_signature FOR EACH ROW EXECUTE FUNCTION contract_stays();

-- Organisation 0 is the market itself: its certificate belongs to the seal in its home folder.
CREATE TABLE contract_certificate (
    org_id         bigint NOT NULL,
    certificate_id bigint NOT NULL,
    serial         text NOT NULL,
    root_sha256    bytea NOT NULL,
    certificate    bytea NOT NULL,
    issued_at      timestamptz NOT NULL,
    valid_until    timestamptz NOT NULL,
    revoked_at     timestamptz,
    PRIMARY KEY (org_id, certificate_id),
    UNIQUE (org_id, serial)
);
CREATE INDEX contract_certificate_by_serial ON contract_certificate (serial);

-- The first root that an authority answers with is trusted from then on; another one is refused.
CREATE TABLE contract_root (
    sha256      bytea PRIMARY KEY CHECK (sha256 = sha256(certificate)),
    kind        text NOT NULL CHECK (kind IN ('authority', 'market')),
    certificate bytea NOT NULL,
    seen_at     timestamptz NOT NULL
);
CREATE UNIQUE INDEX contract_root_one_authority ON contract_root (kind) WHERE kind = 'authority';

CREATE TABLE contract_revocations (
    root_sha256 bytea PRIMARY KEY,
    crl         bytea NOT NULL,
    listed_at   timestamptz NOT NULL
);

-- Packages of evidence: asked for, written by the worker, kept with their hash.
CREATE TABLE contract_package (
    contract_id bigint NOT NULL REFERENCES contract,
    package_id  bigint NOT NULL,
    org_id      bigint NOT NULL,
    state       text NOT NULL CHECK (state IN ('waiting', 'done', 'failed')),
    asked_at    timestamptz NOT NULL,
    asked_by    bigint NOT NULL,
    content     bytea,
    sha256      bytea CHECK (sha256 = sha256(content)),
    trouble     text NOT NULL DEFAULT '',
    ended_at    timestamptz,
    PRIMARY KEY (contract_id, package_id),
    CHECK ((state = 'done') = (content IS NOT NULL)),
    CHECK ((content IS NULL) = (sha256 IS NULL))
);
