-- What the seller still has of each line's money, so that no case gives a fen of goods, coupon or freight back twice.
-- Expects: 0103, 0110, 0154. Locks: order_line for columns with a constant default, then its rows while they are filled in.
-- Back: drop the columns of order_line; those of supplier_take may stay.

ALTER TABLE order_line
    ADD COLUMN kept_goods_minor bigint NOT NULL DEFAULT 0,
    ADD COLUMN kept_subsidy_minor bigint NOT NULL DEFAULT 0,
    ADD COLUMN kept_freight_minor bigint NOT NULL DEFAULT 0;

-- What was received is worth, less what cases gave back of it: units that a case settled in part count as received.
WITH back AS (
    SELECT l.order_id, l.line_no,
           sum(l.goods_minor) FILTER (WHERE c.is_released) AS goods,
           sum(l.freight_minor) FILTER (WHERE c.is_released
               OR (l.goods_minor, l.freight_minor) <> (l.goods_most, l.freight_most)) AS freight
      FROM aftersale_line l JOIN aftersale_case c USING (order_id, case_id)
     WHERE c.state IN ('refunding', 'success') GROUP BY l.order_id, l.line_no
), kept AS (
    SELECT l.order_id, l.line_no,
           (2 * (l.goods_minor - l.subsidy_minor) * l.received + l.quantity) / (2 * l.quantity)
             + (2 * l.subsidy_minor * l.received + l.quantity) / (2 * l.quantity)
             - l.uncharged_minor - coalesce(b.goods, 0) AS goods,
           (2 * l.subsidy_minor * l.received + l.quantity) / (2 * l.quantity) AS subsidy,
           (2 * l.freight_minor * l.received + l.quantity) / (2 * l.quantity) - coalesce(b.freight, 0) AS freight
      FROM order_line l JOIN trade_order o USING (order_id) LEFT JOIN back b USING (order_id, line_no)
     WHERE l.received > 0 AND o.trade_type <> 'staged'
)
UPDATE order_line l
   SET kept_goods_minor = greatest(k.goods, 0)::bigint,
       kept_subsidy_minor = least(k.subsidy, greatest(k.goods, 0))::bigint,
       kept_freight_minor = greatest(k.freight, 0)::bigint
  FROM kept k WHERE l.order_id = k.order_id AND l.line_no = k.line_no;

ALTER TABLE order_line
    ADD CONSTRAINT order_line_keeps_what_it_cost CHECK (kept_goods_minor BETWEEN kept_subsidy_minor AND goods_minor),
    ADD CONSTRAINT order_line_keeps_subsidy CHECK (kept_subsidy_minor BETWEEN 0 AND subsidy_minor),
    ADD CONSTRAINT order_line_keeps_freight CHECK (kept_freight_minor BETWEEN 0 AND freight_minor);

-- The market's part of what a supplier gives back.
ALTER TABLE supplier_take
    ADD COLUMN coupon_minor bigint NOT NULL DEFAULT 0,
    ADD CONSTRAINT supplier_take_coupon_is_a_part CHECK (coupon_minor >= 0 AND coupon_minor < amount_minor);
