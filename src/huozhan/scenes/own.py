"""One's own service: every indicator beside the peers', what to do first, the trend, and the orders behind a figure."""

from datetime import date

from huozhan.kernel.ids import human_number
from huozhan.kernel.paging import Page, read_cursor, write_cursor
from huozhan.kernel.refusals import Invalid
from huozhan.kernel.shapes import Nothing
from huozhan.kernel.work import Work, use_case
from huozhan.scenes.appeal import APPEALABLE
from huozhan.scenes.appealing import appeal_view, window_of
from huozhan.scenes.asks import MarksOf
from huozhan.scenes.book import book_at
from huozhan.scenes.looking import A_DAY, RATES, rate, service_of, time_taken
from huozhan.scenes.measure import Measure, day_of
from huozhan.scenes.scoring import (
    DIMENSIONS,
    FULL_E2,
    LESS_IS_BETTER,
    RULED,
    Book,
    Peers,
    as_goodness,
    peers_in,
    points_of,
    scores_of,
)
from huozhan.scenes.store import appeals
from huozhan.scenes.store import figures as store
from huozhan.scenes.store import marks as marks_store
from huozhan.scenes.views import IndicatorView, MarkView, MyService, TrendPoint

FIRST_MAX = 3
LISTED = APPEALABLE | {Measure.repurchase}


@use_case("order.view", writes=False)
async def my_service(work: Work, _ask: Nothing) -> MyService:
    """Show how one's own shop serves, indicator by indicator, beside its peers and the excellent marks."""
    today, seller_id = day_of(work.now, work.terms.timezone), work.actor.org_id
    face = (await service_of(work, [seller_id]))[seller_id]
    trend = await store.own_trend(work, today - work.rule("service.window").span)
    row = (await store.latest(work, [seller_id], today - A_DAY)).get(seller_id)
    if row is None:
        return MyService(face=face, indicators=[], first=[], trend=_trend(trend))
    book = book_at(work.rules, work.now, await store.pins_on(work, row.until_on))
    peers = await store.peers_on(work, row.until_on, {row.vertical, ""})
    points = points_of(row.vertical, row.figures, peers, book)
    below = scores_of(row.vertical, row.figures, peers, book).below
    weights = _weights(book)
    return MyService(
        face=face,
        indicators=[
            _indicator(
                work, row, measure, book, peers_in(peers, row.vertical, measure), weights, points, below
            )
            for measure in (*RULED, *(m for m in RATES if m not in RULED))
        ],
        first=_first(points, weights, below, book.high_e2),
        trend=_trend(trend),
        below_since=row.below_since,
    )


@use_case("order.view", writes=False)
async def my_service_orders(work: Work, ask: MarksOf) -> Page[MarkView]:
    """List the orders that made one of one's own figures, the latest first."""
    if ask.measure not in LISTED:
        raise Invalid(field="measure", detail="at `$.measure`: no orders are listed for it")
    is_repeat = ask.measure is Measure.repurchase
    days = window_of(work, repurchase=is_repeat)
    wanted = None
    if ask.against and not is_repeat:
        wanted = int(ask.measure in LESS_IS_BETTER)
    found = await marks_store.own(
        work, Measure.paid if is_repeat else ask.measure, days, wanted, _before(ask.cursor), ask.size + 1
    )
    shown = found[: ask.size]
    filed = await appeals.own_of(work, {mark.order_id for mark in shown}, ask.measure)
    last = shown[-1] if len(found) > ask.size else None
    return Page(
        [
            MarkView(
                order_id=str(mark.order_id),
                number=human_number(mark.order_id),
                case_id=str(mark.about_id) if mark.about_id else None,
                counted_on=mark.counted_on,
                is_due=bool(mark.due),
                is_hit=bool(mark.hit),
                minutes=mark.minutes,
                appeal=appeal_view(filed[mark.order_id]) if mark.order_id in filed else None,
                can_appeal=ask.measure in APPEALABLE and mark.order_id not in filed,
            )
            for mark in shown
        ],
        write_cursor(last.counted_on.isoformat(), last.order_id, last.about_id) if last else None,
    )


def _before(cursor: str | None) -> tuple[date, int, int] | None:
    keys = read_cursor(cursor, str, int, int)
    if keys is None:
        return None
    try:
        return date.fromisoformat(str(keys[0])), int(keys[1]), int(keys[2])
    except ValueError as error:
        raise Invalid(field="cursor", detail="at `$.cursor`") from error


def _weights(book: Book) -> dict[Measure, int]:
    """What each measure weighs in the composite where everything is measured, in 1/10 000."""
    return {
        measure: book.weights[name]
        * book.weights[RULED[measure]]
        // (sum(book.weights[RULED[m]] for m in measures) or 1)
        for name, measures in DIMENSIONS.items()
        for measure in measures
    }


def _first(
    points: dict[Measure, int], weights: dict[Measure, int], below: tuple[Measure, ...], good_e2: int
) -> list[str]:
    """What lifts the composite most: missed floors, then the most points that are missing, by their weight."""
    could = [m for m in points if points[m] < good_e2 or m in below]
    ordered = sorted(could, key=lambda m: (m not in below, -weights[m] * (FULL_E2 - points[m])))
    return [measure.value for measure in ordered[:FIRST_MAX]]


def _indicator(
    work: Work,
    row: store.ScoreRow,
    measure: Measure,
    book: Book,
    beside: Peers | None,
    weights: dict[Measure, int],
    points: dict[Measure, int],
    below: tuple[Measure, ...],
) -> IndicatorView:
    def plain(marks: dict[Measure, int]) -> int | None:
        return as_goodness(measure, marks[measure]) if measure in marks else None

    is_time = measure is Measure.refund_time
    return IndicatorView(
        measure=measure.value,
        rate=None if is_time else rate(work, row, measure),
        time=time_taken(work, row.figures, measure) if is_time else None,
        points_e2=points.get(measure),
        weight_bp=weights.get(measure, 0),
        peers=as_goodness(measure, beside.mean) if beside else None,
        excellent=plain(dict(book.excellent)),
        floor=plain(dict(book.floors)),
        is_below=measure in below,
        less_is_better=is_time or measure in LESS_IS_BETTER,
    )


def _trend(found: list[tuple[date, int | None]]) -> list[TrendPoint]:
    return [TrendPoint(until_on=on, composite_e2=composite_e2) for on, composite_e2 in found]
