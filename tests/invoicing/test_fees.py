"""The market's own invoices of its fees: every fee the book charged is invoiced once, every fee it gave back is taken off."""

import random
from collections import defaultdict
from collections.abc import Awaitable
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from huozhan import invoicing, ledger, operations
from huozhan.doors.jobs import tax
from huozhan.invoicing.asks import FeeFileRef, ListFeeInvoices, RetryFeeInvoice, SetFeeIssuer, TaxTold
from huozhan.invoicing.fee_views import FeeDesk, FeeInvoiceView
from huozhan.kernel.actor import Actor, system
from huozhan.kernel.refusals import NotFound
from huozhan.kernel.shapes import Nothing
from tests.aftersales.complaining import Desk
from tests.invoicing.billing import Billing
from tests.invoicing.test_red_letters import give_back
from tests.payments.paying import actor

MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)
OPERATOR = actor(1, "market.ledger")
NAME, NUMBER = "货栈网络技术有限公司", "91330100MA2B0XYZ1A"


async def say_who(billing: Billing) -> None:
    ask = SetFeeIssuer(name=NAME, taxpayer_id=NUMBER, reason="首次设置")
    await billing.hall.run(operations.set_fee_issuer, ask, OPERATOR)


async def bill(billing: Billing) -> date | None:
    """The worker's round, and what it leads to; tells which month was billed."""
    billed = await billing.hall.run(invoicing.bill_fees, Nothing(), system())
    await billing.catch_up()
    return billed.month


async def of(billing: Billing, seller: Actor) -> list[FeeInvoiceView]:
    """A supplier's page."""
    page = await billing.hall.run(invoicing.my_fee_invoices, ListFeeInvoices(), seller)
    return page.items


async def desk(billing: Billing) -> FeeDesk:
    return await billing.hall.run(invoicing.fee_desk, Nothing(), OPERATOR)


async def test_a_month_is_billed_when_it_is_over_and_not_before_the_market_says_who_it_is(
    billing: Billing,
) -> None:
    await billing.received(red=10)
    assert await bill(billing) is None
    billing.trade.clock.pass_(days=32)
    assert await bill(billing) is None, "nobody issues yet"

    await say_who(billing)
    assert await bill(billing) == MARCH
    assert await bill(billing) is None, "April is not over"

    (one,) = await of(billing, billing.trade.chenguang)
    # 2 % of goods worth 100.00; of 2.00 with 6 % inside, 0.11 are tax.
    assert (one.month, one.amount_minor, one.tax_minor, one.state, one.is_red) == (
        MARCH,
        200,
        11,
        "issued",
        False,
    )
    assert one.formats == ["ofd", "pdf", "xml"]
    assert await of(billing, billing.trade.hongfa) == []
    asked = billing.tax.asked[-1]
    assert (asked.what, asked.kind, asked.seller and asked.seller.taxpayer_id) == (
        "issue",
        "ordinary",
        NUMBER,
    )
    assert await billing.findings() == []


async def test_fees_that_went_back_are_taken_off_by_red_letters(billing: Billing) -> None:
    await say_who(billing)
    order = await billing.received(red=10)
    billing.trade.clock.pass_(days=27)
    later = await billing.received(red=10)
    billing.trade.clock.pass_(days=5)
    await bill(billing)
    await give_back(billing, later, l1=5)
    billing.trade.clock.pass_(days=30)
    assert await bill(billing) == APRIL

    red, blue = await of(billing, billing.trade.chenguang)
    assert (blue.month, blue.amount_minor, blue.is_red) == (MARCH, 400, False)
    assert (red.month, red.amount_minor, red.is_red, red.of_number) == (APRIL, 100, True, blue.number)
    assert (red.state, len(billing.tax.asked)) == ("issued", 2)
    assert order
    assert await billing.findings() == []
    months = (await desk(billing)).months
    assert [(one.charged_minor, one.returned_minor, one.issued) for one in months] == [
        (0, 100, 1),
        (400, 0, 1),
    ]


async def test_what_the_tax_party_refuses_is_asked_again_by_a_person_and_its_red_letter_waits(
    billing: Billing,
) -> None:
    await say_who(billing)
    order = await billing.received(red=10)
    await give_back(billing, order, l1=5)
    billing.trade.clock.pass_(days=32)
    billing.tax.refuses = "taxpayer_under_review"
    await bill(billing)
    billing.tax.refuses = ""

    (failed,) = (await desk(billing)).failed
    assert (failed.amount_minor, failed.reason) == (200, "taxpayer_under_review")
    assert {one.state for one in await of(billing, billing.trade.chenguang)} == {"failed", "issuing"}
    ask = RetryFeeInvoice(seller_id=failed.seller_id, document_id=failed.document_id, reason="已恢复")
    await billing.hall.run(operations.retry_fee_invoice, ask, OPERATOR)
    await billing.catch_up()

    assert [(one.is_red, one.state) for one in await of(billing, billing.trade.chenguang)] == [
        (True, "issued"), (False, "issued"),
    ]  # fmt: skip
    assert (await desk(billing)).failed == []


