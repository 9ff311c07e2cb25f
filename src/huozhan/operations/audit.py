"""Every act of an operator leaves an entry: who, what, to what, why."""

from datetime import datetime
from typing import Annotated, Any

import msgspec

from huozhan import parties
from huozhan.kernel.paging import Page, read_cursor, write_cursor
from huozhan.kernel.shapes import Ask, Cursor, PageSize, View
from huozhan.kernel.work import Work, use_case
from huozhan.operations import store


class AuditEntry(View, frozen=True, kw_only=True):
    """One act of an operator."""

    entry_id: str
    person_id: str
    person: str
    act: str
    about: str
    reason: str
    facts: dict[str, Any]
    acted_at: datetime


class ListAudit(Ask, frozen=True, kw_only=True):
    """Which acts to list: of one kind, by one person, about one thing; what is empty means all."""

    act: Annotated[str, msgspec.Meta(max_length=60)] = ""
    by: Annotated[str, msgspec.Meta(max_length=60)] = ""
    about: Annotated[str, msgspec.Meta(max_length=100)] = ""
    cursor: Cursor = ""
    limit: PageSize = 50


async def note_act(work: Work, act: str, *, about: str, reason: str, **facts: Any) -> None:
    """Writes down what the operator at hand does."""
    await store.add_entry(work, act, about, reason, msgspec.json.encode(facts).decode())


@use_case("market.view", writes=False)
async def audit_log(work: Work, ask: ListAudit) -> Page[AuditEntry]:
    """What operators did, the latest first."""
    after = read_cursor(ask.cursor, int)
    by = await parties.people_called(work, ask.by.strip()) if ask.by.strip() else None
    rows = await store.entries(
        work,
        act=ask.act,
        by=by,
        about=ask.about.strip(),
        before_id=int(after[0]) if after else None,
        limit=ask.limit + 1,
    )
    names = await parties.person_names(work, {row["person_id"] for row in rows})
    entries = [
        AuditEntry(
            entry_id=str(row["entry_id"]),
            person_id=str(row["person_id"]),
            person=names.get(row["person_id"], ""),
            act=row["act"],
            about=row["about"],
            reason=row["reason"],
            facts=msgspec.json.decode(row["facts"]),
            acted_at=row["acted_at"],
        )
        for row in rows[: ask.limit]
    ]
    return Page(entries, write_cursor(rows[ask.limit - 1]["entry_id"]) if len(rows) > ask.limit else None)
