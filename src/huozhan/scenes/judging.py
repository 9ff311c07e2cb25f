"""Judging an order: what it adds to its seller's figures by a moment, and when to look at it next. Pure (domain rules B3.1).

An order counts for the day on which it had to be done, so that nothing is counted before its time and what was done early
is not counted twice. What happened more often than once (cases) counts for its own day.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import msgspec

from huozhan.scenes.happened import Complaint, Journey, Opinion, Sale
from huozhan.scenes.measure import Mark, Measure, day_of, midnight_of

QUALITY = "quality"
BY_DELIVERY = frozenset({"late", "fake_shipment"})
A_DAY, A_MINUTE = timedelta(days=1), timedelta(minutes=1)


class Standard(msgspec.Struct, frozen=True, kw_only=True):
    """Within which spans things have to be done, and where the market's days begin."""

    pickup: timedelta
    pickup_fast: timedelta
    signed: timedelta
    timezone: str


def marks_of(
    sale: Sale,
    journey: Journey | None,
    complaints: Iterable[Complaint],
    standard: Standard,
    until: datetime,
    opinions: Iterable[Opinion] = (),
) -> list[Mark]:
    """What an order adds by a moment; an exempt one adds nothing at all."""
    if sale.is_exempt:
        return []
    return [
        *_money(sale, standard),
        *_way(sale, journey, standard, until),
        *(mark for complaint in complaints for mark in _case(complaint, standard)),
        *(_opinion(opinion, standard) for opinion in opinions),
    ]


def looks_at(sale: Sale, standard: Standard, until: datetime) -> datetime | None:
    """When the order has to be judged again by itself: at the end of the day on which it has to be done next."""
    dues = [sale.began_at + span for span in (standard.pickup_fast, standard.pickup, standard.signed)]
    ahead = [due for due in (*dues, sale.promise_at) if due and due > until]
    if sale.is_exempt or not ahead:
        return None
    return midnight_of(day_of(min(ahead), standard.timezone) + A_DAY, standard.timezone)


def _money(sale: Sale, standard: Standard) -> Iterable[Mark]:
    yield Mark(
        measure=Measure.paid,
        counted_on=day_of(sale.began_at, standard.timezone),
        due=1,
        vertical=sale.vertical,
    )
    if sale.ended_at:
        yield Mark(measure=Measure.ended, counted_on=day_of(sale.ended_at, standard.timezone), due=1)
    if sale.late_refund_at:
        yield Mark(
            measure=Measure.delivery_refund, counted_on=day_of(sale.late_refund_at, standard.timezone), hit=1
        )


def _way(sale: Sale, journey: Journey | None, standard: Standard, until: datetime) -> Iterable[Mark]:
    def due_by(measure: Measure, due: datetime, done_at: datetime | None) -> Mark:
        hit = int(done_at is not None and done_at <= due)
        return Mark(measure=measure, counted_on=day_of(due, standard.timezone), due=1, hit=hit)

    def counts(due: datetime) -> bool:
        return due <= until and not (sale.given_back_at and sale.given_back_at <= due)

    by_carrier = journey is None or journey.has_carrier
    scanned_at = journey.first_scan_at if journey else None
    if by_carrier and not (sale.is_custom or sale.is_agreed):
        for measure, span, done_at in (
            (Measure.pickup_48, standard.pickup, scanned_at),
            (Measure.pickup_24, standard.pickup_fast, scanned_at),
            (Measure.signed_72, standard.signed, journey.signed_at if journey else None),
        ):
            if counts(sale.began_at + span):
                yield due_by(measure, sale.began_at + span, done_at)
    if sale.promise_at and not sale.is_custom and counts(sale.promise_at) and (sale.is_late or sale.out_at):
        yield due_by(Measure.fulfilment, sale.promise_at, None if sale.is_late else _out_at(sale, journey))


def _out_at(sale: Sale, journey: Journey | None) -> datetime | None:
    """When all that was sent had left: seen by the carrier where there is one."""
    return journey.all_scanned_at if journey and journey.has_carrier else sale.out_at


def _opinion(opinion: Opinion, standard: Standard) -> Mark:
    return Mark(
        measure=Measure.bad_review,
        about_id=opinion.review_id,
        counted_on=day_of(opinion.written_at, standard.timezone),
        due=1,
        hit=int(opinion.is_bad),
    )


def _case(complaint: Complaint, standard: Standard) -> Sequence[Mark]:
    def hit(measure: Measure, at: datetime) -> Mark:
        return Mark(
            measure=measure, about_id=complaint.case_id, counted_on=day_of(at, standard.timezone), hit=1
        )

    marks = []
    if complaint.escalated_at:
        marks.append(hit(Measure.intervention, complaint.escalated_at))
    if complaint.ruled_at and complaint.is_against_seller:
        marks.append(hit(Measure.dispute, complaint.ruled_at))
    if complaint.refunded_at is None:
        return marks
    if complaint.liability == QUALITY:
        marks.append(hit(Measure.quality_refund, complaint.refunded_at))
    if complaint.liability in BY_DELIVERY:
        marks.append(hit(Measure.delivery_refund, complaint.refunded_at))
    if complaint.ruled_at is None:
        minutes = (complaint.refunded_at - complaint.applied_at) // A_MINUTE
        took = hit(Measure.refund_time, complaint.refunded_at)
        marks.append(msgspec.structs.replace(took, due=1, minutes=minutes))
    return marks
