"""Looking at what is watched: facts say which goods changed, a round looks at them once they are quiet, many at once.

Prices and stock also change by the clock alone, when a promotion, a price list or a reservation ends; so whatever is watched is
looked at every so often, too.
"""

from collections.abc import Collection

from huozhan.interest import watch_store as store
from huozhan.interest.seeing import look
from huozhan.interest.telling import tell_of_end, tell_of_news
from huozhan.interest.watch import MOVES, Standing, WatchState, judge
from huozhan.interest.watching import OVER_TIMER
from huozhan.kernel.work import Work

AT_ONCE = 100
"""Offers of one round; all who wait for them are told in one statement."""


async def note_watched(work: Work, offer_ids: Collection[int]) -> None:
    """Has these offers looked at soon, as far as anybody waits for them: once they are quiet, so that what flaps is told once."""
    settles, waits = work.rule("interest.watch_settles").span, work.rule("interest.watch_waits").span
    await store.note_offers(work, offer_ids, settles, waits)


async def note_watched_shops(work: Work, seller_ids: Collection[int]) -> None:
    """Has what is watched of these shops looked at soon; of seller 0 whatever is watched."""
    settles, waits = work.rule("interest.watch_settles").span, work.rule("interest.watch_waits").span
    await store.note_shops(work, seller_ids, settles, waits)


async def watch_round(work: Work) -> int:
    """Looks at watched goods whose time has come, and tells who waits for them; how many offers that were."""
    due = await store.take_due(work, AT_ONCE, work.now + work.rule("interest.watch_every").span)
    if not due:
        return 0
    watches = await store.open_of(work, due)
    await store.forget_offers(work, set(due) - {one.offer_id for one in watches})
    sights = {watch_id: sight.seen for watch_id, sight in (await look(work, watches)).items()}
    banned = [one for one in watches if sights[one.watch_id].standing is Standing.banned]
    ended = await store.end(work, banned, MOVES.after(WatchState.open, "ban")) if banned else set()
    for watch_id in ended:
        work.clear_timer(OVER_TIMER, about=watch_id)
    await tell_of_end(work, [one for one in banned if one.watch_id in ended], "watch_banned")
    verdicts = [(one, judge(one, sights[one.watch_id])) for one in watches if one not in banned]
    changed = [
        (watch, verdict)
        for watch, verdict in verdicts
        if verdict.is_news or (verdict.told_e4, verdict.was_there) != (watch.told_e4, watch.was_there)
    ]
    kept = await store.remember(work, changed) if changed else set()
    news = [
        (watch, sights[watch.watch_id])
        for watch, verdict in changed
        if verdict.is_news and watch.watch_id in kept
    ]
    await tell_of_news(work, news)
    return len(due)


async def forget_ended_watches(work: Work, rows_max: int) -> int:
    """Forgets watches that ended longer ago than they are kept; tells how many."""
    return await store.forget_ended(work, work.now - work.rule("interest.watch_kept").span, rows_max)
