"""The lender's file of a day beside what was asked of it: what agrees is silent, what does not is named and books nothing."""

from datetime import date
from typing import Any

import msgspec
import pytest

from huozhan import finance, operations, ordering, payments
from huozhan.finance.asks import LoanFileLine, NoteLenderSettlement, NoteLoanFile, SettlementLine
from huozhan.kernel.actor import system
from huozhan.kernel.refusals import NotFound
from huozhan.kernel.shapes import Nothing
from huozhan.payments.asks import BelieveEmpty, ListDifferences
from tests.finance.later import Later
from tests.payments.paying import actor

DAY = date(2026, 3, 1)
NEXT = date(2026, 3, 2)


async def deeds(later: Later) -> list[LoanFileLine]:
    """The lender's file as it should be: every deed that it said it did."""
    async with later.hall.pool.acquire() as db:
        rows = await db.fetch(
            "SELECT kind, order_id, payment_id, deed_id, taken_minor FROM loan_deed WHERE state = 'done' ORDER BY deed_id"
        )
    return [
        LoanFileLine(
            kind=row["kind"], lender_txn=f"lt-{row['deed_id']}", ref=str(row["deed_id"]),
            loan_ref=f"{row['order_id']}-{row['payment_id']}",
            amount_minor=row["taken_minor"], currency="CNY",
        )
        for row in rows
    ]  # fmt: skip


def name(line: LoanFileLine) -> str:
    return f"{line.loan_ref}-{line.ref}"


async def note(later: Later, *lines: LoanFileLine) -> None:
    await later.hall.run(finance.note_loan_file, NoteLoanFile(on=DAY, lines=list(lines)), system())


async def found(later: Later) -> list[tuple[str, str, int, int]]:
    """What differs: our reference, how, and what is held for it."""
    ask: Any = ListDifferences(source="lender")
    page = await later.hall.run(payments.differences, ask, actor(1, "market.ledger"))
    return sorted((one.ref, one.sort, one.channel_minor, one.effect_minor) for one in page.items)


async def test_a_file_that_agrees_leaves_nothing(later: Later) -> None:
    await later.received(red=100)
    (capture,) = await deeds(later)

    await note(later, capture)

    assert await found(later) == []
    assert await later.findings() == []


async def test_what_differs_is_named_and_changes_no_account(later: Later) -> None:
    await later.received(red=100)
    (capture,) = await deeds(later)
    stands = await later.clearing()
    strange = LoanFileLine(
        kind="refunds", lender_txn="lt-9", ref="77", loan_ref="5-6", amount_minor=5, currency="CNY"
    )

    await note(
        later,
        msgspec.structs.replace(capture, amount_minor=1),
        strange,
    )

    assert await found(later) == sorted(
        [(name(capture), "amount_differs", 1, 0), ("5-6-77", "only_channel", 5, 0)]
    )
    assert await later.clearing() == stands


async def test_a_deed_that_the_file_does_not_tell_is_missing_until_a_later_file_tells_it(
    later: Later,
) -> None:
    await later.received(red=100)
    (capture,) = await deeds(later)
    strange = LoanFileLine(
        kind="refunds", lender_txn="lt-9", ref="77", loan_ref="5-6", amount_minor=5, currency="CNY"
    )
    await note(later, strange)
    assert (name(capture), "only_ours", 0, 0) in await found(later)

    file = NoteLoanFile(on=date(2026, 3, 2), lines=[capture])
    await later.hall.run(finance.note_loan_file, file, system())
    await later.hall.run(finance.recheck_loan_files, Nothing(), system())

    assert await found(later) == [("5-6-77", "only_channel", 5, 0)]


async def settle(later: Later, *, net_minor: int = 0, on: date = NEXT) -> None:
    """The lender's file of what passed between the banks, with one capture or without a line."""
    lines = [
        SettlementLine(kind="captures", currency="CNY", net_minor=net_minor),
        SettlementLine(kind="total", currency="CNY", net_minor=net_minor, count=1),
    ]
    ask = NoteLenderSettlement(on=on, lines=lines if net_minor else [])
    await later.hall.run(finance.note_lender_settlement, ask, system())


