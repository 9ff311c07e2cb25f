-- What an exchange for a cheaper SKU gives back when it is complete; both sides agreed to it.
-- Expects: 0420. Locks: aftersale_case for a column with a constant default and two checks. Back: drop the column.

ALTER TABLE aftersale_case
    ADD COLUMN difference_minor bigint NOT NULL DEFAULT 0,
    ADD CONSTRAINT aftersale_case_only_exchanges_differ CHECK (difference_minor = 0 OR kind = 'exchange'),
    ADD CONSTRAINT aftersale_case_differs_by_what_is_asked CHECK (difference_minor >= -asked_minor);
