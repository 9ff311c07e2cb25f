-- What many buyers look for, and what those look for who looked for something else: counted anew from the log every few minutes.
-- Expects: 0460. Locks: nothing that exists. Back: drop the tables, delete the rules; search shows no hot or related words then.

-- Only what several different buyers asked: what one of them typed is nobody else's business.
CREATE TABLE search_hot (
    q       text PRIMARY KEY,
    buyers  int NOT NULL CHECK (buyers > 1),
    before  int NOT NULL CHECK (before >= 0)
);

CREATE TABLE search_related (
    q       text NOT NULL,
    other   text NOT NULL CHECK (other <> q),
    buyers  int NOT NULL CHECK (buyers > 1),
    PRIMARY KEY (q, other)
);

INSERT INTO rule_version (code, version, value, unit, effective_from, reason) VALUES
    ('search.hot_buyers', 1, 3, 'count', '2000-01-01', 'P'),
    ('search.hot_days', 1, 7, 'days', '2000-01-01', 'P');
