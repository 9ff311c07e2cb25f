"""The clock of receipt: rules A, B and C to the second, extensions, disruptions and late words."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from huozhan.disruption import Stop
from huozhan.fulfilment.receipt import RULES, confirm_due

SHANGHAI = ZoneInfo("Asia/Shanghai")


def at(text: str) -> datetime:
    return datetime.strptime(f"2026-{text}", "%Y-%m-%d %H:%M:%S").replace(tzinfo=SHANGHAI)


SHIP = at("03-01 10:00:00")


def stop(from_at: datetime, until_at: datetime) -> Stop:
    """A disruption that nobody could know of, so that a day is left once it is over."""
    return Stop(from_at=from_at, until_at=until_at, leaves=timedelta(hours=24))


@pytest.mark.parametrize(
    ("signed", "due"),
    [
        ("03-05 09:00:00", "03-11 10:00:00"),
        ("03-09 10:00:00", "03-11 10:00:00"),
        ("03-09 10:00:01", "03-11 10:00:01"),
        ("03-20 12:00:00", "03-22 12:00:00"),
        ("03-29 10:00:00", "03-31 10:00:00"),
        ("03-29 10:00:01", "03-31 10:00:00"),
        ("03-30 10:00:00", "03-31 10:00:00"),
    ],
)
def test_the_day_a_parcel_is_signed_decides_when_it_counts_as_received(signed: str, due: str) -> None:
    assert confirm_due(SHIP, at(signed), True, (), (), 0, at("03-01 10:00:00")) == at(due)


def test_day_eight_ends_with_its_last_millisecond() -> None:
    signed = SHIP + timedelta(days=8)

    assert confirm_due(SHIP, signed, True, (), (), 0, SHIP) == SHIP + timedelta(days=10)
    late = signed + timedelta(milliseconds=1)
    assert confirm_due(SHIP, late, True, (), (), 0, SHIP) == late + timedelta(hours=48)


def test_what_was_never_signed_or_never_tracked_waits_thirty_days() -> None:
    assert confirm_due(SHIP, None, True, (), (), 0, SHIP) == at("03-31 10:00:00")
    assert confirm_due(SHIP, at("03-05 09:00:00"), False, (), (), 0, SHIP) == at("03-31 10:00:00")


def test_an_extension_moves_it_by_its_days() -> None:
    week = timedelta(days=7)

    assert confirm_due(SHIP, at("03-05 09:00:00"), True, (week,), (), 0, SHIP) == at("03-18 10:00:00")


def test_a_late_word_leaves_a_day_and_never_points_into_the_past() -> None:
    now = at("03-25 00:00:00")

    assert confirm_due(SHIP, at("03-05 09:00:00"), True, (), (), 0, now) == now + timedelta(hours=24)


def test_an_open_case_stops_the_clock() -> None:
    assert confirm_due(SHIP, at("03-05 09:00:00"), True, (), (), 1, SHIP) is None


def test_a_disruption_stops_the_clock_while_it_lasts() -> None:
    three_days = stop(at("03-02 00:00:00"), at("03-05 00:00:00"))

    due = confirm_due(SHIP, at("03-06 09:00:00"), True, (), (three_days,), 0, SHIP)

    assert due == at("03-14 10:00:00")


def test_a_disruption_before_the_signature_moves_nothing_of_what_begins_with_it() -> None:
    """Rule B counts from the signature: what stood still before it gives no more time after it."""
    ten_days = stop(at("03-02 00:00:00"), at("03-12 00:00:00"))

    assert confirm_due(SHIP, at("03-20 12:00:00"), True, (), (ten_days,), 0, SHIP) == at("03-22 12:00:00")
    assert confirm_due(SHIP, None, True, (), (ten_days,), 0, SHIP) == at("04-10 10:00:00")


moments = st.integers(0, 40 * 24).map(lambda hours: SHIP + timedelta(hours=hours))


@given(st.lists(st.tuples(moments, st.integers(1, 240)), max_size=4), st.one_of(st.none(), moments))
def test_more_disruption_never_means_less_time(
    spans: list[tuple[datetime, int]], signed: datetime | None
) -> None:
    suspensions = [stop(start, start + timedelta(hours=hours)) for start, hours in spans]
    longer = [stop(s.from_at, s.until_at + timedelta(hours=5)) for s in suspensions]

    plain = confirm_due(SHIP, signed, True, (), (), 0, SHIP)
    some = confirm_due(SHIP, signed, True, (), suspensions, 0, SHIP)
    more = confirm_due(SHIP, signed, True, (), longer, 0, SHIP)

    assert plain is not None
    assert some is not None
    assert more is not None
    assert plain <= some <= more


def test_a_word_at_the_very_moment_leaves_a_day_more() -> None:
    due = SHIP + timedelta(days=10)

    assert confirm_due(SHIP, at("03-05 09:00:00"), True, (), (), 0, due) == due + timedelta(hours=24)


def test_the_last_moment_of_each_span_belongs_to_it_whatever_the_rules_numbers() -> None:
    hour, week = timedelta(hours=1), timedelta(days=7)
    rules = msgspec.structs.replace(
        RULES,
        signed_within=week,
        tracked_within=2 * week,
        after_ship=3 * week,
        after_signed=hour,
        untracked=9 * week,
    )

    def due(signed: datetime) -> datetime | None:
        return confirm_due(SHIP, signed, True, (), (), 0, SHIP, rules)

    assert due(SHIP + week) == SHIP + 3 * week
    assert due(SHIP + week + hour) == SHIP + week + 2 * hour
    assert due(SHIP + 2 * week) == SHIP + 2 * week + hour
    assert due(SHIP + 2 * week + hour) == SHIP + 9 * week
