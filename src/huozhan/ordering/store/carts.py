"""Rows of the cart; the aggregate is the organisation."""

from collections.abc import Sequence

import msgspec

from huozhan.kernel.work import Work


class CartLine(msgspec.Struct, frozen=True):
    """So many of one SKU in an organisation's cart."""

    sku_id: int
    is_sample: bool
    quantity: int


async def lines(work: Work) -> list[CartLine]:
    """The actor's organisation's cart, in the order in which it was filled."""
    rows = await work.db.fetch(
        "SELECT sku_id, is_sample, quantity FROM cart_line WHERE org_id = $1 ORDER BY added_at, sku_id, is_sample",
        work.actor.org_id,
    )
    return [CartLine(row["sku_id"], row["is_sample"], row["quantity"]) for row in rows]


_PUT = """
INSERT INTO cart_line (org_id, sku_id, is_sample, quantity, added_at, added_by)
SELECT $1, sku_id, is_sample, quantity, $2, $3
  FROM unnest($4::bigint[], $5::boolean[], $6::bigint[]) AS w(sku_id, is_sample, quantity)
    ON CONFLICT (org_id, sku_id, is_sample) DO UPDATE
   SET quantity = LEAST(cart_line.quantity + EXCLUDED.quantity, $7)
"""


async def put(work: Work, lines: Sequence[CartLine], quantity_max: int) -> None:
    """Adds quantities to the cart."""
    await work.db.execute(
        _PUT, work.actor.org_id, work.now, work.actor.person_id, *_columns(lines), quantity_max
    )


_CHANGE = """
UPDATE cart_line c SET quantity = w.quantity
  FROM unnest($2::bigint[], $3::boolean[], $4::bigint[]) AS w(sku_id, is_sample, quantity)
 WHERE c.org_id = $1 AND c.sku_id = w.sku_id AND c.is_sample = w.is_sample
RETURNING c.sku_id
"""


async def change(work: Work, lines: Sequence[CartLine]) -> int:
    """Sets quantities of lines that are there; tells how many were."""
    return len(await work.db.fetch(_CHANGE, work.actor.org_id, *_columns(lines)))


async def remove(work: Work, lines: Sequence[tuple[int, bool]]) -> None:
    """Takes lines out."""
    await work.db.execute(
        "DELETE FROM cart_line WHERE org_id = $1"
        " AND (sku_id, is_sample) IN (SELECT * FROM unnest($2::bigint[], $3::boolean[]))",
        work.actor.org_id, [sku_id for sku_id, _ in lines], [is_sample for _, is_sample in lines],
    )  # fmt: skip


def _columns(lines: Sequence[CartLine]) -> tuple[list[int], list[bool], list[int]]:
    return [w.sku_id for w in lines], [w.is_sample for w in lines], [w.quantity for w in lines]
