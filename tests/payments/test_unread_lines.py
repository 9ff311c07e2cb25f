"""One line of a party's file that nobody can read stays as it came; a day compared line by line is read all the same."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest

from huozhan import operations, payments
from huozhan.doors.hall import Hall
from huozhan.doors.jobs import funder, lender
from huozhan.doors.jobs import payments as errands
from huozhan.kernel.shapes import Nothing
from huozhan.payments.asks import EndDifference, ListDifferences
from tests.payments.paying import actor

DAY = date(2026, 3, 1)
OPERATOR = actor(1, "market.ledger")
ODD = [{"kind": "payment", "currency": "C\0Y"}, "no JSON at all", {"kind": 7}]
TOTAL = {"kind": "total", "currency": "CNY", "net_minor": 100, "opening_minor": 0, "closing_minor": 0}


def with_files(hall: Hall, rows: list[Any]) -> None:
    """Every party has this file, whichever is asked for."""

    async def file(_on: date) -> list[Any]:
        return rows

    async def statement(_on: date) -> bytes:
        return b""

    party: Any = SimpleNamespace(
        merchant="huozhan", trades=file, settlement=file, movements=file, day=file, statement=statement
    )
    hall.outside = msgspec.structs.replace(
        hall.outside, channel=party, bank=party, lender=party, funder=party
    )


@pytest.mark.parametrize(
    ("job", "source", "good"),
    [
        (errands.trades, "trades", {"kind": "payment", "channel_txn": "t1", "merchant_ref": "5"}),
        (lender.loan_file, "lender", {"kind": "captures", "lender_txn": "t1", "ref": "5", "loan_ref": "5-6"}),
        (funder.advance_file, "funder",
         {"kind": "advances", "funder_txn": "t1", "ref": "5", "advance_ref": "5-6", "fee_minor": 0}),
    ],
)  # fmt: skip
async def test_a_file_of_deeds_is_read_without_the_lines_that_cannot_be(
    hall: Hall, job: Any, source: Any, good: dict[str, Any]
) -> None:
    with_files(hall, [ODD[0], good | {"amount_minor": 100, "currency": "CNY"}, *ODD[1:]])

    await job(hall, on=DAY.isoformat())

    page = await hall.run(payments.differences, ListDifferences(source=source), OPERATOR)
    assert sorted((one.sort, one.said) for one in page.items) == [
        ("only_channel", ""), ("unreadable", "no JSON at all"), ("unreadable", '{"kind":"payment","currency":"C\\u0000Y"}'),
        ("unreadable", '{"kind":7}'),
    ]  # fmt: skip
    unread = next(one for one in page.items if one.said == "no JSON at all")
    end = EndDifference(difference_id=unread.difference_id, end="accept", reason="对方确认该行作废")
    await hall.run(operations.end_difference, end, OPERATOR)
    await job(hall, on=DAY.isoformat())
    page = await hall.run(payments.differences, ListDifferences(source=source), OPERATOR)
    assert len(page.items) == 3, "a day is read once"


@pytest.mark.parametrize(
    ("job", "source"),
    [
        (errands.settlement, "settlement"), (errands.bank_day, "bank"), (lender.settlement_file, "lender_settlement"),
        (funder.settlement_file, "funder_settlement"),
    ],
)  # fmt: skip
async def test_a_file_whose_sum_is_booked_waits_until_all_of_it_can_be_read(
    hall: Hall, job: Any, source: str
) -> None:
    with_files(hall, [ODD[1], TOTAL | {"net_minor": 0}])

    await job(hall, on=DAY.isoformat())

    closing = await hall.run(payments.closing, Nothing(), OPERATOR)
    (doubted,) = [one for one in closing.awaited if one.source == source]
    assert (doubted.why, doubted.held, doubted.said) == ("unreadable", 1, "no JSON at all")


@pytest.mark.parametrize(
    ("job", "source"),
    [(lender.settlement_file, "lender_settlement"), (funder.settlement_file, "funder_settlement")],
)
async def test_a_settlement_whose_total_is_not_its_lines_is_not_booked(
    hall: Hall, job: Any, source: str
) -> None:
    with_files(hall, [TOTAL])

    await job(hall, on=DAY.isoformat())

    closing = await hall.run(payments.closing, Nothing(), OPERATOR)
    assert [(one.source, one.why) for one in closing.awaited] == [(source, "unbalanced")]
