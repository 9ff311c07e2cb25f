-- Deeds that a lender did on a day are found by the day, as advances are; every file of deeds asks for them.
-- Expects: 0260. Locks: loan_deed for writes while the index is built. Back: drop the index.

CREATE INDEX loan_deed_done ON loan_deed (ended_at) WHERE state = 'done';
