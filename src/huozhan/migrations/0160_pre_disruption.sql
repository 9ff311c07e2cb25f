-- Notices that stop the clocks where a disruption hits, their changes and moves, and how much time they leave.
-- Expects: the kernel's tables. Locks: nothing that exists. Back: drop the tables, delete the rule below.

-- The second pair of eyes is a constraint here and a refusal in the code.
CREATE TABLE suspension (
    suspension_id bigint PRIMARY KEY,
    state         text NOT NULL CHECK (state IN ('draft', 'approved', 'published', 'dropped')),
    kind          text NOT NULL CHECK (kind IN ('epidemic', 'weather', 'traffic', 'event', 'holiday')),
    title         jsonb NOT NULL,
    regions       text[] NOT NULL CHECK (cardinality(regions) BETWEEN 1 AND 200),
    direction     text NOT NULL CHECK (direction IN ('origin', 'destination', 'both')),
    carriers      text[] NOT NULL,
    categories    text[] NOT NULL,
    from_at       timestamptz NOT NULL,
    until_at      timestamptz NOT NULL,
    evidence_url  text NOT NULL,
    drafted_at    timestamptz NOT NULL,
    drafted_by    bigint NOT NULL,
    approved_by   bigint,
    published_at  timestamptz,
    CHECK (until_at >= from_at),
    CHECK (approved_by <> drafted_by),
    CHECK (state NOT IN ('approved', 'published') OR approved_by IS NOT NULL),
    CHECK ((state = 'published') = (published_at IS NOT NULL))
);
CREATE INDEX suspension_running ON suspension (until_at) WHERE state = 'published';

-- Another end for a published notice; one at a time waits for the second pair of eyes.
CREATE TABLE suspension_change (
    suspension_id bigint NOT NULL REFERENCES suspension,
    change_id     bigint NOT NULL,
    state         text NOT NULL CHECK (state IN ('proposed', 'applied', 'dropped')),
    was_until_at  timestamptz NOT NULL,
    until_at      timestamptz NOT NULL,
    reason        text NOT NULL,
    proposed_at   timestamptz NOT NULL,
    proposed_by   bigint NOT NULL,
    decided_at    timestamptz,
    decided_by    bigint,
    PRIMARY KEY (suspension_id, change_id),
    CHECK (state <> 'applied' OR decided_by IS NOT NULL),
    CHECK (state <> 'applied' OR decided_by <> proposed_by)
);
CREATE UNIQUE INDEX suspension_change_one_open ON suspension_change (suspension_id) WHERE state = 'proposed';

CREATE TABLE suspension_move (
    suspension_id bigint NOT NULL REFERENCES suspension,
    move_id       bigint NOT NULL,
    event         text NOT NULL,
    state         text NOT NULL,
    moved_at      timestamptz NOT NULL,
    person_id     bigint NOT NULL,
    reason        text NOT NULL,
    PRIMARY KEY (suspension_id, move_id)
);

INSERT INTO rule_version (code, version, value, unit, effective_from, reason) VALUES
    ('disruption.grace', 1, 24, 'hours', '2000-01-01', 'B1.8'),
    ('disruption.review', 1, 24, 'hours', '2000-01-01', 'B1.8'),
    ('disruption.looks_back', 1, 90, 'days', '2000-01-01', 'B1.8'),
    ('disruption.single_most', 1, 30, 'days', '2000-01-01', 'B1.8'),
    ('promise.longer_most', 1, 30, 'days', '2000-01-01', 'B1.7');
