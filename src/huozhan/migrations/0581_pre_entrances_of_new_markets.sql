-- The entrances to dropshipping and customisation lead to offers that say so, no more to goods from one piece and to a word.
-- Only in a market that nobody has filled or arranged yet: elsewhere suppliers have not said it, and a full shelf would be empty.
-- Expects: 0520, 0580. Locks: two rows of shelf. Back: the rules as 0520 has them.

UPDATE shelf SET rule = '{"has": ["dropship"]}'
 WHERE shelf_key = 'dropship' AND version = 1 AND NOT EXISTS (SELECT 1 FROM offer);
UPDATE shelf SET rule = '{"custom": ["logo", "engraving", "label", "packaging", "colour", "to_sample", "to_drawing"]}'
 WHERE shelf_key = 'custom' AND version = 1 AND NOT EXISTS (SELECT 1 FROM offer);
