-- What operators did, and why.
-- Expects: 0001. Locks: nothing that exists. Back: drop the table.

CREATE TABLE audit_entry (
    entry_id  bigint PRIMARY KEY,
    person_id bigint NOT NULL,
    act       text NOT NULL,
    about     text NOT NULL,
    reason    text NOT NULL,
    facts     jsonb NOT NULL,
    acted_at  timestamptz NOT NULL
);
CREATE INDEX audit_entry_by_act ON audit_entry (act, entry_id);

INSERT INTO rule_version (code, version, value, unit, reason) VALUES
    ('rules.notice', 1, 7, 'days', 'Rules are published seven days before they hold');