async def awaited(later: Later) -> list[tuple[date, str, int]]:
    """Lender's files that came empty and are not believed."""
    closing = await later.hall.run(payments.closing, Nothing(), actor(1, "market.ledger"))
    return [(one.on, one.source, one.held) for one in closing.awaited if one.doubted_at]


async def settled_days(later: Later) -> list[tuple[str, int]]:
    """What the operator sees of settlements."""
    desk = await later.hall.run(finance.lender_desk, Nothing(), later.trade.people.operator)
    return desk.settled


async def test_an_empty_settlement_is_not_there_yet_while_a_capture_waits_for_it(later: Later) -> None:
    await later.received(red=100)
    (capture,) = await deeds(later)
    await settle(later)
    assert await settled_days(later) == [], "what was done on the day before is not known yet"

    await note(later, capture)
    await settle(later)

    assert await settled_days(later) == []
    assert await awaited(later) == [(NEXT, "lender_settlement", 1)]
    assert await later.findings() == []
    await later.trade.let_pass(hours=7)
    late = [one.facts for one in await later.findings() if one.code == "payments.file_missing"]
    assert [(one["on"], one["source"]) for one in late] == [(NEXT.isoformat(), "lender_settlement")]

    await settle(later, net_minor=capture.amount_minor)

    assert await settled_days(later) == [(NEXT.isoformat(), capture.amount_minor)]
    assert (await later.clearing(), await awaited(later)) == (0, [])
    assert await later.findings() == []


async def test_a_late_settlement_is_booked_once_although_a_person_believed_that_there_was_none(
    later: Later,
) -> None:
    await later.received(red=100)
    (capture,) = await deeds(later)
    await note(later, capture)
    await settle(later)
    ask = BelieveEmpty(on=NEXT, source="lender_settlement", reason="资金方说当日未付")
    await later.hall.run(operations.believe_empty, ask, actor(1, "market.ledger"))
    assert await settled_days(later) == [(NEXT.isoformat(), 0)]
    assert await later.clearing() == capture.amount_minor, "it stays owed"

    for net_minor in (capture.amount_minor, capture.amount_minor, 0, 5):
        await settle(later, net_minor=net_minor)

    assert await settled_days(later) == [(NEXT.isoformat(), capture.amount_minor)]
    assert await later.clearing() == 0
    assert await later.findings() == []


async def test_a_settlement_of_a_day_after_one_without_money_is_empty(later: Later) -> None:
    order = await later.lent(red=100)
    ask = ordering.asks.RefundUnshipped(order_id=order.order_id, reason="不需要了")
    await later.hall.run(ordering.refund_unshipped, ask, later.li)
    await later.errands()
    (void,) = await deeds(later)
    await note(later, void)

    await settle(later)

    assert await settled_days(later) == [(NEXT.isoformat(), 0)]


async def test_an_empty_file_is_not_believed_while_a_deed_was_done(later: Later) -> None:
    await later.received(red=100)
    await note(later)

    closing = await later.hall.run(payments.closing, Nothing(), actor(1, "market.ledger"))
    assert [(file.on, file.source, file.held) for file in closing.awaited] == [(DAY, "lender", 1)]

    ask = BelieveEmpty(on=DAY, source="lender", reason="资金方确认当日无往来")
    await later.hall.run(operations.believe_empty, ask, actor(1, "market.ledger"))
    (capture,) = await deeds(later)
    assert await found(later) == [(name(capture), "only_ours", 0, 0)]
    closing = await later.hall.run(payments.closing, Nothing(), actor(1, "market.ledger"))
    assert [file for file in closing.awaited if file.source == "lender"] == []
    with pytest.raises(NotFound):
        await later.hall.run(operations.believe_empty, ask, actor(1, "market.ledger"))
