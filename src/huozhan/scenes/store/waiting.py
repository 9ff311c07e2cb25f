"""Orders that wait to be judged, and the walk through all of them; the market's own queue."""

from collections.abc import Collection, Sequence
from datetime import datetime

from huozhan.kernel.work import Work


async def look_again(work: Work, order_ids: Collection[int], at: datetime) -> None:
    """Has orders judged at a moment, or earlier where they wait already; in one order, against deadlocks."""
    await work.db.execute(
        "INSERT INTO service_waiting (order_id, look_at) SELECT order_id, $2 FROM unnest($1::bigint[]) AS o(order_id)"
        " ORDER BY order_id ON CONFLICT (order_id) DO UPDATE SET look_at = least(service_waiting.look_at, $2)",
        list(order_ids), at,
    )  # fmt: skip


async def take_waiting(work: Work, before: datetime, limit: int) -> list[int]:
    """The next orders that wait; what happens to one of them meanwhile has it wait again once this work is done."""
    rows = await work.db.fetch(
        "SELECT order_id FROM service_waiting WHERE look_at <= $1 ORDER BY look_at, order_id LIMIT $2 FOR UPDATE",
        before, limit,
    )  # fmt: skip
    return [row["order_id"] for row in rows]


async def judged(work: Work, order_ids: Sequence[int], next_at: Sequence[datetime | None]) -> None:
    """Lets orders wait for their next moment, or no more."""
    await work.db.execute(
        "WITH next AS (SELECT * FROM unnest($1::bigint[], $2::timestamptz[]) AS n(order_id, look_at)), gone AS ("
        " DELETE FROM service_waiting w USING next n WHERE w.order_id = n.order_id AND n.look_at IS NULL)"
        " UPDATE service_waiting w SET look_at = n.look_at FROM next n"
        " WHERE w.order_id = n.order_id AND n.look_at IS NOT NULL",
        list(order_ids), list(next_at),
    )  # fmt: skip


async def walked_to(work: Work) -> int | None:
    """After which order the walk through all of them goes on; None once it is done."""
    row = await work.db.fetchrow("SELECT after_id, done_at FROM service_walk WHERE walk = 'all' FOR UPDATE")
    return None if row["done_at"] else row["after_id"]


async def walk_on(work: Work, after_id: int, *, is_done: bool) -> None:
    """Notes how far the walk has come."""
    await work.db.execute(
        "UPDATE service_walk SET after_id = $1, done_at = $2 WHERE walk = 'all'",
        after_id, work.now if is_done else None,
    )  # fmt: skip
