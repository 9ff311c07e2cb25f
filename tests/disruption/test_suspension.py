"""Which goods a notice holds up: by where they leave, where they go, and what they are."""

from datetime import UTC, datetime, timedelta

import pytest

from huozhan.disruption.suspension import Direction, Suspension, SuspensionKind, SuspensionState
from huozhan.kernel.shapes import Bilingual
from huozhan.ordering.exemption import Exemption, Promise, stops_of

AT = datetime(2026, 3, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)


def notice(
    direction: str, regions: tuple[str, ...] = ("330700",), categories: tuple[str, ...] = ()
) -> Suspension:
    return Suspension(
        suspension_id=1, state=SuspensionState.published, kind=SuspensionKind.weather, title=Bilingual(),
        regions=regions, direction=Direction(direction), carriers=(), categories=categories, from_at=AT,
        until_at=AT + HOUR, evidence_url="", drafted_at=AT, drafted_by=1,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("direction", "hit"),
    [("origin", [True, False, True, False]), ("destination", [False, True, True, False]), ("both", [True, True, True, False])],
)  # fmt: skip
def test_the_end_that_counts_lies_in_the_region(direction: str, hit: list[bool]) -> None:
    ways = [("330782", "510104"), ("510104", "330782"), ("330782", "330702"), ("510104", "")]

    assert [notice(direction).hits(*way, ["aa-1"]) for way in ways] == hit


@pytest.mark.parametrize(
    ("region", "place", "is_hit"),
    [
        ("500000", "500101", True), ("650000", "653101", True), ("330782", "330700", False),
        ("330782", "330782001", True), ("GB", "GB", True), ("330000", "", False), ("500000", "510104", False),
    ],
)  # fmt: skip
def test_a_region_holds_what_begins_like_it(region: str, place: str, is_hit: bool) -> None:
    assert notice("origin", (region,)).hits(place, "", ["aa-1"]) is is_hit


@pytest.mark.parametrize(
    ("named", "goods", "is_hit"),
    [
        ((), [], True), (("aa-1",), ["aa-1-13"], True), (("aa-1",), ["aa-1"], True), (("aa-1",), ["aa-13"], False),
        (("aa-1", "bb"), ["cc", "bb-2"], True), (("aa-1-13",), ["aa-1"], False), (("aa-1",), [], False),
    ],
)  # fmt: skip
def test_a_category_is_named_by_itself_or_by_one_it_lies_in(
    named: tuple[str, ...], goods: list[str], is_hit: bool
) -> None:
    assert notice("origin", categories=named).hits("330782", "", goods) is is_hit
    assert not notice("origin", categories=named).hits("510104", "", goods)


def exemption(from_h: int, published_h: int, *carriers: str) -> Exemption:
    """Something of an hour that was told of at some hour."""
    return Exemption(
        exemption_id=1, source="market", kind="weather", title=Bilingual(), carriers=carriers,
        from_at=AT + from_h * HOUR, until_at=AT + (from_h + 1) * HOUR, published_at=AT + published_h * HOUR,
    )  # fmt: skip


def test_who_paid_before_the_notice_gets_some_time_once_it_is_over() -> None:
    stops = stops_of([exemption(3, 0), exemption(5, 1)], began=AT, grace=HOUR)

    assert [stop.leaves for stop in stops] == [timedelta(), HOUR]


def test_a_notice_for_some_carriers_stops_what_travels_with_them() -> None:
    both = [exemption(1, 0), exemption(2, 0, "SF", "YTO")]

    def stopped(carrier: str) -> list[int]:
        stops = stops_of(both, began=AT, grace=HOUR, carrier=carrier)
        return [(stop.from_at - AT) // HOUR for stop in stops]

    assert (stopped(""), stopped("SF"), stopped("ZTO")) == ([1], [1, 2], [1])


def test_what_begins_once_the_goods_are_out_moves_the_promise_no_more() -> None:
    told = (exemption(1, -1), exemption(5, -1))

    def due(out_h: int | None) -> datetime:
        out_at = None if out_h is None else AT + out_h * HOUR
        return Promise(began=AT, hours=48, exemptions=told, out_at=out_at).due(timedelta())

    assert [(due(out) - AT) // HOUR for out in (1, 2, 5, 6, None)] == [48, 49, 49, 50, 50]
