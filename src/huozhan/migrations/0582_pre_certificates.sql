-- Certificates of goods and suppliers: declared with a proof, verified by the market, over on their day.
-- Expects: 0020. Locks: nothing that exists. Back: drop the table.

CREATE TABLE certificate (
    certificate_id bigint PRIMARY KEY,
    seller_id      bigint NOT NULL,
    state          text NOT NULL CHECK (state IN ('declared', 'verified', 'refused', 'withdrawn')),
    kind           text NOT NULL,
    number         text NOT NULL,
    issuer         text NOT NULL,
    valid_until    date NOT NULL,
    -- Of these goods; of all that the seller has where none is named.
    offer_ids      bigint[] NOT NULL,
    proof_id       text NOT NULL,
    declared_at    timestamptz NOT NULL,
    declared_by    bigint NOT NULL,
    decided_at     timestamptz,
    decided_by     bigint,
    answer         text NOT NULL DEFAULT '',
    CHECK (state NOT IN ('verified', 'refused') OR decided_at IS NOT NULL)
);
CREATE INDEX certificate_by_seller ON certificate (seller_id, certificate_id);
CREATE INDEX certificate_to_judge ON certificate (certificate_id) WHERE state = 'declared';
-- The same paper is declared once at a time.
CREATE UNIQUE INDEX certificate_once ON certificate (seller_id, kind, number) WHERE state IN ('declared', 'verified');
