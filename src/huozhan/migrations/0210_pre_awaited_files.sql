-- Files of days that are due and have not been read: asked for again, and told to a person after a while.
-- Expects: 0190. Locks: nothing that exists. Back: drop the table, delete the rules below.

CREATE TABLE awaited_file (
    channel_id bigint NOT NULL,
    on_day     date NOT NULL,
    source     text NOT NULL,
    due_at     timestamptz NOT NULL,
    asked_at   timestamptz,
    -- Since when it comes empty although so many payments and refunds of its day are held for done.
    doubted_at timestamptz,
    held       int NOT NULL DEFAULT 0 CHECK (held >= 0),
    PRIMARY KEY (channel_id, on_day, source),
    CHECK (doubted_at IS NULL OR held > 0)
);
CREATE INDEX awaited_file_by_asked ON awaited_file (asked_at);

INSERT INTO rule_version (code, version, value, unit, effective_from, reason) VALUES
    ('reconcile.ask_again', 1, 30, 'minutes', '2000-01-01', 'B5.5'),
    ('reconcile.file_patience', 1, 6, 'hours', '2000-01-01', 'B5.5');
