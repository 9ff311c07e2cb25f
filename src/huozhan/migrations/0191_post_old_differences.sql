-- Differences of settlements have moved to channel_difference, where each has an end.
-- Expects: 0190. Locks: the table it drops. Back: make it again as in 0040.

DROP TABLE reconciliation_difference;
