-- Scores of service: what peers reach, days that were counted under which rules, enquiries as messaging counted them; their rules.
-- Expects: 0470. Locks: service_score for a moment. Back: drop the tables and columns, delete the rules below.

-- One row for each day that was counted, with the versions of the rules it was counted under.
CREATE TABLE service_count (
    until_on   date PRIMARY KEY,
    rule_pins  jsonb NOT NULL,
    counted_at timestamptz NOT NULL
);

-- Enquiries of the days before, as messaging counted them: taken into the figures of the day.
CREATE TABLE service_answer (
    seller_id bigint NOT NULL,
    until_on  date NOT NULL,
    quick_due int NOT NULL CHECK (quick_due >= 0),
    quick_hit int NOT NULL CHECK (quick_hit BETWEEN 0 AND quick_due),
    reply_due int NOT NULL CHECK (reply_due >= 0),
    reply_hit int NOT NULL CHECK (reply_hit BETWEEN 0 AND reply_due),
    PRIMARY KEY (seller_id, until_on)
);

-- What suppliers of a vertical reach ('' is the whole market), as goodness: the more the better, see scenes/scoring.py.
CREATE TABLE service_peer (
    until_on date NOT NULL,
    vertical text NOT NULL,
    measure  text NOT NULL,
    sellers  int NOT NULL CHECK (sellers > 0),
    p5       bigint NOT NULL,
    p50      bigint NOT NULL CHECK (p50 >= p5),
    p75      bigint NOT NULL CHECK (p75 >= p50),
    mean     bigint NOT NULL,
    PRIMARY KEY (until_on, vertical, measure)
);

-- `drawn` are rates of few, drawn to what peers reach: measure → 1/10 000. `below_since` is the first day of missing a floor.
ALTER TABLE service_score
    ADD COLUMN vertical    text NOT NULL DEFAULT '',
    ADD COLUMN below_since date,
    ADD COLUMN drawn       jsonb NOT NULL DEFAULT '{}';

INSERT INTO rule_version (code, version, value, unit, effective_from, reason) VALUES
    ('service.shrink', 1, 20, 'count', '2000-01-01', 'B3.1'),
    ('service.peers', 1, 5, 'count', '2000-01-01', 'P'),
    ('service.composite_least', 1, 5000, 'bp', '2000-01-01', 'P'),
    ('service.weight.logistics', 1, 3500, 'bp', '2000-01-01', 'B3.2'),
    ('service.weight.after_sale', 1, 3000, 'bp', '2000-01-01', 'B3.2'),
    ('service.weight.consultation', 1, 2000, 'bp', '2000-01-01', 'B3.2'),
    ('service.weight.goods', 1, 1500, 'bp', '2000-01-01', 'B3.2'),
    ('service.weight.pickup', 1, 5000, 'bp', '2000-01-01', 'B3.2'),
    ('service.weight.fulfilment', 1, 3000, 'bp', '2000-01-01', 'B3.2'),
    ('service.weight.signed', 1, 2000, 'bp', '2000-01-01', 'B3.2'),
    ('service.weight.refund_time', 1, 5000, 'bp', '2000-01-01', 'B3.2'),
    ('service.weight.dispute', 1, 5000, 'bp', '2000-01-01', 'B3.2'),
    ('service.weight.quick_answer', 1, 7000, 'bp', '2000-01-01', 'B3.2'),
    ('service.weight.quality_refund', 1, 6000, 'bp', '2000-01-01', 'B3.2'),
    ('service.excellent.pickup', 1, 9900, 'bp', '2000-01-01', 'P'),
    ('service.excellent.fulfilment', 1, 9900, 'bp', '2000-01-01', 'P'),
    ('service.excellent.signed', 1, 9500, 'bp', '2000-01-01', 'P'),
    ('service.excellent.refund_time', 1, 1440, 'minutes', '2000-01-01', 'P'),
    ('service.excellent.dispute', 1, 10, 'bp', '2000-01-01', 'P'),
    ('service.excellent.quick_answer', 1, 10000, 'bp', '2000-01-01', 'B3.2'),
    ('service.excellent.quality_refund', 1, 50, 'bp', '2000-01-01', 'P'),
    ('service.poor.pickup', 1, 8000, 'bp', '2000-01-01', 'P'),
    ('service.poor.fulfilment', 1, 8000, 'bp', '2000-01-01', 'P'),
    ('service.poor.signed', 1, 5000, 'bp', '2000-01-01', 'P'),
    ('service.poor.refund_time', 1, 14400, 'minutes', '2000-01-01', 'P'),
    ('service.poor.dispute', 1, 300, 'bp', '2000-01-01', 'P'),
    ('service.poor.quick_answer', 1, 5000, 'bp', '2000-01-01', 'P'),
    ('service.poor.quality_refund', 1, 1000, 'bp', '2000-01-01', 'B3.1'),
    ('service.floor.pickup', 1, 9500, 'bp', '2000-01-01', 'B3.3'),
    ('service.floor.quick_answer', 1, 6000, 'bp', '2000-01-01', 'B3.3'),
    ('service.floor.quality_refund', 1, 200, 'bp', '2000-01-01', 'B3.3'),
    ('service.floor_warning', 1, 7, 'days', '2000-01-01', 'B3.3'),
    ('service.floor_cure', 1, 14, 'days', '2000-01-01', 'B3.3');
