"""SQL of the stock: conditional statements that never wait for rows of two SKUs in a chosen order.

Where a condition fails in between, the caller tries again or refuses; the CHECKs of the table stand behind it all.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import asyncpg
import msgspec

from huozhan.catalogue.claims import Claim
from huozhan.kernel.work import Work

STRIPES_HOT = 16


class Stripe(msgspec.Struct, frozen=True):
    """One part of a SKU's stock."""

    sku_id: int
    stripe: int
    on_hand: int
    reserved: int

    @property
    def free(self) -> int:
        """What may still be reserved of it."""
        return self.on_hand - self.reserved


class Change(msgspec.Struct, frozen=True):
    """So many more, or fewer, pieces on hand in one stripe."""

    sku_id: int
    stripe: int
    quantity: int


# Demand is added up per SKU first. A SKU of one stripe is waited for; of a striped one, a stripe that nobody holds is
# taken, because waiting for one and then draining all of them would be a deadlock. The condition is judged on the row
# as it is once it is ours. Rows are taken in SKU order as far as the planner follows `wanted`; where it does not, the
# server notices the deadlock and the call runs again.
_RESERVE = """
WITH claim AS (
    SELECT * FROM unnest($1::bigint[], $2::int[], $3::bigint[], $4::bigint[]) AS c(order_id, line_no, sku_id, quantity)
), wanted AS MATERIALIZED (
    SELECT c.sku_id, sum(c.quantity) AS quantity,
           CASE WHEN EXISTS (SELECT 1 FROM stock s WHERE s.sku_id = c.sku_id AND s.stripe = 1) THEN (
               SELECT s.stripe FROM stock s
                WHERE s.sku_id = c.sku_id AND s.on_hand - s.reserved >= sum(c.quantity)
                ORDER BY (s.stripe + $5) % $6 LIMIT 1 FOR UPDATE SKIP LOCKED)
           ELSE 0 END AS stripe
      FROM claim c GROUP BY c.sku_id ORDER BY c.sku_id
), taken AS (
    UPDATE stock s SET reserved = s.reserved + w.quantity FROM wanted w
     WHERE s.sku_id = w.sku_id AND s.stripe = w.stripe AND s.on_hand - s.reserved >= w.quantity
    RETURNING s.sku_id, s.stripe, s.offer_id, s.seller_id, s.on_hand - s.reserved AS rest
), noted AS (
    INSERT INTO stock_reservation (sku_id, order_id, line_no, stripe, quantity)
    SELECT c.sku_id, c.order_id, c.line_no, t.stripe, c.quantity FROM claim c JOIN taken t USING (sku_id)
)
SELECT t.sku_id, t.offer_id, t.seller_id, t.rest / o.lot * o.lot < o.moq AS is_low FROM taken t LEFT JOIN offer o USING (offer_id)
"""


async def reserve_at_once(
    work: Work, claims: Sequence[Claim], spread: int
) -> tuple[set[int], set[tuple[int, int]]]:
    """Reserves each SKU whole from one of its stripes; tells which SKUs could be.

    Tells also of which (offer, seller) what is left of the SKU there is less than a minimum order.
    """
    rows = await work.db.fetch(
        _RESERVE,
        [claim.order_id for claim in claims], [claim.line_no for claim in claims],
        [claim.sku_id for claim in claims], [claim.quantity for claim in claims],
        spread, STRIPES_HOT,
    )  # fmt: skip
    low = {(row["offer_id"], row["seller_id"]) for row in rows if row["is_low"]}
    return {row["sku_id"] for row in rows}, low


async def offers_of(work: Work, sku_id: int) -> set[tuple[int, int]]:
    """The (offer, seller) of a SKU."""
    rows = await work.db.fetch("SELECT DISTINCT offer_id, seller_id FROM stock WHERE sku_id = $1", sku_id)
    return {(row["offer_id"], row["seller_id"]) for row in rows}


async def stripes(work: Work, sku_ids: Sequence[int]) -> dict[int, list[Stripe]]:
    """The stripes of some SKUs as they are committed now, in order."""
    rows = await work.db.fetch(
        "SELECT sku_id, stripe, on_hand, reserved FROM stock WHERE sku_id = ANY ($1::bigint[]) ORDER BY sku_id, stripe",
        sku_ids,
    )
    found: dict[int, list[Stripe]] = {sku_id: [] for sku_id in sku_ids}
    for row in rows:
        found[row["sku_id"]].append(Stripe(*row))
    return found


