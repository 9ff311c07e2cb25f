"""A buyer asks for invoices of what was paid, and sellers issue them."""

import pytest

from huozhan import invoicing
from huozhan.invoicing.issuing import SellerHasNoTaxpayerId
from huozhan.invoicing.number import NumberTaken, NumberWrong
from huozhan.invoicing.requesting import AskedTooLate, NotReceived, OneSeller
from huozhan.invoicing.sharing import NothingLeft
from huozhan.invoicing.title import NoTaxpayerId, SpecialNeedsMore, TaxpayerIdNeeded
from huozhan.kernel.moves import NoSuchMove
from huozhan.kernel.refusals import Forbidden, NotFound
from huozhan.kernel.shapes import Nothing
from huozhan.parties.supplying import UsccWrong
from tests.invoicing.billing import LI_USCC, Billing


async def test_an_invoice_of_a_received_order_is_issued_with_the_tax_inside(billing: Billing) -> None:
    order = await billing.received(red=10)  # 100.00 and 8.00 of freight
    asked = await billing.ask(order)
    assert (asked.state, asked.amount_minor) == ("init", 10_800)

    page = await billing.issue(asked)

    assert (page.card.state, page.card.amount_minor) == ("issued", 10_800)
    assert (page.net_minor, page.tax_minor) == (9_558, 1_242)  # 108.00 / 1.13 = 95.575…
    assert page.card.number == "26331000000000000001"
    assert page.seller_taxpayer_id == "91330782MA28A1B2X4"
    assert [(file.red_id, file.format) for file in page.files] == [("0", "ofd"), ("0", "pdf"), ("0", "xml")]
    assert [moment.event for moment in page.moments] == ["ask", "issue", "issued"]
    assert await billing.findings() == []


async def test_several_orders_of_one_seller_share_an_invoice(billing: Billing) -> None:
    one, two = await billing.received(red=10), await billing.received(blue=3)
    bolts = await billing.received(bolt=1000)

    with pytest.raises(OneSeller):
        await billing.ask(one, bolts)
    page = await billing.issued(one, two)

    assert [(part.order_number, part.amount_minor) for part in page.parts] == [
        (one.number, 10_800),
        (two.number, 3_600),
    ]
    assert page.card.amount_minor == 14_400 == sum(line.amount_minor for line in page.lines)
    assert page.tax_minor == sum(line.tax_minor for line in page.lines) == 1_242 + 414


async def test_nothing_is_invoiced_twice(billing: Billing) -> None:
    order = await billing.received(red=10)
    await billing.issued(order)

    with pytest.raises(NothingLeft):
        await billing.ask(order)
    shown = await billing.of_order(order)
    assert (shown.room_minor, shown.why, len(shown.invoices)) == (0, "invoicing.nothing_left", 1)


async def test_an_order_is_invoiced_once_it_is_received_or_paid_where_the_shop_agrees(
    billing: Billing,
) -> None:
    order = await billing.trade.paid(red=10)
    with pytest.raises(NotReceived):
        await billing.ask(order)
    assert (await billing.of_order(order)).why == "invoicing.not_received"

    await billing.rates(1300, at_payment=True)
    unpaid = await billing.trade.one(red=1)
    with pytest.raises(NotReceived):
        await billing.ask(unpaid)

    assert (await billing.ask(order)).amount_minor == 10_800


async def test_an_order_that_ended_long_ago_is_not_invoiced_by_the_market(billing: Billing) -> None:
    order = await billing.received(red=1)
    billing.trade.clock.pass_(days=361)

    with pytest.raises(AskedTooLate):
        await billing.ask(order)


async def test_others_orders_and_invoices_are_not_found(billing: Billing) -> None:
    people = billing.trade.people
    order = await billing.received(red=1)
    own = await billing.title(whole=False, by=people.hengxin)
    ask = invoicing.asks.AskInvoice(order_ids=(order.order_id,), title_id=own.title_id)
    with pytest.raises(NotFound):
        await billing.hall.run(invoicing.ask_invoice, ask, people.hengxin)
    asked = await billing.ask(order)

    for stranger in (people.hengxin, people.hongfa):
        with pytest.raises(NotFound):
            await billing.page(asked, stranger)
    with pytest.raises(NotFound):
        await billing.issue(asked, people.hongfa)
    with pytest.raises(Forbidden):
        await billing.issue(asked, people.li)


async def test_each_line_is_taxed_by_its_goods_rate_and_parts_add_up(billing: Billing) -> None:
    await billing.rates(600, CUP=100)
    page = await billing.issued(await billing.received(red=7, blue=3))

    assert [(line.rate_bp, line.amount_minor, line.tax_minor) for line in page.lines] == [
        (100, 7_560, 75), (100, 3_240, 32),
    ]  # fmt: skip
    assert page.net_minor + page.tax_minor == page.card.amount_minor == 10_800


