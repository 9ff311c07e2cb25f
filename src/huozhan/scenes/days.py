"""The day's figures: once all orders are judged it is counted, compared and scored how everybody serves."""

from collections.abc import Mapping, Sequence
from datetime import date

import msgspec

from huozhan.kernel.work import Work
from huozhan.scenes.banding import bands_of
from huozhan.scenes.book import book_at, pins_at
from huozhan.scenes.counting import counted_until
from huozhan.scenes.facts import FloorMissed
from huozhan.scenes.looking import A_DAY, rate, selected
from huozhan.scenes.measure import Measure, count_of, day_of
from huozhan.scenes.scoring import (
    LESS_IS_BETTER,
    Book,
    Peers,
    as_goodness,
    peers_in,
    peers_of,
    scores_of,
    value_of,
)
from huozhan.scenes.store import figures as store
from huozhan.scenes.store.figures import Counted, Scored, ScoreRow

PeersBy = Mapping[tuple[str, Measure], Peers]
TENTH_E2 = 10


class Answers(msgspec.Struct, frozen=True, kw_only=True):
    """Enquiries of one supplier over the window, as messaging counted them."""

    seller_id: int
    quick_due: int
    quick_hit: int
    reply_due: int
    reply_hit: int


async def is_day_counted(work: Work) -> bool:
    """Tells whether everything was counted up to the last midnight."""
    return await store.is_counted(work, day_of(work.now, work.terms.timezone))


async def count_day(work: Work, answers: Sequence[Answers]) -> set[int]:
    """Counts and scores every supplier up to the last midnight; tells of whom buyers see another band or score than before.

    Done again it changes nothing.
    """
    until, until_on = counted_until(work), day_of(work.now, work.terms.timezone)
    pins = pins_at(work.rules, until)
    if not await store.begin(work, until_on, pins):
        return set()
    await store.forget(work, until_on - work.rule("service.kept").span)
    await store.note_answers(work, until_on, [msgspec.structs.astuple(one) for one in answers])
    from_on = until_on - work.rule("service.window").span
    bought_from = until_on - work.rule("service.repurchase").span
    counted = await store.count(work, until_on, from_on, bought_from)
    book = book_at(work.rules, until, pins)
    peers = peers_of([(one.vertical, one.figures) for one in counted], book)
    await store.write_peers(work, until_on, peers)
    before = await store.before(work, until_on)
    scored = [_scored(one, peers, book, before.get(one.seller_id), until_on) for one in counted]
    await store.write_scores(work, until_on, scored)
    warning = work.rule("service.floor_warning").span.days
    work.record(
        *(FloorMissed(seller_id=one.seller_id, days=warning) for one in scored if one.below_since == until_on)
    )
    now = await store.latest(work, [one.seller_id for one in scored], until_on)
    return {
        seller_id
        for seller_id in before.keys() | now.keys()
        if _seen(work, before.get(seller_id)) != _seen(work, now.get(seller_id))
    }


async def recount_seller(work: Work, seller_id: int) -> None:
    """Counts and scores one supplier again up to the day that was counted last, beside the peers and under the rules of that day."""
    row = (await store.latest(work, [seller_id], day_of(work.now, work.terms.timezone) - A_DAY)).get(
        seller_id
    )
    if row is None or await store.lock(work, seller_id, row.until_on) is None:
        return
    book = book_at(work.rules, work.now, await store.pins_on(work, row.until_on))
    from_on = row.until_on - work.rule("service.window").span
    bought_from = row.until_on - work.rule("service.repurchase").span
    peers = await store.peers_on(work, row.until_on, {row.vertical, ""})
    await store.empty(work, seller_id, row.until_on)
    counted = await store.count(work, row.until_on, from_on, bought_from, seller_id)
    scored = [_scored(one, peers, book, row, row.until_on) for one in counted]
    await store.write_scores(work, row.until_on, scored)


def _scored(one: Counted, peers: PeersBy, book: Book, before: ScoreRow | None, until_on: date) -> Scored:
    scores = scores_of(one.vertical, one.figures, peers, book)
    since = (before.below_since if before else None) or until_on
    return Scored(
        seller_id=one.seller_id,
        composite_e2=scores.composite_e2,
        shown=scores.shown,
        drawn=_drawn(one, peers, book),
        below_since=since if scores.below else None,
    )


def _drawn(one: Counted, peers: PeersBy, book: Book) -> dict[Measure, int]:
    """Rates of what should not happen, of few orders, drawn to what peers reach."""
    found = {}
    for measure in sorted(LESS_IS_BETTER):
        count = count_of(one.figures, measure)
        beside = peers_in(peers, one.vertical, measure)
        value = value_of(measure, count, beside.mean, book) if beside and count.due < book.plain else None
        if value is not None:
            found[measure] = as_goodness(measure, value)
    return found


def _seen(work: Work, row: ScoreRow | None) -> object:
    """What buyers see and filter by; a score moves where its tenth does."""
    if row is None:
        return None
    bands = bands_of(row.composite_e2, rate(work, row, Measure.pickup_48), rate(work, row, Measure.pickup_24))
    tenths = None if row.composite_e2 is None else row.composite_e2 // TENTH_E2
    return bands, tenths, row.below_since, selected(work, row)
