-- Payments go by one more way, a lender's limit, and repay what is owed to it; what passes between its bank and ours.
-- Expects: 0120, 0131. Locks: payment for a moment while its constraints are replaced. Back: drop the table and put the
-- constraints of 0120 and 0131 again; no payment may go by the lender any more.

-- What passed between the lender's bank and ours on a day, told by the lender's file; positive came to us.
CREATE TABLE funder_settlement (
    settled_on date PRIMARY KEY,
    net_minor  bigint NOT NULL,
    lines      int NOT NULL CHECK (lines >= 0),
    noted_at   timestamptz NOT NULL
);

ALTER TABLE payment DROP CONSTRAINT payment_method;
ALTER TABLE payment ADD CONSTRAINT payment_method CHECK (method IN ('channel', 'bank', 'wallet', 'lender')) NOT VALID;
ALTER TABLE payment DROP CONSTRAINT payment_is_asked_about;
ALTER TABLE payment ADD CONSTRAINT payment_is_asked_about
    CHECK ((method IN ('channel', 'lender') AND state IN ('opening', 'open', 'closing')) = (ask_at IS NOT NULL)) NOT VALID;
ALTER TABLE payment DROP CONSTRAINT payment_purpose_check;
ALTER TABLE payment ADD CONSTRAINT payment_purpose_check CHECK (purpose IN ('orders', 'credit', 'loan')) NOT VALID;
