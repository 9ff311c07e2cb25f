"""Matching a day's file: every sort of difference is found and named, and nothing else is."""

from datetime import UTC, datetime, timedelta

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from huozhan.payments.asks import TradeLine
from huozhan.payments.matching import TELLS_NOTHING, Judged, Ours, Sort, fees, judge, missing

END = datetime(2026, 3, 1, 16, 0, tzinfo=UTC)
NOON = END - timedelta(hours=12)


def took(ref: str, amount_minor: int, txn: str = "", currency: str = "CNY", merchant: str = "") -> TradeLine:
    return TradeLine(
        kind="payment", currency=currency, merchant_ref=ref, amount_minor=amount_minor,
        channel_txn=txn or f"t{ref}", merchant=merchant,
    )  # fmt: skip


def gave(ref: str, refund_ref: str, amount_minor: int) -> TradeLine:
    return TradeLine(
        kind="refund", currency="CNY", merchant_ref=ref, merchant_refund_ref=refund_ref,
        amount_minor=amount_minor, channel_txn=f"r{refund_ref}",
    )  # fmt: skip


def booked(amount_minor: int, txn: str = "", at: datetime = NOON) -> Ours:
    return Ours(True, amount_minor, at, txn)


def judged(
    lines: list[TradeLine], ours: dict[str, Ours], told: frozenset[str] = frozenset()
) -> list[tuple[str, Sort, int]]:
    return [
        (one.name, one.sort, one.effect_minor)
        for one in judge(lines, ours, told, merchant="huozhan", currency="CNY")
    ]


def test_lines_that_agree_leave_nothing_to_explain() -> None:
    lines = [took("1", 500, merchant="huozhan"), gave("1", "9", 200)]

    assert judged(lines, {"payment:1": booked(500, "t1"), "refund:9": booked(200)}) == [
        ("payment:1", Sort.matched, 0),
        ("refund:9", Sort.matched, 0),
    ]


def test_each_sort_of_line_is_named_with_what_it_leaves_on_the_channels_account() -> None:
    ours = {
        "payment:1": booked(501),
        "payment:2": booked(70),
        "payment:4": Ours(False, 30, NOON),
        "payment:5": booked(55, "t5"),
        "refund:9": booked(150),
        "refund:8": Ours(False, 40, NOON),
    }
    lines = [
        took("1", 500), took("2", 70), took("2", 70), took("3", 40), took("4", 30), took("5", 55, "t5-again"),
        took("6", 66, currency="GBP"), took("7", 77, merchant="another"), gave("1", "9", 200), gave("1", "8", 40),
        gave("1", "7", 10),
    ]  # fmt: skip

    assert judged(lines, ours) == [
        ("payment:1", Sort.amount_differs, -1),
        ("payment:2", Sort.matched, 0),
        ("payment:2", Sort.twice, 70),
        ("payment:3", Sort.only_channel, 40),
        ("payment:4", Sort.state_differs, 30),
        ("payment:5", Sort.twice, 55),
        ("payment:6", Sort.currency_differs, 0),
        ("payment:7", Sort.merchant_differs, 0),
        ("refund:9", Sort.amount_differs, -50),
        ("refund:8", Sort.state_differs, -40),
        ("refund:7", Sort.only_channel, -10),
    ]


def test_a_row_without_a_transaction_is_told_by_one_line_whatever_its_number() -> None:
    ours = {"refund:9": booked(200), "refund:8": Ours(False, 40, NOON), "payment:1": booked(500, "t1")}
    again = msgspec.structs.replace(gave("1", "9", 200), channel_txn="r9-again")
    asked = msgspec.structs.replace(gave("1", "8", 40), channel_txn="r8-again")

    assert judged([gave("1", "9", 200), again, gave("1", "8", 40), asked, took("1", 500)], ours) == [
        ("refund:9", Sort.matched, 0),
        ("refund:9", Sort.twice, -200),
        ("refund:8", Sort.state_differs, -40),
        ("refund:8", Sort.twice, -40),
        ("payment:1", Sort.matched, 0),
    ]
    (one,) = judge([again], ours, set(), {"refund:9"}, merchant="huozhan", currency="CNY")
    assert (one.sort, one.effect_minor) == (Sort.twice, -200)


