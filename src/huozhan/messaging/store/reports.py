"""Every query of reports: under a conversation that was read, or by the market."""

from datetime import datetime
from typing import Any

import msgspec

from huozhan.kernel.refusals import NotFound
from huozhan.kernel.work import Work
from huozhan.messaging.conversation import Conversation, Side

_READ = (
    "SELECT r.conversation_id, r.report_id, r.side, r.cause, r.note, r.last_no, r.reported_at, r.outcome, c.buyer_id,"
    " c.seller_id FROM conversation_report r JOIN conversation c ON c.conversation_id = r.conversation_id"
)


class ReportRow(msgspec.Struct, frozen=True, kw_only=True):
    """A report as it is read from its row, with the two sides."""

    conversation_id: int
    report_id: int
    side: Side
    cause: str
    note: str
    last_no: int
    reported_at: datetime
    outcome: str | None
    buyer_id: int
    seller_id: int


async def is_open(work: Work, conversation: Conversation, side: Side) -> bool:
    """Tells whether a side's report waits."""
    return bool(
        await work.db.fetchval(
            "SELECT true FROM conversation_report WHERE conversation_id = $1 AND side = $2 AND outcome IS NULL",
            conversation.conversation_id, side,
        )
    )  # fmt: skip


async def add(work: Work, conversation: Conversation, side: Side, cause: str, note: str) -> None:
    """Writes a report of what was said so far."""
    await work.db.execute(
        "INSERT INTO conversation_report (conversation_id, report_id, side, cause, note, last_no, reported_at, reported_by)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        conversation.conversation_id, work.new_id(), side, cause, note, conversation.last_no, work.now,
        work.actor.person_id,
    )  # fmt: skip


async def waiting(work: Work, after: int, limit: int) -> list[ReportRow]:
    """The reports of the whole market that wait, the oldest first."""
    rows = await work.db.fetch(
        f"{_READ} WHERE r.outcome IS NULL AND r.report_id > $1 ORDER BY r.report_id LIMIT $2", after, limit
    )
    return [_row(row) for row in rows]


async def read(work: Work, report_id: int) -> ReportRow:
    """One report, for the market."""
    row = await work.db.fetchrow(f"{_READ} WHERE r.report_id = $1", report_id)
    if row is None:
        raise NotFound(report_id=str(report_id))
    return _row(row)


async def judge(work: Work, report: ReportRow, outcome: str) -> bool:
    """Ends a report that waits; tells whether it did."""
    ended = await work.db.fetchval(
        "UPDATE conversation_report SET outcome = $3, judged_at = $4, judged_by = $5"
        " WHERE conversation_id = $1 AND report_id = $2 AND outcome IS NULL RETURNING true",
        report.conversation_id, report.report_id, outcome, work.now, work.actor.person_id,
    )  # fmt: skip
    return bool(ended)


def _row(row: Any) -> ReportRow:
    return ReportRow(**{**dict(row), "side": Side(row["side"])})
