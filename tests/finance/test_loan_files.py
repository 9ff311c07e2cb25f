"""The lender's file of a day beside what was asked of it: what agrees is silent, what does not is named and books nothing."""

from datetime import date, timedelta
from typing import Any

import msgspec
import pytest

from huozhan import finance, operations, payments
from huozhan.finance.asks import LoanFileLine, NoteLenderSettlement, NoteLoanFile
from huozhan.kernel.actor import system
from huozhan.kernel.refusals import NotFound
from huozhan.kernel.shapes import Nothing
from huozhan.payments.asks import BelieveEmpty, ListDifferences
from tests.finance.later import Later
from tests.payments.paying import actor

DAY = date(2026, 3, 1)


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


async def test_an_empty_settlement_is_believed_once_its_day_is_over(later: Later) -> None:
    await later.received(red=100)
    today = later.hall.clock.now().astimezone(payments.BANK_DAYS).date()

    async def due() -> list[date]:
        return (await later.hall.run(finance.settlements_due, Nothing(), system())).days

    assert await due() == [today]
    empty = NoteLenderSettlement(on=today, lines=[])
    await later.hall.run(finance.note_lender_settlement, empty, system())
    assert await due() == [today], "the lender may write it yet"
    await later.trade.let_pass(days=1)
    await later.hall.run(finance.note_lender_settlement, empty, system())
    assert await due() == [today + timedelta(days=1)]


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