async def lock_stripes(work: Work, sku_id: int) -> list[Stripe]:
    """All stripes of one SKU for update, in order."""
    rows = await work.db.fetch(
        "SELECT sku_id, stripe, on_hand, reserved FROM stock WHERE sku_id = $1 ORDER BY stripe FOR UPDATE",
        sku_id,
    )
    return [Stripe(*row) for row in rows]


async def take_from_stripes(work: Work, parts: Sequence[tuple[Claim, int, int]]) -> None:
    """Reserves (claim, stripe, quantity) from stripes that are locked and known to hold them."""
    by_stripe: dict[tuple[int, int], int] = {}
    for claim, stripe, quantity in parts:
        by_stripe[claim.sku_id, stripe] = by_stripe.get((claim.sku_id, stripe), 0) + quantity
    await work.db.executemany(
        "UPDATE stock SET reserved = reserved + $3 WHERE sku_id = $1 AND stripe = $2",
        [(*key, quantity) for key, quantity in by_stripe.items()],
    )
    await work.db.executemany(
        "INSERT INTO stock_reservation (sku_id, order_id, line_no, stripe, quantity) VALUES ($1, $2, $3, $4, $5)",
        [
            (claim.sku_id, claim.order_id, claim.line_no, stripe, quantity)
            for claim, stripe, quantity in parts
        ],
    )


# An order's reservations change only under the order's lock, so they are read and written in one statement.
_LET_GO = """
WITH asked AS (
    SELECT * FROM unnest($2::int[], $3::bigint[]) AS a(line_no, quantity)
), held AS (
    SELECT r.sku_id, r.order_id, r.line_no, r.stripe, r.quantity AS held,
           CASE WHEN $4 THEN r.quantity ELSE least(r.quantity, greatest(0, a.quantity - coalesce(sum(r.quantity) OVER (
               PARTITION BY r.line_no ORDER BY r.stripe ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0)))
           END AS gone
      FROM stock_reservation r LEFT JOIN asked a USING (line_no)
     WHERE r.order_id = $1 AND ($4 OR a.line_no IS NOT NULL)
), ended AS (
    DELETE FROM stock_reservation r USING held h
     WHERE (r.sku_id, r.order_id, r.line_no, r.stripe) = (h.sku_id, h.order_id, h.line_no, h.stripe)
       AND h.gone = h.held
), lessened AS (
    UPDATE stock_reservation r SET quantity = r.quantity - h.gone FROM held h
     WHERE (r.sku_id, r.order_id, r.line_no, r.stripe) = (h.sku_id, h.order_id, h.line_no, h.stripe)
       AND h.gone > 0 AND h.gone < h.held
), freed AS (
    UPDATE stock s
       SET reserved = s.reserved - f.gone,
           on_hand = s.on_hand - CASE WHEN $5 THEN f.gone ELSE 0 END,
           sold = s.sold + CASE WHEN $5 THEN f.gone ELSE 0 END
      FROM (SELECT sku_id, stripe, sum(gone) AS gone FROM held GROUP BY sku_id, stripe ORDER BY sku_id, stripe) f
     WHERE s.sku_id = f.sku_id AND s.stripe = f.stripe AND f.gone > 0
    RETURNING s.offer_id, s.seller_id, f.gone, s.on_hand - s.reserved AS free
)
SELECT offer_id, f.seller_id, sum(gone)::bigint AS gone, bool_or((f.free - gone) / o.lot * o.lot < o.moq) AS was_low
  FROM freed f LEFT JOIN offer o USING (offer_id) GROUP BY offer_id, f.seller_id
"""


async def let_go(
    work: Work, order_id: int, lines: Mapping[int, int] | None, *, shipped: bool
) -> list[tuple[int, int, int, bool]]:
    """Ends reservations of an order, all or so many pieces of some lines; shipped pieces leave the house.

    Tells (offer, seller, pieces, whether what was free of a SKU before may have been less than a minimum order).
    """
    rows = await work.db.fetch(
        _LET_GO, order_id, list(lines or {}), list((lines or {}).values()), lines is None, shipped
    )
    return [(row["offer_id"], row["seller_id"], int(row["gone"]), row["was_low"]) for row in rows]


