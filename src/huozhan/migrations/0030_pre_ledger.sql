-- The ledger: entries and postings that only ever add, balances of checked accounts, holds, and the sealed chain.
-- Expects: 0001. Locks: nothing that exists. Back: drop the tables and the function; the money's history goes with them.

CREATE FUNCTION ledger_only_adds() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% only adds: % is refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;

-- A business key is its own aggregate: whoever writes it first has written the event.
CREATE TABLE ledger_claim (
    business_key text PRIMARY KEY CHECK (length(business_key) BETWEEN 1 AND 200),
    entry_id     bigint NOT NULL,
    fingerprint  bytea NOT NULL
);

CREATE TABLE ledger_entry (
    entry_id     bigint PRIMARY KEY,
    code         text NOT NULL,
    business_key text NOT NULL,
    about_id     bigint NOT NULL,
    memo         text NOT NULL,
    happened_at  timestamptz NOT NULL,
    actor_kind   text NOT NULL,
    person_id    bigint NOT NULL,
    org_id       bigint NOT NULL,
    door         text NOT NULL
);

CREATE TABLE ledger_posting (
    entry_id     bigint NOT NULL REFERENCES ledger_entry,
    line_no      int NOT NULL,
    debit_code   int NOT NULL,
    debit_owner  bigint NOT NULL,
    credit_code  int NOT NULL,
    credit_owner bigint NOT NULL,
    amount_minor bigint NOT NULL CHECK (amount_minor > 0),
    PRIMARY KEY (entry_id, line_no)
);
-- Statements are read by account; the accounts that every order touches are read by entry instead.
CREATE INDEX ledger_posting_by_debit ON ledger_posting (debit_code, debit_owner, entry_id)
 WHERE debit_code IN (105, 201, 202, 203, 204, 205, 206, 207, 211, 213);
CREATE INDEX ledger_posting_by_credit ON ledger_posting (credit_code, credit_owner, entry_id)
 WHERE credit_code IN (105, 201, 202, 203, 204, 205, 206, 207, 211, 213);

-- Counted on the account's own side, so that "covered" is the same for debit and credit accounts.
CREATE TABLE ledger_balance (
    code         int NOT NULL,
    owner_id     bigint NOT NULL,
    posted_minor bigint NOT NULL,
    held_minor   bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (code, owner_id),
    CONSTRAINT ledger_balance_is_covered CHECK (posted_minor >= held_minor),
    CONSTRAINT ledger_balance_holds_something CHECK (held_minor >= 0)
) WITH (fillfactor = 80);

CREATE TABLE ledger_hold (
    hold_id      bigint PRIMARY KEY,
    business_key text NOT NULL,
    debit_code   int NOT NULL,
    debit_owner  bigint NOT NULL,
    credit_code  int NOT NULL,
    credit_owner bigint NOT NULL,
    amount_minor bigint NOT NULL CHECK (amount_minor > 0),
    state        text NOT NULL CHECK (state IN ('pending', 'posted', 'voided', 'expired')),
    posted_minor bigint NOT NULL DEFAULT 0 CHECK (posted_minor BETWEEN 0 AND amount_minor),
    made_at      timestamptz NOT NULL,
    expires_at   timestamptz,
    ended_at     timestamptz,
    ended_by     bigint,
    ended_why    text,
    CHECK ((state = 'pending') = (ended_at IS NULL))
);
CREATE INDEX ledger_hold_by_expiry ON ledger_hold (expires_at) WHERE state = 'pending';

-- Entries that wait to be sealed into a block; small by nature.
CREATE TABLE ledger_unsealed (
    entry_id  bigint PRIMARY KEY,
    posted_at timestamptz NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);

CREATE TABLE ledger_block (
    block_no      bigint PRIMARY KEY,
    previous_hash bytea NOT NULL,
    hash          bytea NOT NULL,
    entry_ids     bigint[] NOT NULL,
    sealed_at     timestamptz NOT NULL
);

-- What the accounts without a balance row stood at when the last block was sealed.
CREATE TABLE ledger_checkpoint (
    code         int NOT NULL,
    owner_id     bigint NOT NULL,
    posted_minor bigint NOT NULL,
    block_no     bigint NOT NULL,
    PRIMARY KEY (code, owner_id)
);

CREATE TRIGGER only_adds BEFORE UPDATE OR DELETE ON ledger_claim FOR EACH ROW EXECUTE FUNCTION ledger_only_adds();
CREATE TRIGGER only_adds BEFORE UPDATE OR DELETE ON ledger_entry FOR EACH ROW EXECUTE FUNCTION ledger_only_adds();
CREATE TRIGGER only_adds BEFORE UPDATE OR DELETE ON ledger_posting FOR EACH ROW EXECUTE FUNCTION ledger_only_adds();
CREATE TRIGGER only_adds BEFORE UPDATE OR DELETE ON ledger_block FOR EACH ROW EXECUTE FUNCTION ledger_only_adds();
CREATE TRIGGER never_empties BEFORE TRUNCATE ON ledger_claim EXECUTE FUNCTION ledger_only_adds();
CREATE TRIGGER never_empties BEFORE TRUNCATE ON ledger_entry EXECUTE FUNCTION ledger_only_adds();
CREATE TRIGGER never_empties BEFORE TRUNCATE ON ledger_posting EXECUTE FUNCTION ledger_only_adds();
CREATE TRIGGER never_empties BEFORE TRUNCATE ON ledger_block EXECUTE FUNCTION ledger_only_adds();

-- An operator of a distributed database turns the first one on: it writes the same rows by plain statements.
INSERT INTO rule_version (code, version, value, unit, effective_from, reason) VALUES
    ('ledger.plain_writes', 1, 0, 'flag', '2000-01-01', 'opening'),
    ('ledger.seal_patience', 1, 60, 'seconds', '2000-01-01', 'opening');
