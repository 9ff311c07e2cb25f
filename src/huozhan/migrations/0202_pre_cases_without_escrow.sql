-- Cases after release of orders on credit and in stages: where their money goes, and what the seller has of staged lines.
-- Expects: 0140, 0200. Locks: aftersale_case for a column with a constant default, lines of received orders in stages.
-- Back: drop the column.

ALTER TABLE aftersale_case
    ADD COLUMN money_to text NOT NULL DEFAULT 'payer',
    ADD CONSTRAINT aftersale_case_money_to_check CHECK (money_to IN ('payer', 'wallet', 'bill'));
UPDATE aftersale_case c SET money_to = 'bill' FROM trade_order o WHERE o.order_id = c.order_id AND o.trade_type = 'period';

-- Each line's part of the stages that are the seller's, rounded down.
WITH earned AS (
    SELECT s.order_id, sum(s.goods_minor) AS goods, sum(s.freight_minor) AS freight FROM order_stage s
      JOIN trade_order o USING (order_id)
     WHERE o.state = 'success' AND s.paid_minor > 0 AND s.released_minor = s.goods_minor + s.freight_minor
     GROUP BY s.order_id
)
UPDATE order_line l
   SET kept_goods_minor = (e.goods * l.goods_minor / greatest(o.goods_minor, 1))::bigint,
       kept_freight_minor = (e.freight * l.freight_minor / greatest(o.freight_minor, 1))::bigint
  FROM earned e JOIN trade_order o USING (order_id) WHERE l.order_id = e.order_id;