def test_a_fee_that_is_told_with_what_was_done_is_compared_where_one_was_agreed() -> None:
    lines = [msgspec.structs.replace(took(str(ref), 500), fee_minor=3) for ref in (1, 2, 3)]
    ours = {
        "payment:1": Ours(True, 500, NOON, "", 2),
        "payment:2": Ours(True, 500, NOON, "", 3),
        "payment:3": booked(500),
    }

    found = judge(lines, ours, set(), merchant="huozhan", currency="CNY")

    assert [(one.sort, one.channel_minor, one.ours_minor, one.effect_minor) for one in found] == [
        (Sort.fee_differs, 3, 2, 0),
        (Sort.matched, 500, 500, 0),
        (Sort.matched, 500, 500, 0),
    ]


def test_a_transaction_of_yesterdays_file_comes_twice() -> None:
    assert judged([took("1", 500)], {"payment:1": booked(500)}, frozenset({"t1"})) == [
        ("payment:1", Sort.twice, 500)
    ]


def test_what_no_file_told_is_missing_unless_it_fell_near_midnight() -> None:
    expected = {
        "payment:1": booked(10),
        "payment:2": booked(20, at=END - timedelta(minutes=30)),
        "payment:3": booked(30, at=END - timedelta(minutes=30, seconds=1)),
        "payment:4": booked(40),
        "refund:5": booked(50),
    }

    found = missing(expected, {"payment:4"}, day_end=END, cut_off=timedelta(minutes=30))

    assert [(one.name, one.sort, one.effect_minor) for one in found] == [
        ("payment:1", Sort.only_ours, -10),
        ("payment:2", Sort.cut_off, 0),
        ("payment:3", Sort.only_ours, -30),
        ("refund:5", Sort.only_ours, 50),
    ]


def test_a_fee_that_was_not_agreed_on_is_named() -> None:
    found = fees([(took("1", 10_000), 60), (took("2", 10_000), 61)], {"t1": 60, "t2": 60})

    assert [(one.name, one.sort, one.channel_minor, one.ours_minor) for one in found] == [
        ("payment:2", Sort.fee_differs, 61, 60)
    ]


_KIND = st.sampled_from(["payment", "refund", "in", "out"])


@given(
    st.lists(
        st.tuples(
            _KIND,
            st.integers(1, 2),
            st.integers(1, 9),
            st.booleans(),
            st.booleans(),
            st.sampled_from(["", "b"]),
        ),
        max_size=12,
    ),
    st.dictionaries(
        st.tuples(_KIND, st.integers(1, 2)), st.tuples(st.integers(1, 9), st.booleans()), max_size=8
    ),
)
def test_file_and_rows_and_differences_always_add_up(
    file: list[tuple[str, int, int, bool, bool, str]], rows: dict[tuple[str, int], tuple[int, bool]]
) -> None:
    """What the party has is what our booked rows say, plus the effects of all differences; whatever the party."""
    lines = [
        TradeLine(
            kind=kind, merchant_ref=str(ref), merchant_refund_ref=str(ref) if kind == "refund" else None,
            amount_minor=minor, channel_txn=f"{kind}{ref}{other}", currency="CNY" if is_ours else "GBP",
            merchant="huozhan" if is_ours or known else "x",
        )
        for kind, ref, minor, is_ours, known, other in file
    ]  # fmt: skip
    ours = {f"{kind}:{ref}": Ours(is_booked, minor, NOON) for (kind, ref), (minor, is_booked) in rows.items()}

    found: list[Judged] = judge(lines, ours, set(), merchant="huozhan", currency="CNY")
    told = {one.name for one in found if one.sort not in TELLS_NOTHING}
    expected = {name: row for name, row in ours.items() if row.is_booked}
    found += missing(expected, told, day_end=END, cut_off=timedelta(0))

    def signed(kind: str, minor: int) -> int:
        return -minor if kind in ("refund", "out") else minor

    at_party = sum(
        signed(line.kind, line.amount_minor)
        for line in lines
        if line.currency == "CNY" and line.merchant == "huozhan"
    )
    in_book = sum(signed(kind, minor) for (kind, _), (minor, is_booked) in rows.items() if is_booked)
    assert in_book + sum(one.effect_minor for one in found) == at_party
