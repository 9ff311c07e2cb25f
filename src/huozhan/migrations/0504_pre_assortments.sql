-- Purchase lists that were put together for a buyer: what was wished, what came of it, and the key of their link.
-- Expects: 0500. Locks: nothing that exists. Back: drop the table and the rules.

CREATE TABLE assortment (
    assortment_id  bigint PRIMARY KEY,
    org_id         bigint NOT NULL,
    link_key       text NOT NULL CHECK (length(link_key) >= 32),
    wishes         jsonb NOT NULL,
    lines          jsonb NOT NULL,
    is_best        boolean NOT NULL,
    made_at        timestamptz NOT NULL,
    made_by        bigint NOT NULL
);
CREATE INDEX assortment_of_organisation ON assortment (org_id, assortment_id DESC);

INSERT INTO rule_version (code, version, value, unit, effective_from, reason) VALUES
    ('insight.solve_within', 1, 5, 'seconds', '2000-01-01', 'P'),
    ('insight.assortments_most', 1, 200, 'count', '2000-01-01', 'P');
