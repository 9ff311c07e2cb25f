-- A line of a party's file that nobody can read is a difference of its own, kept as it came; a file of sums that has one is not
-- believed. Expects: 0190, 0211. Locks: channel_difference and awaited_file for a moment. Back: end and delete the rows of that
-- sort, drop the columns and put the constraints of 0190 and 0211 again.

ALTER TABLE channel_difference
    ADD COLUMN said text NOT NULL DEFAULT '',
    DROP CONSTRAINT channel_difference_sort_check,
    ADD CONSTRAINT channel_difference_sort_check CHECK (sort IN ('amount_differs', 'state_differs', 'only_channel', 'only_ours',
        'twice', 'cut_off', 'fee_differs', 'currency_differs', 'merchant_differs', 'unreadable')) NOT VALID,
    ADD CONSTRAINT channel_difference_says_what_was_unreadable CHECK ((sort = 'unreadable') = (said <> '')) NOT VALID;
ALTER TABLE awaited_file
    ADD COLUMN said text NOT NULL DEFAULT '',
    DROP CONSTRAINT awaited_file_why_check,
    ADD CONSTRAINT awaited_file_why_check CHECK (why IN ('empty', 'unbalanced', 'unreadable')) NOT VALID;
