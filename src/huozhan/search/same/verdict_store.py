"""Rows of what people decide of identical goods: operators' verdicts, and what suppliers object to."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

import msgspec

from huozhan.kernel.work import Work
from huozhan.search.same.grouping import Pair
from huozhan.search.same.report import Report, ReportState

_COLUMNS = ", ".join(Report.__struct_fields__)


class VerdictRow(msgspec.Struct, frozen=True, kw_only=True):
    """What an operator decided of two offers."""

    one_id: int
    other_id: int
    verdict: str
    reason: str
    decided_at: datetime


async def decide_pairs(work: Work, pairs: Collection[Pair], verdict: str, reason: str) -> None:
    """Writes what an operator decided of pairs; that two are apart stays as it was first said."""
    rows = sorted(pairs)
    await work.db.execute(
        "INSERT INTO same_verdict (one_id, other_id, verdict, reason, decided_at, decided_by)"
        " SELECT one, other, $3, $4, $5, $6 FROM unnest($1::bigint[], $2::bigint[]) AS pair(one, other)"
        " ON CONFLICT (one_id, other_id) DO UPDATE SET verdict = EXCLUDED.verdict, reason = EXCLUDED.reason,"
        " decided_at = EXCLUDED.decided_at, decided_by = EXCLUDED.decided_by WHERE same_verdict.verdict <> 'apart'",
        [one for one, _ in rows], [other for _, other in rows], verdict, reason, work.now, work.actor.person_id,
    )  # fmt: skip


async def about(work: Work, offer_ids: Collection[int], limit: int) -> list[VerdictRow]:
    """What was decided of these offers and any others, the latest first."""
    rows = await work.db.fetch(
        "SELECT one_id, other_id, verdict, reason, decided_at FROM same_verdict"
        " WHERE one_id = ANY ($1::bigint[]) OR other_id = ANY ($1::bigint[]) ORDER BY decided_at DESC, one_id, other_id LIMIT $2",
        sorted(offer_ids), limit,
    )  # fmt: skip
    return [VerdictRow(**dict(row)) for row in rows]


async def file(work: Work, report: Report) -> bool:
    """Writes an objection; tells whether none was open about this offer."""
    marks = ", ".join(f"${at}" for at in range(1, 1 + len(Report.__struct_fields__)))
    row = await work.db.fetchrow(
        f"INSERT INTO same_report ({_COLUMNS}) VALUES ({marks})"
        " ON CONFLICT (offer_id) WHERE state = 'filed' DO NOTHING RETURNING 1",
        *[getattr(report, name) for name in Report.__struct_fields__],
    )
    return row is not None


async def last_own(work: Work, offer_id: int) -> Report | None:
    """The latest objection of the actor's organisation about an offer."""
    row = await work.db.fetchrow(
        f"SELECT {_COLUMNS} FROM same_report WHERE offer_id = $1 AND seller_id = $2 ORDER BY report_id DESC LIMIT 1",
        offer_id, work.actor.org_id,
    )  # fmt: skip
    return _report(row) if row else None


async def for_update(work: Work, report_id: int) -> Report | None:
    """One objection, locked; asked by the market only."""
    row = await work.db.fetchrow(
        f"SELECT {_COLUMNS} FROM same_report WHERE report_id = $1 FOR UPDATE", report_id
    )
    return _report(row) if row else None


async def open_page(work: Work, after_id: int, limit: int) -> list[Report]:
    """Objections that wait to be decided, the oldest first; asked by the market only."""
    rows = await work.db.fetch(
        f"SELECT {_COLUMNS} FROM same_report WHERE state = $3 AND report_id > $1 ORDER BY report_id LIMIT $2",
        after_id, limit, ReportState.filed,
    )  # fmt: skip
    return [_report(row) for row in rows]


async def open_count(work: Work, limit: int) -> int:
    """How many objections wait to be decided; counted up to a bound."""
    count: int = await work.db.fetchval(
        "SELECT count(*) FROM (SELECT 1 FROM same_report WHERE state = $2 LIMIT $1) AS waiting",
        limit, ReportState.filed,
    )  # fmt: skip
    return count


async def decide(work: Work, report: Report) -> None:
    """Writes what was decided."""
    await work.db.execute(
        "UPDATE same_report SET state = $2, decided_at = $3, decided_by = $4, answer = $5 WHERE report_id = $1",
        report.report_id, report.state, report.decided_at, report.decided_by, report.answer,
    )  # fmt: skip


def _report(row: Any) -> Report:
    return Report(**dict(row) | {"state": ReportState(row["state"])})
