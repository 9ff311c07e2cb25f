"""Wishes for invoices; a wish belongs to its order."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from huozhan.invoicing.wish import WishState
from huozhan.kernel.work import Work

Row = Mapping[str, Any]


async def add(work: Work, wished: Sequence[tuple[int, int, int, str]], state: WishState) -> None:
    """Keeps wishes: (order, buyer, title, kind), each once."""
    await work.db.execute(
        "INSERT INTO invoice_wish (order_id, buyer_id, title_id, kind, state, wished_at)"
        " SELECT w.*, $5, $6 FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::text[]) AS w ON CONFLICT DO NOTHING",
        *[[one[at] for one in wished] for at in range(4)], state, work.now,
    )  # fmt: skip


async def open_of(work: Work, order_ids: Collection[int]) -> list[int]:
    """Which of these orders have a wish that is still open."""
    rows = await work.db.fetch(
        "SELECT order_id FROM invoice_wish WHERE order_id = ANY ($1::bigint[]) AND state = 'open' ORDER BY order_id",
        sorted(order_ids),
    )
    return [row["order_id"] for row in rows]


async def lock(work: Work, order_id: int) -> Row | None:
    """The wish of an order, locked; the caller looks at whose it is."""
    row: Row | None = await work.db.fetchrow(
        "SELECT * FROM invoice_wish WHERE order_id = $1 FOR UPDATE", order_id
    )
    return row


async def save(work: Work, order_id: int, state: WishState, *, invoice_id: int = 0, why: str = "") -> None:
    """Writes what became of it."""
    await work.db.execute(
        "UPDATE invoice_wish SET state = $2, invoice_id = $3, why = $4 WHERE order_id = $1",
        order_id, state, invoice_id, why,
    )  # fmt: skip


async def of_buyer(work: Work, order_id: int) -> Row | None:
    """The wish of an order that the actor's organisation bought, with its title if it is still kept."""
    row: Row | None = await work.db.fetchrow(
        "SELECT w.*, t.details FROM invoice_wish w LEFT JOIN invoice_title t ON t.org_id = w.buyer_id"
        " AND t.title_id = w.title_id WHERE w.order_id = $1 AND w.buyer_id = $2",
        order_id, work.actor.org_id,
    )  # fmt: skip
    return row