async def open_stripes(work: Work, rows: Sequence[tuple[int, int, int]]) -> None:
    """The first, empty stripe of new SKUs: (SKU, offer, seller)."""
    await work.db.execute(
        "INSERT INTO stock (sku_id, stripe, offer_id, seller_id, on_hand)"
        " SELECT sku_id, 0, offer_id, seller_id, 0"
        "   FROM unnest($1::bigint[], $2::bigint[], $3::bigint[]) AS n(sku_id, offer_id, seller_id)",
        *map(list, zip(*rows, strict=True)),
    )


_CHANGE = """
WITH change AS (
    SELECT * FROM unnest($1::bigint[], $2::int[], $3::bigint[]) AS c(sku_id, stripe, quantity)
)
UPDATE stock s SET on_hand = s.on_hand + c.quantity FROM change c
 WHERE s.sku_id = c.sku_id AND s.stripe = c.stripe AND s.on_hand + c.quantity >= s.reserved
RETURNING s.sku_id, s.offer_id, s.seller_id
"""


async def change(work: Work, changes: Sequence[Change]) -> list[tuple[int, int, int]]:
    """Changes what is on hand; asks for another try where stock was reserved in between. Tells (SKU, offer, seller)."""
    rows = await work.db.fetch(
        _CHANGE, [c.sku_id for c in changes], [c.stripe for c in changes], [c.quantity for c in changes]
    )
    if len(rows) < len(changes):
        raise asyncpg.SerializationError
    return sorted({(row["sku_id"], row["offer_id"], row["seller_id"]) for row in rows})


async def note_moves(work: Work, kind: str, quantities: Mapping[int, int], reason: str) -> None:
    """Writes why stock changed, with what is on hand after it."""
    await work.db.execute(
        "INSERT INTO stock_move (sku_id, move_id, kind, quantity, on_hand, reason, moved_at, moved_by)"
        " SELECT m.sku_id, m.move_id, $4, m.quantity,"
        "        (SELECT sum(s.on_hand) FROM stock s WHERE s.sku_id = m.sku_id), $5, $6, $7"
        "   FROM unnest($1::bigint[], $2::bigint[], $3::bigint[]) AS m(sku_id, move_id, quantity)",
        list(quantities), [work.new_id() for _ in quantities], list(quantities.values()),
        kind, reason, work.now, work.actor.person_id,
    )  # fmt: skip


async def add_stripes(work: Work, sku_id: int) -> None:
    """Gives a SKU the stripes of a hot one, empty where they are new."""
    await work.db.execute(
        "INSERT INTO stock (sku_id, stripe, offer_id, seller_id, on_hand)"
        " SELECT s.sku_id, n, s.offer_id, s.seller_id, 0"
        "   FROM stock s, generate_series(1, $2::int - 1) AS n WHERE s.sku_id = $1 AND s.stripe = 0"
        " ON CONFLICT DO NOTHING",
        sku_id, STRIPES_HOT,
    )  # fmt: skip


async def own_sku(work: Work, sku_id: int) -> bool:
    """Tells whether a SKU is of the actor's organisation."""
    return bool(
        await work.db.fetchval(
            "SELECT true FROM stock WHERE sku_id = $1 AND stripe = 0 AND seller_id = $2",
            sku_id,
            work.actor.org_id,
        )
    )


async def moves(work: Work, sku_id: int, before: int, limit: int) -> list[Any]:
    """A SKU's stock moves, newest first."""
    rows: list[Any] = await work.db.fetch(
        "SELECT move_id, kind, quantity, on_hand, reason, moved_at, moved_by FROM stock_move"
        " WHERE sku_id = $1 AND move_id < $2 ORDER BY move_id DESC LIMIT $3",
        sku_id, before, limit,
    )  # fmt: skip
    return rows


_MISFITS = """
SELECT sku_id, stripe, reserved, coalesce(spoken, 0) AS spoken, on_hand
  FROM stock s
  FULL JOIN (SELECT sku_id, stripe, sum(quantity)::bigint AS spoken FROM stock_reservation GROUP BY 1, 2) r
      USING (sku_id, stripe)
 WHERE reserved IS DISTINCT FROM coalesce(spoken, 0) OR on_hand < reserved OR reserved < 0 OR sold < 0
 LIMIT $1
"""


async def misfits(work: Work, limit: int) -> list[Any]:
    """Stripes whose reserved pieces are not the sum of their reservations. Looks at the whole market: for `verify`."""
    rows: list[Any] = await work.db.fetch(_MISFITS, limit)
    return rows
