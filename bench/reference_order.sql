\set a random(1, 3333)
\set b random(3334, 6666)
\set c random(6667, 10000)
\set id random(1, 9000000000000000000)
\set jid random(1, 9000000000000000000)
BEGIN;
UPDATE bare.sku SET stock = stock - 2 WHERE id IN (:a, :b, :c) AND stock >= 2;
INSERT INTO bare.orders VALUES (:id, 1, 2, 6000, 0, now());
INSERT INTO bare.line VALUES (:id, 1, :a, 2, 1000), (:id, 2, :b, 2, 1000), (:id, 3, :c, 2, 1000);
INSERT INTO bare.outbox VALUES (:id, '{"placed": true}');
COMMIT;
BEGIN;
UPDATE bare.orders SET state = 1 WHERE id = :id AND state = 0;
INSERT INTO bare.journal VALUES (:jid, :id, 'E1', now());
INSERT INTO bare.posting VALUES (:jid, 1, 101, 6000), (:jid, 2, :id, 6000);
INSERT INTO bare.balance VALUES (:id, 6000);
INSERT INTO bare.outbox VALUES (:jid, '{"paid": true}');
COMMIT;
