"""History: what a person looked at; written in batches, limited, forgotten on wish and with age."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from huozhan.interest import store
from huozhan.interest.asks import ForgetHistory, History
from huozhan.interest.glance import Glance
from huozhan.interest.showing import shown_offers, titles
from huozhan.interest.views import OwnGlance, SeenOffer
from huozhan.interest.watching import forget_watches
from huozhan.kernel.paging import Page, read_cursor, write_cursor
from huozhan.kernel.shapes import Bilingual, Done
from huozhan.kernel.work import Work, use_case

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


async def note_glances(work: Work, glances: Sequence[Glance]) -> None:
    """Writes what a web process gathered; each person's oldest beyond the limit go."""
    await store.note_seen(work, glances)
    await store.trim_seen(work, {one.person_id for one in glances}, work.rule("interest.history_most").value)


async def take_history(work: Work, offer_ids: Sequence[int]) -> int:
    """Makes offers that a browser remembered, the latest first, part of the actor's own history."""
    glances = [
        Glance(work.actor.person_id, offer_id, work.now - place * _MICROSECOND)
        for place, offer_id in enumerate(offer_ids)
    ]
    if glances:
        await note_glances(work, glances)
    return len(glances)


@use_case("self", writes=False)
async def my_history(work: Work, ask: History) -> Page[SeenOffer]:
    """What the reader looked at, the latest first."""
    since = work.now - work.rule("interest.history_kept").span
    before = read_cursor(ask.cursor, int, int)
    rows = await store.seen(
        work,
        since,
        (_EPOCH + int(before[0]) * _MICROSECOND, int(before[1])) if before else None,
        ask.size + 1,
    )
    seen = rows[: ask.size]
    ids = [row["offer_id"] for row in seen]
    shown = await shown_offers(work, ids)
    called = await titles(work, shown, ids)
    views = [
        SeenOffer(
            offer_id=str(row["offer_id"]),
            title=called.get(row["offer_id"], Bilingual()),
            shown=shown.get(row["offer_id"]),
            seen_at=row["seen_at"],
            times=row["times"],
        )
        for row in seen
    ]
    return Page(views, _cursor_after(seen[-1]) if len(rows) > ask.size else None)


def _cursor_after(row: store.Row) -> str:
    return write_cursor((row["seen_at"] - _EPOCH) // _MICROSECOND, row["offer_id"])


@use_case("self", writes=True)
async def forget_history(work: Work, ask: ForgetHistory) -> Done:
    """Forgets some of what the reader looked at, or all of it."""
    await store.forget_seen(work, work.actor.person_id, [int(one) for one in ask.offers] or None)
    return Done()


async def forget_reader(work: Work, person_id: int) -> None:
    """Forgets all that a person looked at and waits for, and who kept what; the organisation's favourites stay its own."""
    await forget_watches(work, person_id)
    await store.forget_seen(work, person_id, None)
    await store.forget_keeper(work, person_id)


async def seen_by(work: Work, person_id: int) -> list[OwnGlance]:
    """What a person looked at, for the export of their data."""
    return [
        OwnGlance(offer_id=str(row["offer_id"]), seen_at=row["seen_at"], times=row["times"])
        for row in await store.all_seen(work, person_id)
    ]


async def forget_old_history(work: Work, rows_max: int) -> int:
    """Forgets what was looked at longer ago than is kept; tells how much that was."""
    return await store.forget_old(work, work.now - work.rule("interest.history_kept").span, rows_max)
