"""Rows of rulings: written once, never changed; the caller has read or locked the case."""

from datetime import datetime

import msgspec

from huozhan.aftersales.case import Case
from huozhan.kernel.work import Work


class Ruling(msgspec.Struct, frozen=True, kw_only=True):
    """What the market decided, by which rules and why."""

    round: int
    outcome: str
    goods_minor: int
    freight_minor: int
    freight_bearer: str
    compensation_minor: int
    liability: str
    needs_return: bool
    restock: bool
    rules: list[str]
    reason: str
    ruled_at: datetime
    ruled_by: int


_RULING = ", ".join(Ruling.__struct_fields__)


async def add(work: Work, case: Case, ruling: Ruling) -> None:
    """Writes a ruling; the key refuses a second one of the same round."""
    values = [getattr(ruling, name) for name in Ruling.__struct_fields__]
    marks = ", ".join(f"${i}" for i in range(3, 3 + len(values)))
    await work.db.execute(
        f"INSERT INTO aftersale_ruling (order_id, case_id, {_RULING}) VALUES ($1, $2, {marks})",
        case.order_id, case.case_id, *values,
    )  # fmt: skip


async def all_of(work: Work, case: Case) -> list[Ruling]:
    """The rulings of a case, the first first."""
    rows = await work.db.fetch(
        f"SELECT {_RULING} FROM aftersale_ruling WHERE order_id = $1 AND case_id = $2 ORDER BY round",
        case.order_id, case.case_id,
    )  # fmt: skip
    return [Ruling(**dict(row)) for row in rows]


async def last(work: Work, case: Case) -> Ruling:
    """The ruling that stands."""
    return (await all_of(work, case))[-1]
