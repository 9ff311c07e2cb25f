-- Which invoices a shop issues and which credit terms it grants stand with the shop too, so that its pages and search need not ask.
-- Expects: 0583, 0584. Locks: shop for a moment. Back: drop the columns.

ALTER TABLE shop ADD COLUMN invoices text[] NOT NULL DEFAULT '{}';
ALTER TABLE shop ADD COLUMN credit_days int;
ALTER TABLE shop ADD COLUMN credit_from_minor bigint;
