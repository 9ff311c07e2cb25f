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
)
UPDATE order_line l SET discount_minor = s.discount_minor
  FROM (SELECT order_id, line_no, sum(amount_minor)::bigint AS discount_minor FROM d
         WHERE funder = 'seller' GROUP BY order_id, line_no) AS s
 WHERE l.order_id = s.order_id AND l.line_no = s.line_no
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
