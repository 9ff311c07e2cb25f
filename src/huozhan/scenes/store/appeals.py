"""Rows of appeals: a supplier's own, or the market's queue."""

from collections.abc import Collection
from typing import Any

from huozhan.kernel.work import Work
from huozhan.scenes.appeal import Appeal, AppealState
from huozhan.scenes.measure import Measure

_COLUMNS = ", ".join(Appeal.__struct_fields__)


async def file(work: Work, appeal: Appeal) -> bool:
    """Writes an appeal; tells whether there was none about this order and measure yet."""
    marks = ", ".join(f"${at}" for at in range(1, 1 + len(Appeal.__struct_fields__)))
    row = await work.db.fetchrow(
        f"INSERT INTO service_appeal ({_COLUMNS}) VALUES ({marks})"
        " ON CONFLICT (order_id, measure) DO NOTHING RETURNING 1",
        *[getattr(appeal, name) for name in Appeal.__struct_fields__],
    )
    return row is not None


async def own(work: Work, before_id: int, limit: int) -> list[Appeal]:
    """The appeals of the actor's organisation, the newest first."""
    rows = await work.db.fetch(
        f"SELECT {_COLUMNS} FROM service_appeal WHERE seller_id = $1 AND appeal_id < $2"
        " ORDER BY appeal_id DESC LIMIT $3",
        work.actor.org_id, before_id, limit,
    )  # fmt: skip
    return [_appeal(row) for row in rows]


async def own_of(work: Work, order_ids: Collection[int], measure: Measure) -> dict[int, Appeal]:
    """The appeals of the actor's organisation about some orders and one measure."""
    rows = await work.db.fetch(
        f"SELECT {_COLUMNS} FROM service_appeal"
        " WHERE seller_id = $1 AND order_id = ANY ($2::bigint[]) AND measure = $3",
        work.actor.org_id, list(order_ids), measure,
    )  # fmt: skip
    return {row["order_id"]: _appeal(row) for row in rows}


async def accepted(work: Work, order_ids: Collection[int]) -> set[tuple[int, Measure]]:
    """Which of some orders count no more, and for which measure; for the market's own count."""
    rows = await work.db.fetch(
        "SELECT order_id, measure FROM service_appeal WHERE order_id = ANY ($1::bigint[]) AND state = $2",
        list(order_ids), AppealState.accepted,
    )  # fmt: skip
    return {(row["order_id"], Measure(row["measure"])) for row in rows}


async def for_update(work: Work, order_id: int, appeal_id: int) -> Appeal | None:
    """One appeal, locked; asked by the market only."""
    row = await work.db.fetchrow(
        f"SELECT {_COLUMNS} FROM service_appeal WHERE order_id = $1 AND appeal_id = $2 FOR UPDATE",
        order_id, appeal_id,
    )  # fmt: skip
    return _appeal(row) if row else None


async def open_page(work: Work, after_id: int, limit: int) -> list[Appeal]:
    """Appeals of the whole market that wait to be decided, the oldest first; asked by the market only."""
    rows = await work.db.fetch(
        f"SELECT {_COLUMNS} FROM service_appeal WHERE state = $3 AND appeal_id > $1 ORDER BY appeal_id LIMIT $2",
        after_id, limit, AppealState.filed,
    )  # fmt: skip
    return [_appeal(row) for row in rows]


async def open_count(work: Work, limit: int) -> int:
    """How many appeals wait to be decided; counted up to a bound."""
    count: int = await work.db.fetchval(
        "SELECT count(*) FROM (SELECT 1 FROM service_appeal WHERE state = $2 LIMIT $1) AS waiting",
        limit, AppealState.filed,
    )  # fmt: skip
    return count


async def decide(work: Work, appeal: Appeal) -> None:
    """Writes how a locked appeal was decided."""
    await work.db.execute(
        "UPDATE service_appeal SET state = $3, decided_at = $4, decided_by = $5, answer = $6"
        " WHERE order_id = $1 AND appeal_id = $2",
        appeal.order_id, appeal.appeal_id, appeal.state, appeal.decided_at, appeal.decided_by, appeal.answer,
    )  # fmt: skip


def _appeal(row: Any) -> Appeal:
    return Appeal(**dict(row) | {"state": AppealState(row["state"]), "measure": Measure(row["measure"])})
