-- The custody bank's closed days are compared like the channel's files: lines of any party carry their source.
-- Expects: 0190, 0210. Locks: channel_trade, channel_difference, reconciled_day and awaited_file while their constraints
-- change. Back: drop bank_day, the columns and the rules, and put the old constraints back.

ALTER TABLE channel_trade
    ADD COLUMN source text NOT NULL DEFAULT 'trades' CHECK (source IN ('trades', 'bank', 'lender')),
    DROP CONSTRAINT channel_trade_pkey,
    ADD PRIMARY KEY (channel_txn, source, channel_id, on_day, nth);
ALTER TABLE reconciled_day
    DROP CONSTRAINT reconciled_day_source_check,
    ADD CONSTRAINT reconciled_day_source_check CHECK (source IN ('trades', 'settlement', 'bank', 'lender'));
ALTER TABLE channel_difference
    DROP CONSTRAINT channel_difference_source_check,
    ADD CONSTRAINT channel_difference_source_check CHECK (source IN ('trades', 'settlement', 'bank', 'lender'));
-- Why a file that came is not believed: it is empty, or it does not add up.
ALTER TABLE awaited_file
    ADD COLUMN why text NOT NULL DEFAULT 'empty' CHECK (why IN ('empty', 'unbalanced')),
    DROP CONSTRAINT awaited_file_check,
    ADD CONSTRAINT awaited_file_check CHECK (doubted_at IS NULL OR held > 0 OR why = 'unbalanced');

CREATE TABLE bank_day (
    bank_id       bigint NOT NULL,
    on_day        date NOT NULL,
    opening_minor bigint NOT NULL,
    in_minor      bigint NOT NULL CHECK (in_minor >= 0),
    out_minor     bigint NOT NULL CHECK (out_minor >= 0),
    closing_minor bigint NOT NULL,
    lines         int NOT NULL CHECK (lines >= 0),
    noted_at      timestamptz NOT NULL,
    PRIMARY KEY (bank_id, on_day),
    CONSTRAINT bank_day_adds_up CHECK (opening_minor + in_minor - out_minor = closing_minor)
);
