"""The funder's two files of a day: its deeds beside ours, and what passed between the banks, booked once and waited for."""

from datetime import date
from typing import Any

import msgspec

from huozhan import finance, operations, payments
from huozhan.finance.funder_asks import (
    AdvanceFileLine,
    FunderSettlementLine,
    NoteAdvanceFile,
    NoteFunderSettlement,
)
from huozhan.kernel.actor import system
from huozhan.kernel.shapes import Nothing
from huozhan.payments.asks import BelieveEmpty, ListDifferences
from tests.finance.fast import Fast
from tests.payments.paying import actor

DAY, NEXT = date(2026, 3, 1), date(2026, 3, 2)
FEE = 365


async def deeds(fast: Fast) -> list[AdvanceFileLine]:
    """The funder's file as it should be: every deed that it did."""
    return [
        AdvanceFileLine(
            kind=done.kind, funder_txn=f"ft-{ref}", ref=ref, advance_ref=done.advance_ref,
            amount_minor=done.amount_minor, fee_minor=done.fee_minor, currency="CNY",
        )
        for ref, done in fast.funder.done.items()
    ]  # fmt: skip


async def note(fast: Fast, *lines: AdvanceFileLine) -> None:
    await fast.hall.run(finance.note_advance_file, NoteAdvanceFile(on=DAY, lines=list(lines)), system())


async def found(fast: Fast) -> list[tuple[str, str, int]]:
    ask: Any = ListDifferences(source="funder")
    page = await fast.hall.run(payments.differences, ask, actor(1, "market.ledger"))
    return sorted((one.ref, one.sort, one.effect_minor) for one in page.items)


async def settle(fast: Fast, net_minor: int = 0) -> None:
    """The funder's file of what passed between the banks, with one line or without any."""
    lines = [
        FunderSettlementLine(kind=kind, currency="CNY", net_minor=net_minor) for kind in ("advances", "total")
    ]
    ask = NoteFunderSettlement(on=NEXT, lines=lines if net_minor else [])
    await fast.hall.run(finance.note_funder_settlement, ask, system())


async def settled(fast: Fast) -> list[tuple[str, int]]:
    desk = await fast.hall.run(finance.funder_desk, Nothing(), fast.trade.people.operator)
    return desk.settled


async def test_files_that_agree_leave_nothing_and_what_differs_books_nothing(fast: Fast) -> None:
    order = await fast.advanced(red=100)
    await fast.trade.confirm(order)
    await fast.errands()
    given, repaid = await deeds(fast)
    stands = await fast.clearing()

    await note(fast, msgspec.structs.replace(given, amount_minor=1), repaid)

    name = f"{given.advance_ref}-{given.ref}"
    assert await found(fast) == [(name, "amount_differs", 0)]
    assert await fast.clearing() == stands == -FEE


async def test_another_fee_and_a_deed_that_was_done_twice_are_named(fast: Fast) -> None:
    order = await fast.advanced(red=100)
    await fast.trade.confirm(order)
    await fast.errands()
    given, repaid = await deeds(fast)

    await note(
        fast, msgspec.structs.replace(given, fee_minor=FEE + 1), repaid, msgspec.structs.replace(repaid, funder_txn="ft-x")
    )  # fmt: skip

    assert await found(fast) == sorted(
        [
            (f"{given.advance_ref}-{given.ref}", "fee_differs", 0),
            (f"{repaid.advance_ref}-{repaid.ref}", "twice", 0),
        ]
    )


async def test_a_deed_that_the_file_does_not_tell_is_missing_until_a_later_file_tells_it(fast: Fast) -> None:
    order = await fast.advanced(red=100)
    await fast.trade.confirm(order)
    await fast.errands()
    given, repaid = await deeds(fast)
    await note(fast, given)
    assert await found(fast) == [(f"{repaid.advance_ref}-{repaid.ref}", "only_ours", 0)]

    later = NoteAdvanceFile(on=NEXT, lines=[repaid])
    await fast.hall.run(finance.note_advance_file, later, system())
    await fast.hall.run(finance.recheck_advance_files, Nothing(), system())

    assert await found(fast) == []


async def test_a_settlement_that_does_not_add_up_books_nothing_and_is_asked_for_again(fast: Fast) -> None:
    order = await fast.advanced(red=100)
    await fast.trade.confirm(order)
    await fast.errands()
    await note(fast, *await deeds(fast))
    lines = [
        FunderSettlementLine(kind=kind, currency="CNY", net_minor=net_minor)
        for kind, net_minor in (("advances", -FEE), ("total", -FEE - 1))
    ]

    for _ in range(2):
        await fast.hall.run(
            finance.note_funder_settlement, NoteFunderSettlement(on=NEXT, lines=lines), system()
        )

    closing = await fast.hall.run(payments.closing, Nothing(), actor(1, "market.ledger"))
    assert [(one.on, one.source, one.why) for one in closing.awaited] == [
        (NEXT, "funder_settlement", "unbalanced")
    ]
    assert (await settled(fast), await fast.clearing()) == ([], -FEE)

    await settle(fast, -FEE)
    await fast.hall.run(finance.note_funder_settlement, NoteFunderSettlement(on=NEXT, lines=lines), system())

    closing = await fast.hall.run(payments.closing, Nothing(), actor(1, "market.ledger"))
    assert (closing.awaited, await fast.clearing()) == ([], 0)


async def test_a_settlement_is_booked_once_and_an_empty_one_is_waited_for(fast: Fast) -> None:
    order = await fast.advanced(red=100)
    await fast.trade.confirm(order)
    await fast.errands()
    await settle(fast)
    assert await settled(fast) == [], "what was done on the day before is not known yet"
    await note(fast, *await deeds(fast))
    await settle(fast)
    assert await settled(fast) == []
    ask = BelieveEmpty(on=NEXT, source="funder_settlement", reason="资金方说当日未付")
    await fast.hall.run(operations.believe_empty, ask, actor(1, "market.ledger"))
    assert (await settled(fast), await fast.clearing()) == ([(NEXT.isoformat(), 0)], -FEE)

    for _ in range(2):
        await settle(fast, -FEE)

    assert (await settled(fast), await fast.clearing()) == ([(NEXT.isoformat(), -FEE)], 0)
    assert await fast.findings() == []
