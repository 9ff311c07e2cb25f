-- Money on its way from the custody bank to a carrier, out of what is owed to it (208): one person asks, another approves.
-- Expects: 0111, 0211, 0310. Locks: the tables of compared files for a moment. Back: drop the table, put the constraints of 0211 again.

CREATE TABLE carrier_payout (
    carrier_id     bigint NOT NULL,
    payout_id      bigint NOT NULL,
    amount_minor   bigint NOT NULL CHECK (amount_minor > 0),
    currency       text NOT NULL,
    state          text NOT NULL CHECK (state IN ('waiting', 'asked', 'done', 'failed', 'refused')),
    account_no     bytea NOT NULL,
    account_masked text NOT NULL,
    account_name   text NOT NULL,
    bank_name      text NOT NULL,
    asked_at       timestamptz NOT NULL,
    asked_by       bigint NOT NULL,
    approved_at    timestamptz,
    approved_by    bigint,
    ask_at         timestamptz,
    asks           int NOT NULL DEFAULT 0,
    ended_at       timestamptz,
    ended_why      text NOT NULL DEFAULT '',
    PRIMARY KEY (carrier_id, payout_id),
    CONSTRAINT carrier_payout_is_asked_about CHECK ((state = 'asked') = (ask_at IS NOT NULL)),
    CONSTRAINT carrier_payout_has_two_people CHECK (approved_by <> asked_by),
    CONSTRAINT carrier_payout_goes_once_approved
        CHECK (state NOT IN ('asked', 'done', 'failed') OR approved_by IS NOT NULL)
);
-- One at a time, so that nothing is asked for twice.
CREATE UNIQUE INDEX carrier_payout_one_at_a_time ON carrier_payout (carrier_id) WHERE state IN ('waiting', 'asked');
CREATE INDEX carrier_payout_to_ask ON carrier_payout (ask_at) WHERE ask_at IS NOT NULL;

-- The carriers' daily bills are compared like any party's file.
ALTER TABLE channel_trade
    DROP CONSTRAINT channel_trade_source_check,
    ADD CONSTRAINT channel_trade_source_check CHECK (source IN ('trades', 'bank', 'lender', 'carrier')) NOT VALID;
ALTER TABLE reconciled_day
    DROP CONSTRAINT reconciled_day_source_check,
    ADD CONSTRAINT reconciled_day_source_check
        CHECK (source IN ('trades', 'settlement', 'bank', 'lender', 'lender_settlement', 'carrier')) NOT VALID;
ALTER TABLE channel_difference
    DROP CONSTRAINT channel_difference_source_check,
    ADD CONSTRAINT channel_difference_source_check
        CHECK (source IN ('trades', 'settlement', 'bank', 'lender', 'carrier')) NOT VALID;
