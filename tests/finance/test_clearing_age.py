"""How long the oldest money stands open on 103: told by nobody, told and not settled, settled otherwise, or differing."""

from datetime import date, datetime
from typing import Any

import msgspec
import pytest

from huozhan import finance, operations, payments
from huozhan.finance.asks import LoanFileLine, NoteLenderSettlement, NoteLoanFile, SettlementLine
from huozhan.finance.funder_asks import (
    AdvanceFileLine,
    FunderSettlementLine,
    NoteAdvanceFile,
    NoteFunderSettlement,
)
from huozhan.kernel.actor import system
from huozhan.operations.day_closing import DayToClose
from huozhan.payments.asks import EndDifference, ListDifferences
from huozhan.payments.days import TRADING_DAYS, day_bounds
from tests.finance.fast import Fast
from tests.finance.later import Later
from tests.payments.paying import actor

DAY, NEXT, THIRD = date(2026, 3, 1), date(2026, 3, 2), date(2026, 3, 3)
AT_DAYS_END = day_bounds(NEXT)[0]


async def stands(trade: Any, code: int = 103) -> tuple[datetime | None, str]:
    """Since when something stands on the account, and whether that is too long."""
    found = await trade.hall.run(operations.day_close, DayToClose(on=DAY), actor(1, "market.ledger"))
    (line,) = [line for line in found.clearing if line.code == code]
    return datetime.fromisoformat(line.since) if line.since else None, str(line.state)


async def too_old(later: Later) -> list[Any]:
    return [one.facts["account"] for one in await later.findings() if one.code == "payments.clearing_old"]


async def note(later: Later, on: date, *lines: LoanFileLine) -> None:
    await later.hall.run(finance.note_loan_file, NoteLoanFile(on=on, lines=list(lines)), system())


async def settle(later: Later, on: date, net_minor: int) -> None:
    lines = [SettlementLine(kind=kind, currency="CNY", net_minor=net_minor) for kind in ("captures", "total")]
    await later.hall.run(finance.note_lender_settlement, NoteLenderSettlement(on=on, lines=lines), system())


async def captured(later: Later) -> tuple[LoanFileLine, datetime]:
    """An order was received: the capture as the lender's file tells it, and when we heard of it."""
    await later.received(red=100)
    async with later.hall.pool.acquire() as db:
        row = await db.fetchrow("SELECT * FROM loan_deed")
    line = LoanFileLine(
        kind="captures", lender_txn="lt-1", ref=str(row["deed_id"]), loan_ref=f"{row['order_id']}-{row['payment_id']}",
        amount_minor=row["taken_minor"], currency="CNY", at=row["ended_at"],
    )  # fmt: skip
    assert row["ended_at"].astimezone(TRADING_DAYS).date() == DAY
    return line, row["ended_at"]


async def test_a_capture_stands_open_until_it_is_told_and_settled(later: Later) -> None:
    assert await stands(later.trade) == (None, "holds")
    line, at = await captured(later)
    assert await stands(later.trade) == (at, "holds")

    await note(later, DAY, line)
    assert await stands(later.trade) == (AT_DAYS_END, "holds")

    await settle(later, NEXT, line.amount_minor)
    assert await stands(later.trade) == (None, "holds")


async def test_an_unanswered_deed_stands_open_since_it_was_asked(later: Later) -> None:
    order = await later.lent(red=100)
    await later.trade.ship(order)
    await later.trade.confirm(order)
    asked_at = later.trade.clock.now()

    later.trade.clock.pass_(days=3)

    assert await stands(later.trade) == (asked_at, "fails")
    assert await too_old(later) == [], "it is asked again and again"


async def test_a_settlement_that_came_short_stands_open_until_the_rest_comes(later: Later) -> None:
    line, _ = await captured(later)
    await note(later, DAY, line)
    await settle(later, NEXT, line.amount_minor - 1)
    assert await stands(later.trade) == (AT_DAYS_END, "holds")
    assert await too_old(later) == []

    later.trade.clock.pass_(days=4)

    assert await stands(later.trade) == (AT_DAYS_END, "fails")
    assert await too_old(later) == [103]

    await note(later, NEXT)
    await settle(later, THIRD, 1)
    assert await stands(later.trade) == (None, "holds")


@pytest.mark.parametrize("end", ["accept", "explain"])
async def test_what_differs_stands_open_until_a_person_has_ended_it(later: Later, end: Any) -> None:
    line, _ = await captured(later)
    await note(later, DAY, msgspec.structs.replace(line, amount_minor=line.amount_minor - 1))
    await settle(later, NEXT, line.amount_minor - 1)
    assert await stands(later.trade) == (AT_DAYS_END, "holds")
    ask: Any = ListDifferences(source="lender")
    (one,) = (await later.hall.run(payments.differences, ask, actor(1, "market.ledger"))).items

    ended = EndDifference(difference_id=one.difference_id, end=end, reason="资金方来函确认")
    await later.hall.run(operations.end_difference, ended, later.trade.people.operator)

    assert await stands(later.trade) == (None, "holds")


async def test_what_a_funder_repays_and_settles_less_its_fee_leaves_nothing_open(fast: Fast) -> None:
    order = await fast.advanced(red=100)
    async with fast.hall.pool.acquire() as db:
        advanced_at = await db.fetchval("SELECT ended_at FROM advance_deed")
    fast.trade.clock.pass_(hours=1)
    await fast.trade.confirm(order)
    assert await stands(fast.trade) == (advanced_at, "holds")
    await fast.errands()
    lines = [
        AdvanceFileLine(
            kind=done.kind, funder_txn=f"ft-{ref}", ref=ref, advance_ref=done.advance_ref,
            amount_minor=done.amount_minor, fee_minor=done.fee_minor, currency="CNY",
        )
        for ref, done in fast.funder.done.items()
    ]  # fmt: skip

    await fast.hall.run(finance.note_advance_file, NoteAdvanceFile(on=DAY, lines=lines), system())
    assert await stands(fast.trade) == (AT_DAYS_END, "holds")

    net_minor = fast.funder.owes_market()
    settled = [
        FunderSettlementLine(kind=kind, currency="CNY", net_minor=net_minor) for kind in ("advances", "total")
    ]
    await fast.hall.run(
        finance.note_funder_settlement, NoteFunderSettlement(on=NEXT, lines=settled), system()
    )
    assert (net_minor, await stands(fast.trade)) == (-365, (None, "holds"))


async def test_an_advance_that_was_withdrawn_is_on_nobodys_account(fast: Fast) -> None:
    order = await fast.trade.paid(red=100)
    await fast.trade.ship(order)
    await fast.scan(order)
    await fast.trade.confirm(order)
    await fast.errands()
    assert sorted(one.kind for one in fast.funder.done.values()) == ["advances", "cancels"]

    assert await stands(fast.trade) == (None, "holds")
