\set id random(1, 9000000000000000000)
\set a random(1, 10000)
\set b random(1, 10000)
BEGIN;
INSERT INTO bare.claim VALUES ('E7a:' || :id, :id, '\x00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff');
INSERT INTO bare.entry VALUES (:id, 'E7a', 'E7a:' || :id, :a, '{}', now(), 'system', 0, 0, 'bench');
INSERT INTO bare.posting VALUES (:id, 1, 202, :a, 206, :b, 1);
INSERT INTO bare.unsealed VALUES (:id, now());
UPDATE bare.balance SET posted_minor = posted_minor - 1 WHERE code = 202 AND owner_id = :a;
UPDATE bare.balance SET posted_minor = posted_minor + 1 WHERE code = 206 AND owner_id = :b;
COMMIT;
