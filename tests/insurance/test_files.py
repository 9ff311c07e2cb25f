"""The insurer's two files of a day: its deeds beside ours, and what passed between the banks, booked once and waited for."""

from datetime import date
from typing import Any

import msgspec

from huozhan import insurance, operations, payments
from huozhan.insurance.asks import (
    InsurerFileLine,
    InsurerSettlementLine,
    NoteInsurerFile,
    NoteInsurerSettlement,
)
from huozhan.kernel.actor import system
from huozhan.kernel.shapes import Nothing
from huozhan.payments.asks import BelieveEmpty, ListDifferences
from tests.insurance.insured import Insured
from tests.payments.paying import actor

DAY, NEXT = date(2026, 3, 1), date(2026, 3, 2)
PREMIUM, PAID = 540, 1_200


async def claimed(insured: Insured) -> list[InsurerFileLine]:
    """An order whose return was paid for; tells the insurer's file as it should be."""
    order = await insured.received(red=100)
    case = await insured.sent_back(order, l1=10)
    await insured.desk.receive(case)
    await insured.errands()
    return [
        InsurerFileLine(
            kind=done.kind, insurer_txn=f"in-{ref}", ref=ref, policy_ref=done.policy_ref,
            amount_minor=done.amount_minor, currency="CNY",
        )
        for ref, done in insured.insurer.done.items()
        if done.kind != "policies"
    ]  # fmt: skip


async def note(insured: Insured, *lines: InsurerFileLine, on: date = DAY) -> None:
    ask = NoteInsurerFile(on=on, lines=list(lines))
    await insured.hall.run(insurance.note_insurer_file, ask, system())


async def found(insured: Insured) -> list[tuple[str, str, int]]:
    ask: Any = ListDifferences(source="insurer")
    page = await insured.hall.run(payments.differences, ask, actor(1, "market.ledger"))
    return sorted((one.ref, one.sort, one.effect_minor) for one in page.items)


async def settle(insured: Insured, *nets: int, total_minor: int | None = None) -> None:
    """The insurer's file of what passed between the banks, with its total."""
    lines = [InsurerSettlementLine(kind="claims", currency="CNY", net_minor=net) for net in nets]
    total = InsurerSettlementLine(
        kind="total", currency="CNY", net_minor=sum(nets) if total_minor is None else total_minor
    )
    ask = NoteInsurerSettlement(on=NEXT, lines=[*lines, total] if nets else [])
    await insured.hall.run(insurance.note_insurer_settlement, ask, system())


async def test_files_that_agree_leave_nothing_and_what_differs_books_nothing(insured: Insured) -> None:
    premium, claim = await claimed(insured)
    assert (premium.kind, premium.amount_minor, claim.kind, claim.amount_minor) == (
        "premiums", PREMIUM, "claims", PAID,
    )  # fmt: skip
    stands = await insured.clearing()

    await note(insured, premium, msgspec.structs.replace(claim, amount_minor=PAID + 1))

    assert await found(insured) == [(f"{claim.policy_ref}-{claim.ref}", "amount_differs", 0)]
    assert await insured.clearing() == stands == PAID - PREMIUM


async def test_a_claim_that_the_file_does_not_tell_is_missing_until_a_later_file_tells_it(
    insured: Insured,
) -> None:
    premium, claim = await claimed(insured)
    await note(insured, premium)
    assert await found(insured) == [(f"{claim.policy_ref}-{claim.ref}", "only_ours", 0)]

    await note(insured, claim, on=NEXT)
    await insured.hall.run(insurance.recheck_insurer_files, Nothing(), system())

    assert await found(insured) == []


async def test_a_settlement_is_booked_once_and_the_insurers_account_is_empty_then(insured: Insured) -> None:
    lines = await claimed(insured)
    await note(insured, *lines)
    for _ in range(2):
        await settle(insured, -PREMIUM, PAID)

    assert await insured.clearing() == 0
    assert (await insured.console()).settled == [(NEXT.isoformat(), PAID - PREMIUM)]
    assert (await insured.pool(), await insured.findings()) == (0, [])


async def test_a_settlement_that_does_not_add_up_or_is_not_there_yet_books_nothing(insured: Insured) -> None:
    lines = await claimed(insured)
    await settle(insured)
    await note(insured, *lines)
    await settle(insured, -PREMIUM, PAID, total_minor=1)
    await settle(insured)
    assert ((await insured.console()).settled, await insured.clearing()) == ([], PAID - PREMIUM)

    ask = BelieveEmpty(on=NEXT, source="insurer_settlement", reason="已与保险公司核对，当日无结算")
    await insured.hall.run(operations.believe_empty, ask, insured.trade.people.operator)

    assert (await insured.console()).settled == [(NEXT.isoformat(), 0)]
    assert await insured.findings() == []
