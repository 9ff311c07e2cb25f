"""Notices: what an organisation should hear of, shown to the members whose role it concerns."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from huozhan.kernel.paging import read_cursor, write_cursor
from huozhan.kernel.shapes import PAGE_SIZE, Ask, Cursor, Done, Id, Nothing, PageSize, View
from huozhan.kernel.work import Work, use_case
from huozhan.messaging.store import notices as store

UNREAD_MAX = 100
"""Nobody counts further than this; pages show 99+."""


class NoticeToTell(msgspec.Struct, frozen=True, kw_only=True):
    """A notice for an organisation. `kind` is a key of the words under `notice.`; facts fill its parameters.

    With a permission only the members who hold it see the notice, with a person only that one. Facts never hold personal data.
    """

    org_id: int
    kind: str
    facts: Mapping[str, Any] = {}
    link: str = ""
    permission: str = ""
    person_id: int = 0


class Notices(Ask, frozen=True, kw_only=True):
    """Which page of the notices."""

    cursor: Cursor | None = None
    limit: PageSize = PAGE_SIZE


class ReadNotices(Ask, frozen=True):
    """Up to which notice all are read."""

    up_to: Id


class NoticeView(View, frozen=True, kw_only=True):
    """A notice; the door says it in the reader's words."""

    notice_id: Id
    kind: str
    facts: dict[str, Any]
    link: str
    told_at: datetime
    is_read: bool


class NoticeList(View, frozen=True, kw_only=True):
    """A page of notices, the latest first, and how many are unread (at most 100)."""

    items: list[NoticeView]
    unread: int
    next_cursor: str | None = None


class Unread(View, frozen=True):
    """How many notices are unread, counted up to 100."""

    count: int


async def tell(
    work: Work, org_id: int, kind: str, facts: Mapping[str, Any], link: str = "", permission: str = ""
) -> None:
    """Leaves a notice for an organisation."""
    await tell_all(
        work, [NoticeToTell(org_id=org_id, kind=kind, facts=facts, link=link, permission=permission)]
    )


async def tell_all(work: Work, notices: Sequence[NoticeToTell]) -> None:
    """Leaves many notices in one statement."""
    if notices:
        await store.add_notices(work, notices)


@use_case("org.view", writes=False)
async def notices(work: Work, ask: Notices) -> NoticeList:
    """The organisation's notices that concern the reader's role."""
    before = read_cursor(ask.cursor, int)
    read_through = await store.read_through(work)
    rows = await store.notices(work, int(before[0]) if before else None, ask.limit + 1)
    shown = rows[: ask.limit]
    return NoticeList(
        items=[
            NoticeView(
                notice_id=str(row["notice_id"]),
                kind=row["kind"],
                facts=msgspec.json.decode(row["facts"]),
                link=row["link"],
                told_at=row["told_at"],
                is_read=row["notice_id"] <= read_through,
            )
            for row in shown
        ],
        unread=await store.count_unread(work, UNREAD_MAX),
        next_cursor=write_cursor(shown[-1]["notice_id"]) if len(rows) > ask.limit else None,
    )


@use_case("org.view", writes=False)
async def unread_notices(work: Work, _ask: Nothing) -> Unread:
    """How many notices the reader has not seen."""
    return Unread(await store.count_unread(work, UNREAD_MAX))


@use_case("org.view", writes=True)
async def read_notices(work: Work, ask: ReadNotices) -> Done:
    """Marks the reader's notices as read up to one; what came later stays unread."""
    await store.mark_read(work, int(ask.up_to))
    return Done()
