-- Fund records as files: asked for, made by the worker, kept with their hash.
-- Expects: 0040. Locks: nothing that exists. Back: drop the tables, delete the rule.

CREATE TABLE fund_export (
    org_id       bigint NOT NULL,
    export_id    bigint NOT NULL,
    kind         text NOT NULL CHECK (kind IN ('records', 'statement')),
    side         text NOT NULL CHECK (side IN ('seller', 'buyer')),
    format       text NOT NULL CHECK (format IN ('csv', 'xlsx', 'pdf')),
    lang         text NOT NULL,
    from_on      date NOT NULL,
    until_on     date NOT NULL CHECK (until_on >= from_on),
    wanted       jsonb NOT NULL,
    state        text NOT NULL CHECK (state IN ('waiting', 'done', 'failed')),
    lines_total  int NOT NULL DEFAULT 0,
    lines_done   int NOT NULL DEFAULT 0,
    trouble      text NOT NULL DEFAULT '',
    opening_minor bigint NOT NULL DEFAULT 0,
    closing_minor bigint NOT NULL DEFAULT 0,
    content      bytea,
    sha256       bytea,
    asked_at     timestamptz NOT NULL,
    asked_by     bigint NOT NULL,
    ended_at     timestamptz,
    PRIMARY KEY (org_id, export_id),
    CHECK ((state = 'done') = (sha256 IS NOT NULL)),
    CHECK ((state = 'done') = (content IS NOT NULL))
);

-- A file's hash is its own aggregate: whoever holds the file may ask whether this market made it.
CREATE TABLE fund_export_hash (
    sha256    bytea PRIMARY KEY,
    org_id    bigint NOT NULL,
    export_id bigint NOT NULL
);

INSERT INTO rule_version (code, version, value, unit, effective_from, reason) VALUES
    ('payments.export_lines', 1, 100000, 'count', '2000-01-01', 'B5.5'),
    ('payments.export_pdf_lines', 1, 5000, 'count', '2000-01-01', 'B5.5');
