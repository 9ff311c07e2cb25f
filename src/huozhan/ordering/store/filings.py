"""Rows of what sellers ask for when they cannot ship in time: more time from the buyer, an exemption from the market."""

from datetime import datetime
from typing import Any

import msgspec

from huozhan.kernel.work import Work
from huozhan.ordering.exemption import FilingState, LongerState


class Longer(msgspec.Struct, frozen=True, kw_only=True):
    """A question for a longer promise."""

    request_id: int
    state: LongerState
    hours: int
    reason: str
    asked_at: datetime
    asked_by: int
    answered_at: datetime | None = None
    answered_by: int | None = None


_LONGER = ", ".join(Longer.__struct_fields__)


async def ask_longer(work: Work, order_id: int, longer: Longer) -> None:
    """Writes a question. The order is locked by the caller."""
    await work.db.execute(
        f"INSERT INTO order_longer_promise (order_id, {_LONGER}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        order_id, *[getattr(longer, name) for name in Longer.__struct_fields__],
    )  # fmt: skip


async def open_longer(work: Work, order_id: int) -> Longer | None:
    """The question of an order, read within the caller's reach, that waits for the buyer."""
    row = await work.db.fetchrow(
        f"SELECT {_LONGER} FROM order_longer_promise WHERE order_id = $1 AND state = 'asked'", order_id
    )
    return Longer(**dict(row) | {"state": LongerState(row["state"])}) if row else None


async def answer_longer(work: Work, order_id: int, longer: Longer) -> None:
    """Writes how a question ended. The order is locked by the caller."""
    await work.db.execute(
        "UPDATE order_longer_promise SET state = $3, answered_at = $4, answered_by = $5"
        " WHERE order_id = $1 AND request_id = $2",
        order_id, longer.request_id, longer.state, longer.answered_at, longer.answered_by,
    )  # fmt: skip


class Filing(msgspec.Struct, frozen=True, kw_only=True):
    """A seller's wish that one order be exempt, with proof."""

    order_id: int
    filing_id: int
    number: str
    seller_id: int
    state: FilingState
    kind: str
    from_at: datetime
    until_at: datetime
    reason: str
    evidence_url: str
    filed_at: datetime
    filed_by: int
    decide_due_at: datetime
    decided_at: datetime | None = None
    decided_by: int | None = None
    answer: str = ""


_FILING = ", ".join(Filing.__struct_fields__)


async def file(work: Work, filing: Filing) -> None:
    """Writes a filing. The order is locked by the caller."""
    marks = ", ".join(f"${at}" for at in range(1, 1 + len(Filing.__struct_fields__)))
    await work.db.execute(
        f"INSERT INTO order_exemption_filing ({_FILING}) VALUES ({marks})",
        *[getattr(filing, name) for name in Filing.__struct_fields__],
    )


async def of_order(work: Work, order_id: int) -> list[Filing]:
    """The filings of an order, read within the caller's reach, the newest first."""
    rows = await work.db.fetch(
        f"SELECT {_FILING} FROM order_exemption_filing WHERE order_id = $1 ORDER BY filing_id DESC", order_id
    )
    return [_filing(row) for row in rows]


async def for_update(work: Work, order_id: int, filing_id: int) -> Filing | None:
    """One filing, locked; asked by the market only."""
    row = await work.db.fetchrow(
        f"SELECT {_FILING} FROM order_exemption_filing WHERE order_id = $1 AND filing_id = $2 FOR UPDATE",
        order_id, filing_id,
    )  # fmt: skip
    return _filing(row) if row else None


async def open_page(work: Work, after: int, limit: int) -> list[Filing]:
    """Filings of the whole market that wait to be decided, the oldest first; asked by the market only."""
    rows = await work.db.fetch(
        f"SELECT {_FILING} FROM order_exemption_filing WHERE state = 'filed' AND filing_id > $1"
        " ORDER BY filing_id LIMIT $2",
        after, limit,
    )  # fmt: skip
    return [_filing(row) for row in rows]


async def open_count(work: Work, limit: int) -> int:
    """How many filings wait to be decided; counted up to a bound."""
    count: int = await work.db.fetchval(
        "SELECT count(*) FROM (SELECT 1 FROM order_exemption_filing WHERE state = 'filed' LIMIT $1) AS waiting",
        limit,
    )
    return count


async def open_one(work: Work, filing_id: int) -> Filing | None:
    """A filing that waits to be decided; asked by the market's clock."""
    row = await work.db.fetchrow(
        f"SELECT {_FILING} FROM order_exemption_filing WHERE state = 'filed' AND filing_id = $1", filing_id
    )
    return _filing(row) if row else None


async def decide(work: Work, filing: Filing) -> None:
    """Writes how a locked filing was decided."""
    await work.db.execute(
        "UPDATE order_exemption_filing SET state = $3, decided_at = $4, decided_by = $5, answer = $6"
        " WHERE order_id = $1 AND filing_id = $2",
        filing.order_id, filing.filing_id, filing.state, filing.decided_at, filing.decided_by, filing.answer,
    )  # fmt: skip


def _filing(row: Any) -> Filing:
    return Filing(**dict(row) | {"state": FilingState(row["state"])})
