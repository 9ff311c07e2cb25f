-- Who is paid out to: one row per organisation, the root that is locked before its bank accounts are read or added.
-- A lock on the accounts themselves lets those pass who come before the first one, and shows nobody the newest.
-- Expects: 0040. Locks: nothing that exists. Back: drop the table.

CREATE TABLE payee (
    org_id bigint PRIMARY KEY
);