async def test_a_special_invoice_needs_a_company_with_everything_on_it(billing: Billing) -> None:
    order = await billing.received(red=1)
    with pytest.raises(TaxpayerIdNeeded):
        await billing.title(taxpayer_id="")
    with pytest.raises(UsccWrong):
        await billing.title(taxpayer_id=LI_USCC[:-1] + "C")
    with pytest.raises(NoTaxpayerId):
        await billing.title(kind="personal")
    thin = await billing.title(bank="")
    assert not thin.can_special
    ask = invoicing.asks.AskInvoice(
        order_ids=(order.order_id,), title_id=thin.title_id, kind=invoicing.Kind.special
    )
    with pytest.raises(SpecialNeedsMore):
        await billing.hall.run(invoicing.ask_invoice, ask, billing.trade.li)

    page = await billing.issued(order, kind="special")
    assert (page.card.kind, page.details.taxpayer_id) == ("special", LI_USCC)


async def test_titles_are_sealed_and_one_is_the_default(billing: Billing) -> None:
    first, second = await billing.title(), await billing.title(whole=False, is_default=True)
    async with billing.hall.pool.acquire() as db:
        rows = await db.fetch("SELECT * FROM invoice_title")
    assert all(b"6222021208009998887" not in bytes(row["details"]) for row in rows)

    shown = await billing.hall.run(invoicing.my_titles, Nothing(), billing.trade.li)
    assert [(one.title_id, one.is_default) for one in shown.titles] == [
        (second.title_id, True), (first.title_id, False),
    ]  # fmt: skip


async def test_a_request_that_is_refused_or_withdrawn_may_be_made_anew(billing: Billing) -> None:
    order = await billing.received(red=1)
    asked = await billing.ask(order)
    await billing.close(invoicing.refuse_invoice, asked, billing.trade.chenguang)
    assert (await billing.page(asked)).card.state == "closed"
    asked = await billing.ask(order)
    await billing.close(invoicing.withdraw_invoice, asked, billing.trade.li)

    page = await billing.issued(order)
    with pytest.raises(NoSuchMove):
        await billing.close(invoicing.withdraw_invoice, page.card, billing.trade.li)


async def test_an_invoice_issued_elsewhere_is_checked_by_its_number(billing: Billing) -> None:
    order = await billing.received(red=10)
    asked = await billing.ask(order)
    for wrong in ("123", "27330000000000000001", "26990000000000000001"):
        with pytest.raises(NumberWrong):
            await billing.enter(asked, wrong)

    number = "26330000000000000077"
    page = await billing.enter(asked, number)
    assert (page.card.state, page.reason) == ("verify_failed", "unknown_number")

    billing.tax.records[number] = invoicing.TaxRecord(
        number=number,
        seller_taxpayer_id="91330782MA28A1B2X4",
        buyer_name="李小明",
        amount_minor=10_799,
        tax_minor=1_242,
    )
    page = await billing.enter(asked, number)
    assert (page.card.state, page.reason) == ("verify_failed", "amount_differs")

    billing.tax.records[number] = invoicing.TaxRecord(
        number=number,
        seller_taxpayer_id="91330782MA28A1B2X4",
        buyer_name="李小明",
        amount_minor=10_800,
        tax_minor=1_242,
    )
    page = await billing.enter(asked, number)
    assert (page.card.state, page.card.number, page.is_external) == ("issued", number, True)

    other = await billing.ask(await billing.received(red=10))
    with pytest.raises(NumberTaken):
        await billing.enter(other, number)
    assert await billing.findings() == []


async def test_an_invoice_made_void_frees_its_orders(billing: Billing) -> None:
    order = await billing.received(red=1)
    page = await billing.issued(order)

    await billing.close(invoicing.void_invoice, page.card, billing.trade.chenguang, "抬头开错")
    await billing.catch_up()

    assert (await billing.page(page.card)).card.state == "deprecated"
    assert (await billing.of_order(order)).room_minor == 1_600
    assert (await billing.issued(order)).card.state == "issued"
    assert await billing.findings() == []


async def test_a_late_invoice_is_told_and_counted(billing: Billing) -> None:
    asked = await billing.ask(await billing.received(red=1))
    await billing.ask(await billing.received(red=2))

    await billing.trade.let_pass(days=7)
    page = await billing.issue(asked)

    assert page.card.is_late
    record = await billing.hall.run(invoicing.invoice_record, Nothing(), billing.trade.chenguang)
    assert (record.due, record.in_time, record.late, record.waiting) == (2, 0, 2, 1)


async def test_a_seller_without_a_credit_code_enters_what_it_issued_elsewhere(billing: Billing) -> None:
    asked = await billing.ask(await billing.received(red=1))
    async with billing.hall.pool.acquire() as db:
        await db.execute(
            "UPDATE organisation SET uscc = '' WHERE org_id = $1", billing.trade.chenguang.org_id
        )

    with pytest.raises(SellerHasNoTaxpayerId):
        await billing.issue(asked)
