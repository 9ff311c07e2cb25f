"""The running clock: against one that steps minute by minute, and that more disruption never means less time."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huozhan.disruption import Stop, due_at, stands_still_until

START = datetime(2026, 3, 1, 2, 0, tzinfo=UTC)
DAY = timedelta(hours=24)
MINUTE = timedelta(minutes=1)


def after(**span: float) -> datetime:
    return START + timedelta(**span)


def stop(from_hours: float, until_hours: float, leaves_hours: float = 0) -> Stop:
    return Stop(
        from_at=after(hours=from_hours),
        until_at=after(hours=until_hours),
        leaves=timedelta(hours=leaves_hours),
    )


@pytest.mark.parametrize(
    ("stops", "due"),
    [
        ([], 48),
        ([stop(10, 20)], 58),
        ([stop(-10, 10)], 58),
        ([stop(48, 60)], 48),
        ([stop(47, 60)], 61),
        ([stop(47, 60, 24)], 84),
        ([stop(10, 20, 24)], 58),
        ([stop(10, 20), stop(15, 30)], 68),
        ([stop(0, 10), stop(10, 20)], 68),
        ([stop(10, 20), stop(55, 60)], 63),
        ([stop(-20, 0)], 48),
        ([stop(5, 5)], 48),
        ([stop(5, 5, 60)], 48),
    ],
)
def test_a_promise_of_two_days_is_due_when_two_days_have_run(stops: list[Stop], due: float) -> None:
    assert due_at(START, timedelta(hours=48), stops) == after(hours=due)


def test_goods_are_held_up_until_the_longest_stop_ends() -> None:
    stops = [stop(0, 10), stop(5, 30)]

    assert stands_still_until(after(hours=6), stops) == after(hours=30)
    assert stands_still_until(after(hours=0), [stop(0, 10)]) == after(hours=10)
    assert stands_still_until(after(hours=30), stops) is None
    assert stands_still_until(after(hours=-1), stops) is None


def test_what_is_over_at_once_is_moved_by_nothing() -> None:
    assert due_at(START, timedelta(), [stop(-1, 5, 9)]) == START


def step_by_step(start: datetime, span_minutes: int, stops: list[Stop]) -> datetime:
    """The same told as a clerk with a watch would do it: minute after minute."""
    left, now = span_minutes, start
    while left > 0:
        for one in stops:
            if one.until_at == now and one.from_at < one.until_at and one.until_at > start:
                left = max(left, int(one.leaves / MINUTE))
        if not any(one.from_at <= now < one.until_at for one in stops):
            left -= 1
        now += MINUTE
    return now


minutes = st.integers(-300, 900)


@st.composite
def some_stops(draw: st.DrawFn) -> list[Stop]:
    """Any few stops, in any order, one in another or apart."""
    found = []
    for _ in range(draw(st.integers(0, 4))):
        begins, lasts = draw(minutes), draw(st.integers(0, 400))
        found.append(
            Stop(
                from_at=START + begins * MINUTE,
                until_at=START + (begins + lasts) * MINUTE,
                leaves=draw(st.sampled_from([0, 0, 30, 200])) * MINUTE,
            )
        )
    return found


spans = st.integers(1, 700)


@given(spans, some_stops())
def test_it_is_due_when_a_clerk_with_a_watch_says_so(span: int, stops: list[Stop]) -> None:
    assert due_at(START, span * MINUTE, stops) == step_by_step(START, span, stops)


@given(spans, some_stops(), st.integers(0, 300), st.integers(0, 300), st.integers(0, 3))
def test_a_longer_stop_or_one_more_is_never_due_earlier(
    span: int, stops: list[Stop], sooner: int, later: int, which: int
) -> None:
    plain = due_at(START, span * MINUTE, stops)
    longer = list(stops)
    if which < len(longer):
        one = longer[which]
        if one.from_at < one.until_at:
            longer[which] = Stop(
                from_at=one.from_at - sooner * MINUTE,
                until_at=one.until_at + later * MINUTE,
                leaves=one.leaves,
            )
    assert due_at(START, span * MINUTE, longer) >= plain
    assert plain >= due_at(START, span * MINUTE, stops[1:])
    assert plain >= START + span * MINUTE


@given(spans, some_stops())
def test_who_could_not_know_of_it_has_the_grace_once_it_is_over(span: int, stops: list[Stop]) -> None:
    due = due_at(START, span * MINUTE, stops)

    for one in stops:
        if one.until_at > START and one.from_at < one.until_at and one.from_at < START + span * MINUTE:
            assert due >= one.until_at + one.leaves


@given(spans, some_stops(), spans)
def test_a_longer_promise_is_due_no_earlier(span: int, stops: list[Stop], more: int) -> None:
    assert due_at(START, (span + more) * MINUTE, stops) >= due_at(START, span * MINUTE, stops)
