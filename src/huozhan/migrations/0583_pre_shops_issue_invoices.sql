-- A shop says which invoices it issues; what buyers ask for stays as it is.
-- Expects: 0230. Locks: invoice_shop for a moment. Back: drop the column. Shops said nothing of it before.

ALTER TABLE invoice_shop ADD COLUMN issues text[] NOT NULL DEFAULT '{}' CHECK (issues <@ ARRAY['ordinary', 'special']);