async def test_silence_issues_one_invoice_and_another_amount_counts_for_nothing(billing: Billing) -> None:
    await say_who(billing)
    await billing.received(red=10)
    billing.trade.clock.pass_(days=32)
    billing.tax.silent_after_success = 1
    await bill(billing)
    ref = billing.tax.asked[-1].ref
    for told in (
        TaxTold(ref=ref, state="done", number="26330000000000000099", amount_minor=1, tax_minor=0),
        TaxTold(ref="fee:1:2:3", state="done", number="26330000000000000098"),
        TaxTold(ref=f"{ref}9", state="refused"),
    ):
        await billing.hall.run(invoicing.hear_fee, told, system())
    assert [one.reason for one in (await desk(billing)).failed] == ["amount_differs"]
    billing.trade.clock.pass_(minutes=11)

    await tax.sweep(billing.hall)
    await billing.catch_up()

    (one,) = await of(billing, billing.trade.chenguang)
    assert (one.state, len(billing.tax.records)) == ("issued", 1)
    assert len({errand.ref for errand in billing.tax.asked}) == 1


async def test_nobody_opens_anothers_file(billing: Billing) -> None:
    await say_who(billing)
    await billing.received(red=10)
    billing.trade.clock.pass_(days=32)
    await bill(billing)
    (one,) = await of(billing, billing.trade.chenguang)
    ask = FeeFileRef(document_id=one.document_id, format="pdf")
    assert (await billing.hall.run(invoicing.fee_file, ask, billing.trade.chenguang)).content
    with pytest.raises(NotFound):
        await billing.hall.run(invoicing.fee_file, ask, billing.trade.hongfa)


async def test_a_document_that_says_something_else_than_the_book_is_found(billing: Billing) -> None:
    await say_who(billing)
    await billing.received(red=10)
    billing.trade.clock.pass_(days=32)
    await bill(billing)
    async with billing.hall.pool.acquire() as db:
        await db.execute("UPDATE fee_invoice SET amount_minor = amount_minor + 1")
    assert [one.code for one in await billing.findings()] == ["invoicing.fees_apart"]


@pytest.mark.parametrize("seed", range(2))
async def test_documents_of_random_months_come_to_what_the_book_charged(billing: Billing, seed: int) -> None:
    """An oracle of its own: what is charged by month and what goes back, added up in plain Python."""
    draw = random.Random(seed)
    await say_who(billing)
    trade, complaints = billing.trade, Desk(billing.trade)
    charged: dict[date, int] = defaultdict(int)

    async def counted(deed: Awaitable[Any]) -> Any:
        before = await fees_in_all(billing)
        done = await deed
        month = trade.clock.now().astimezone(ZoneInfo("Asia/Shanghai")).date().replace(day=1)
        charged[month] += await fees_in_all(billing) - before
        return done

    for wait in (27, 24):
        trade.clock.pass_(days=wait)
        orders = [
            (await counted(billing.received(**{name: units})), units)
            for name, units in [(draw.choice(["red", "blue"]), draw.randint(1, 20)) for _ in range(2)]
        ]
        for days in (0, 5):
            trade.clock.pass_(days=days)
            order, units = orders.pop(draw.randrange(len(orders)))
            case = await complaints.apply(order, l1=draw.randint(1, units))
            await counted(complaints.answer(case, agree=True))
        await bill(billing)
    trade.clock.pass_(days=32)
    while await bill(billing):
        pass

    documents = await of(billing, trade.chenguang)
    told: dict[date, int] = defaultdict(int)
    for one in documents:
        told[one.month] += -one.amount_minor if one.is_red else one.amount_minor
    assert told == charged
    for blue in (one for one in documents if not one.is_red):
        back = [one for one in documents if one.of_number == blue.number]
        assert sum(one.amount_minor for one in back) <= blue.amount_minor
        if sum(one.amount_minor for one in back) == blue.amount_minor:
            assert sum(one.tax_minor for one in back) == blue.tax_minor
    assert await billing.findings() == []


async def fees_in_all(billing: Billing) -> int:
    """What all fees come to by now, with their tax, as the accounts stand."""
    async with billing.hall.pool.acquire() as db:
        work = billing.hall.work(db, system())
        return sum(
            [(await ledger.balance(work, ledger.Account(code, 0))).posted_minor for code in (301, 302, 210)]
        )


async def test_two_rounds_at_once_bill_a_month_once(billing: Billing) -> None:
    await say_who(billing)
    await billing.received(red=10)
    billing.trade.clock.pass_(days=32)
    assert sorted([await bill(billing), await bill(billing)], key=str) == [MARCH, None]
    assert len(await of(billing, billing.trade.chenguang)) == 1
