"""What promotions took off the lines of orders, step by step, with the words it had. The caller holds the order's lock."""

from collections.abc import Collection, Sequence

import msgspec

from huozhan.kernel.shapes import Bilingual
from huozhan.kernel.work import Work


class Discount(msgspec.Struct, frozen=True, kw_only=True):
    """So much off one line of an order, by one promotion, in one step; `funder` bears it."""

    order_id: int
    line_no: int
    step: str
    promotion_id: int
    coupon_id: int = 0
    funder: str
    name: Bilingual
    amount_minor: int


_ADD = """
WITH d AS (
    SELECT * FROM unnest($1::bigint[], $2::int[], $3::text[], $4::bigint[], $5::bigint[], $6::text[], $7::text[],
                         $8::bigint[])
        AS d(order_id, line_no, step, promotion_id, coupon_id, funder, name, amount_minor)
), noted AS (
    INSERT INTO order_discount (order_id, line_no, step, promotion_id, coupon_id, funder, name, amount_minor)
    SELECT order_id, line_no, step, promotion_id, coupon_id, funder, name::jsonb, amount_minor FROM d
), lined AS (
    UPDATE order_line l SET discount_minor = s.discount_minor, subsidy_minor = s.subsidy_minor
      FROM (SELECT order_id, line_no,
                   coalesce(sum(amount_minor) FILTER (WHERE funder = 'seller'), 0)::bigint AS discount_minor,
                   coalesce(sum(amount_minor) FILTER (WHERE funder = 'market'), 0)::bigint AS subsidy_minor
              FROM d GROUP BY order_id, line_no) AS s
     WHERE l.order_id = s.order_id AND l.line_no = s.line_no
)
UPDATE trade_order o SET subsidy_minor = s.subsidy_minor
  FROM (SELECT order_id, sum(amount_minor)::bigint AS subsidy_minor FROM d WHERE funder = 'market' GROUP BY order_id) AS s
 WHERE o.order_id = s.order_id
"""


async def add(work: Work, discounts: Sequence[Discount]) -> None:
    """Writes what the lines of orders just placed were lowered by."""
    rows = [
        (d.order_id, d.line_no, d.step, d.promotion_id, d.coupon_id, d.funder, msgspec.json.encode(d.name).decode(),
         d.amount_minor)
        for d in discounts
    ]  # fmt: skip
    await work.db.execute(_ADD, *zip(*rows, strict=True))


async def of_order(work: Work, order_id: int) -> list[Discount]:
    """Every discount of one order; whoever asks has read the order within its reach."""
    rows = await work.db.fetch(
        "SELECT order_id, line_no, step, promotion_id, coupon_id, funder, name, amount_minor FROM order_discount"
        " WHERE order_id = $1 ORDER BY line_no, step",
        order_id,
    )  # fmt: skip
    return [
        msgspec.convert({**dict(row), "name": msgspec.json.decode(row["name"])}, Discount) for row in rows
    ]


async def fold(work: Work, order_id: int, line_nos: Collection[int]) -> None:
    """Drops what the seller took off these lines: the seller has named what they cost instead."""
    await work.db.execute(
        "WITH dropped AS (DELETE FROM order_discount"
        "  WHERE order_id = $1 AND line_no = ANY ($2::int[]) AND funder = 'seller')"
        " UPDATE order_line SET discount_minor = 0 WHERE order_id = $1 AND line_no = ANY ($2::int[])",
        order_id, list(line_nos),
    )  # fmt: skip


async def give_subsidy_back(work: Work, order_id: int, amount_minor: int) -> None:
    """Adds to what refunds of an order gave back of the market's part."""
    await work.db.execute(
        "UPDATE trade_order SET subsidy_back_minor = subsidy_back_minor + $2 WHERE order_id = $1",
        order_id,
        amount_minor,
    )


async def clear_subsidies(work: Work, order_id: int) -> None:
    """Takes the market's part off every line, before they cost something else."""
    await work.db.execute("UPDATE order_line SET subsidy_minor = 0 WHERE order_id = $1", order_id)


_SUBSIDISE = """
WITH n AS (SELECT * FROM unnest($2::int[], $3::bigint[]) AS n(line_no, amount_minor)
), dropped AS (
    DELETE FROM order_discount d USING n
     WHERE d.order_id = $1 AND d.line_no = n.line_no AND d.funder = 'market' AND n.amount_minor = 0
), changed AS (
    UPDATE order_discount d SET amount_minor = n.amount_minor FROM n
     WHERE d.order_id = $1 AND d.line_no = n.line_no AND d.funder = 'market' AND n.amount_minor > 0
    RETURNING d.line_no
), added AS (
    INSERT INTO order_discount (order_id, line_no, step, promotion_id, coupon_id, funder, name, amount_minor)
    SELECT $1, n.line_no, m.step, m.promotion_id, m.coupon_id, m.funder, m.name, n.amount_minor
      FROM n, (SELECT * FROM order_discount WHERE order_id = $1 AND funder = 'market' ORDER BY line_no LIMIT 1) AS m
     WHERE n.amount_minor > 0
       AND NOT EXISTS (SELECT 1 FROM order_discount d
                        WHERE d.order_id = $1 AND d.line_no = n.line_no AND d.funder = 'market')
), lined AS (
    UPDATE order_line l SET subsidy_minor = n.amount_minor FROM n WHERE l.order_id = $1 AND l.line_no = n.line_no
)
UPDATE trade_order SET subsidy_minor = (SELECT sum(amount_minor) FROM n) WHERE order_id = $1
"""


async def subsidise(work: Work, order_id: int, by_line: Sequence[tuple[int, int]]) -> None:
    """Shares the market's part among all lines of an order anew, as (line, amount)."""
    await work.db.execute(
        _SUBSIDISE, order_id, [line_no for line_no, _ in by_line], [amount for _, amount in by_line]
    )
