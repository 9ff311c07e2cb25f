-- Quarterly reports of suppliers' income as files: asked for by an operator, made by the worker, kept with their hash.
-- Expects: 0030. Locks: nothing that exists. Back: drop the table.

CREATE TABLE tax_report (
    report_id     bigint PRIMARY KEY,
    year          int NOT NULL,
    quarter       int NOT NULL CHECK (quarter BETWEEN 1 AND 4),
    format        text NOT NULL CHECK (format IN ('csv', 'xlsx')),
    lang          text NOT NULL,
    state         text NOT NULL CHECK (state IN ('waiting', 'done')),
    sellers       int NOT NULL DEFAULT 0,
    orders        int NOT NULL DEFAULT 0,
    gross_minor   bigint NOT NULL DEFAULT 0,
    returns_minor bigint NOT NULL DEFAULT 0,
    content       bytea,
    sha256        bytea,
    asked_at      timestamptz NOT NULL,
    asked_by      bigint NOT NULL,
    made_at       timestamptz,
    CHECK ((state = 'done') = (content IS NOT NULL AND sha256 IS NOT NULL AND made_at IS NOT NULL))
);
