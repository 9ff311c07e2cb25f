"""What goes back after it was invoiced is taken off the invoice again; a tax party that misbehaves changes nothing."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncpg
import msgspec
import pytest
import pytest_asyncio

from huozhan import invoicing, ordering
from huozhan.catalogue import load_categories
from huozhan.doors.jobs import tax
from huozhan.doors.jobs.queue import work_once
from huozhan.doors.jobs.relay import relay_once
from huozhan.doors.jobs.table import TASKS
from huozhan.invoicing.asks import InvoiceRef, SaveRates
from huozhan.invoicing.issuing import RedBegun
from huozhan.invoicing.sharing import NothingLeft
from huozhan.invoicing.worth import worth_of
from huozhan.kernel.actor import system
from huozhan.kernel.clock import MovableClock
from huozhan.kernel.database import open_pool
from huozhan.kernel.moves import NoSuchMove
from huozhan.kernel.refusals import Refusal
from huozhan.kernel.shapes import Nothing
from huozhan.ordering.asks import LineQuantity, RefundUnshipped
from tests.aftersales.complaining import Desk
from tests.conftest import make_hall
from tests.credit.lending import open_lending
from tests.invoicing.billing import Billing
from tests.ordering.staged_trade import StagedTrade
from tests.ordering.trading import Trade, open_trade


async def give_back(billing: Billing, order, **lines) -> None:
    """A case after receipt that the seller agrees to, and all that follows from it."""
    desk = Desk(billing.trade)
    case = await desk.apply(order, **lines)
    await desk.answer(case, agree=True)
    await billing.catch_up()


async def test_a_refund_of_an_invoiced_order_brings_a_red_letter_by_itself(billing: Billing) -> None:
    order = await billing.received(red=10)
    page = await billing.issued(order)

    await give_back(billing, order, l1=4)

    page = await billing.page(page.card)
    (red,) = page.reds
    assert (page.card.state, page.card.red_minor) == ("red_part_issued", 4_320)
    assert (red.state, red.amount_minor, red.confirmed_by) == ("issued", 4_320, "rule")
    assert red.tax_minor == 1_242 - 745  # of 64.80, 7.45 stay
    assert (await billing.of_order(order)).room_minor == 0

    await give_back(billing, order, l1=6)

    page = await billing.page(page.card)
    assert (page.card.state, page.card.red_minor) == ("red_all_issued", 10_800)
    assert sum(one.tax_minor for one in page.reds) == 1_242
    assert len({one.number for one in page.reds}) == 2
    assert await billing.findings() == []


async def test_what_went_back_is_taken_off_one_of_an_orders_invoices_not_off_each(billing: Billing) -> None:
    """840.00 were invoiced first, the tail of 90.00 later; 10 of 100 cups come back for 93.00."""
    trade = billing.trade
    order = await StagedTrade(trade).one("9-1", "goods_received")
    await trade.pay(order)
    await trade.ship(order)
    await trade.confirm(order)
    first = await billing.issued(order)
    await trade.pay(order)
    await billing.catch_up()
    second = await billing.issued(order)
    assert (first.card.amount_minor, second.card.amount_minor) == (84_000, 9_000)

    await give_back(billing, order, l1=10)

    pages = [await billing.page(one.card) for one in (first, second)]
    assert sum(page.card.red_minor for page in pages) == 9_300
    assert (await billing.of_order(order)).room_minor == 0
    assert await billing.findings() == []


async def test_what_goes_back_while_an_invoice_is_asked_for_shrinks_the_request(
    billing: Billing, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The refund is followed to its end between the reading of the order and the request."""
    order = await billing.received(red=10)
    to_give = [4]

    async def read_first(*asked: Any) -> Any:
        found = await worth_of(*asked)
        if to_give:
            await give_back(billing, order, l1=to_give.pop())
        return found

    monkeypatch.setattr("huozhan.invoicing.requesting.worth_of", read_first)
    asked = await billing.ask(order)
    monkeypatch.undo()
    await billing.catch_up()

    assert (await billing.page(asked)).card.amount_minor == 6_480
    assert await billing.findings() == []


async def test_a_refund_that_nobody_is_asked_about_shrinks_the_request_of_an_order_on_credit(
    trade: Trade,
) -> None:
    lending = await open_lending(trade)
    billing = Billing(lending.trade)
    rates = msgspec.convert({"rate_bp": 1300, "at_payment": True, "own": []}, SaveRates)
    await trade.hall.run(invoicing.save_rates, rates, lending.hongfa)
    order = await lending.order(1_000)
    asked = await billing.ask(order)
    await billing.catch_up()

    back = RefundUnshipped(order_id=order.order_id, lines=(LineQuantity(1, 300),), reason="不需要了")
    assert (await trade.hall.run(ordering.refund_unshipped, back, lending.li)).state == "agreed"
    await billing.catch_up()

    assert (await billing.page(asked)).card.amount_minor == 2_450
    assert await billing.findings() == []


async def test_a_second_refund_is_followed_while_the_first_one_is(billing: Billing) -> None:
    """The worker takes a job off the queue a moment after it was worked."""
    order = await billing.received(red=10)
    asked = await billing.ask(order)
    await billing.catch_up()
    desk = Desk(billing.trade)
    worked = set()
    for units in (4, 6):
        await desk.answer(await desk.apply(order, l1=units), agree=True)
        while await relay_once(billing.hall):
            pass
        async with billing.hall.pool.acquire() as db:
            jobs = await db.fetch("SELECT job_id FROM job WHERE kind = 'invoicing.follow'")
        new = {job["job_id"] for job in jobs} - worked
        assert new
        worked |= new
        for _ in new:
            await tax.follow(billing.hall, order_id=int(order.order_id))

    assert (await billing.page(asked)).card.state == "closed"
    assert await billing.findings() == []


async def test_what_the_tax_party_is_to_be_asked_next_is_asked_though_the_question_before_is_being_worked(
    billing: Billing,
) -> None:
    order = await billing.received(red=10)
    asked = await billing.ask(order)
    ask = InvoiceRef(invoice_id=asked.invoice_id)
    await billing.hall.run(invoicing.issue_invoice, ask, billing.trade.chenguang)
    desk = Desk(billing.trade)
    await desk.answer(await desk.apply(order, l1=4), agree=True)
    while await relay_once(billing.hall):
        pass
    await tax.follow(billing.hall, order_id=int(order.order_id))

    # What came back while it was issued is taken back by a question that its answer asks, inside the same job.
    for _ in range(2):
        async with billing.hall.pool.acquire() as db:
            await db.execute("DELETE FROM job WHERE kind <> 'invoicing.ask'")
        await work_once(billing.hall, TASKS)

    assert [errand.what for errand in billing.tax.asked] == ["issue", "red"]
    assert (await billing.page(asked)).card.state == "red_part_issued"


async def test_what_goes_back_before_it_is_issued_shrinks_the_request(billing: Billing) -> None:
    order, other = await billing.received(red=10), await billing.received(blue=1)
    asked = await billing.ask(order, other)
    alone = await billing.ask(await billing.received(red=1))

    await give_back(billing, order, l1=4)

    page = await billing.page(asked)
    assert (page.card.state, page.card.amount_minor, page.tax_minor) == ("init", 6_480 + 1_600, 745 + 184)
    page = await billing.issue(asked)
    assert (page.card.state, page.reds) == ("issued", [])

    lone = await billing.page(alone)
    assert lone.card.state == "init"
    assert await billing.findings() == []


async def test_a_request_of_which_nothing_is_left_ends(billing: Billing) -> None:
    order = await billing.received(red=1)
    asked = await billing.ask(order)

    await give_back(billing, order, l1=1)

    assert (await billing.page(asked)).card.state == "closed"
    with pytest.raises(NothingLeft):
        await billing.ask(order)
    assert await billing.findings() == []


async def test_a_special_invoice_is_taken_back_once_its_buyer_confirms(billing: Billing) -> None:
    order = await billing.received(red=10)
    page = await billing.issued(order, kind="special")

    await give_back(billing, order, l1=5)

    page = await billing.page(page.card)
    assert (page.card.state, page.reds[0].state, page.can) == ("issued", "confirming", ["confirm_red"])
    with pytest.raises(Refusal):
        await billing.confirm_red(page, billing.trade.people.hengxin)
    page = await billing.confirm_red(page)
    assert (page.card.state, page.reds[0].state, page.reds[0].confirmed_by) == (
        "red_part_issued",
        "issued",
        "buyer",
    )
    with pytest.raises(Refusal):
        await billing.confirm_red(page)
    assert await billing.findings() == []


async def test_a_buyer_who_keeps_silent_has_confirmed_after_three_days(billing: Billing) -> None:
    order = await billing.received(red=10)
    page = await billing.issued(order, kind="special")
    await give_back(billing, order, l1=5)

    await billing.trade.let_pass(hours=72)
    await billing.catch_up()

    page = await billing.page(page.card)
    assert (page.reds[0].state, page.reds[0].confirmed_by) == ("issued", "clock")


async def test_an_invoice_with_a_red_letter_is_not_made_void(billing: Billing) -> None:
    order = await billing.received(red=10)
    page = await billing.issued(order)
    await give_back(billing, order, l1=5)

    with pytest.raises((RedBegun, NoSuchMove)):
        await billing.close(invoicing.void_invoice, page.card, billing.trade.chenguang)


async def test_a_refund_while_the_tax_party_issues_is_taken_back_afterwards(billing: Billing) -> None:
    order = await billing.received(red=10)
    asked = await billing.ask(order)
    billing.tax.silent_after_success = 1
    await billing.issue(asked)
    assert (await billing.page(asked)).card.state == "issuing"

    await give_back(billing, order, l1=4)
    assert (await billing.page(asked)).card.amount_minor == 10_800
    await tax.ask(billing.hall, invoice_id=int(asked.invoice_id))
    await billing.catch_up()

    page = await billing.page(asked)
    assert (page.card.state, page.card.red_minor, len(billing.tax.records)) == ("red_part_issued", 4_320, 1)
    assert await billing.findings() == []


async def test_silence_after_success_issues_one_invoice(billing: Billing) -> None:
    asked = await billing.ask(await billing.received(red=1))
    billing.tax.silent_after_success = 2
    await billing.issue(asked)
    billing.trade.clock.pass_(minutes=11)

    for _ in range(3):
        await billing.hall.run(invoicing.ask_tax_again, Nothing(), system())
        billing.trade.clock.pass_(minutes=11)
        await billing.catch_up()

    page = await billing.page(asked)
    assert (page.card.state, len(billing.tax.records)) == ("issued", 1)
    assert len({errand.ref for errand in billing.tax.asked}) == 1


async def test_a_refused_invoice_may_be_asked_for_again_and_a_late_word_about_the_first_changes_nothing(
    billing: Billing,
) -> None:
    asked = await billing.ask(await billing.received(red=1))
    billing.tax.refuses = "taxpayer_under_review"
    page = await billing.issue(asked)
    assert (page.card.state, page.reason) == ("failed", "taxpayer_under_review")
    first = billing.tax.asked[0].ref

    billing.tax.refuses = ""
    page = await billing.issue(asked)
    number = page.card.number
    for state in ("refused", "done"):
        told = invoicing.asks.TaxTold(ref=first, state=state, number="26330000000000000099")
        await billing.hall.run(invoicing.hear_tax, told, system())

    page = await billing.page(asked)
    assert (page.card.state, page.card.number) == ("issued", number)


async def test_a_callback_is_only_a_hint_and_counts_once(billing: Billing) -> None:
    asked = await billing.ask(await billing.received(red=1))
    billing.tax.silent_after_success = 1
    await billing.issue(asked)
    ref = billing.tax.asked[0].ref
    body = f'{{"type": "issue.done", "data": {{"ref": "{ref}", "state": "done", "amount_minor": 1, "number": "1"}}}}'

    for message_id in ("m-1", "m-1", "m-2"):
        await billing.hall.run(
            invoicing.note_tax_message, invoicing.asks.TaxMessage(message_id=message_id, body=body), system()
        )
    for message_id, strange in (("m-3", '{"data": {"ref": "issue:1:1"}}'), ("m-4", "[]")):
        note = invoicing.asks.TaxMessage(message_id=message_id, body=strange)
        await billing.hall.run(invoicing.note_tax_message, note, system())
    await billing.catch_up()

    page = await billing.page(asked)
    assert (page.card.state, page.card.amount_minor) == ("issued", 1_600)
    async with billing.hall.pool.acquire() as db:
        rows = await db.fetch("SELECT message_id, outcome FROM tax_message ORDER BY message_id")
    assert [tuple(row) for row in rows] == [
        ("m-1", "worked"), ("m-2", "worked"), ("m-3", "unknown_reference"), ("m-4", "unreadable"),
    ]  # fmt: skip


async def test_an_answer_about_another_amount_counts_for_nothing(billing: Billing) -> None:
    asked = await billing.ask(await billing.received(red=1))
    billing.tax.silent_after_success = 1
    await billing.issue(asked)
    told = invoicing.asks.TaxTold(
        ref=billing.tax.asked[0].ref, state="done", number="26330000000000000099", amount_minor=1, tax_minor=0
    )

    await billing.hall.run(invoicing.hear_tax, told, system())

    assert (await billing.page(asked)).card.state == "issuing"
    assert [finding.code for finding in await billing.findings()] == ["invoicing.answer_differs"]


@pytest_asyncio.fixture(loop_scope="session")
async def busy(open_dsn: str, clock: MovableClock, tmp_path: Path) -> AsyncIterator[Billing]:
    """The same with people who come through connections of their own and really commit."""
    db = await asyncpg.connect(open_dsn)
    await load_categories(db)
    await db.close()
    pool = await open_pool(open_dsn, size_min=2, size_max=8)
    try:
        yield Billing(await open_trade(await make_hall(pool, clock, tmp_path), clock))
    finally:
        await pool.close()


async def test_many_who_ask_at_once_get_one_invoice(busy: Billing) -> None:
    order, other = await busy.received(red=10), await busy.received(blue=1)
    await busy.title(whole=False)
    title = await busy.title(whole=False)
    busy._titles[False] = title

    answers = await asyncio.gather(
        *(busy.ask(*some) for some in [(order,), (order, other), (other, order), (other,)] * 3),
        return_exceptions=True,
    )

    assert all(isinstance(answer, NothingLeft) or not isinstance(answer, BaseException) for answer in answers)
    async with busy.hall.pool.acquire() as db:
        rows = await db.fetch("SELECT paid_minor, claimed_minor FROM invoice_order ORDER BY order_id")
    assert [tuple(row) for row in rows] in (
        [(10_800, 10_800), (1_600, 1_600)],
        [(10_800, 10_800), (1_600, 0)],
    )
    assert await busy.findings() == []


async def test_asking_and_giving_back_at_once_leave_no_more_invoiced_than_paid(busy: Billing) -> None:
    busy._titles[False] = await busy.title(whole=False)
    for _ in range(3):
        order = await busy.received(red=10)
        desk = Desk(busy.trade)
        case = await desk.apply(order, l1=4)

        await asyncio.gather(busy.ask(order), desk.answer(case, agree=True))
        await busy.catch_up()

        async with busy.hall.pool.acquire() as db:
            row = await db.fetchrow("SELECT * FROM invoice_order WHERE order_id = $1", int(order.order_id))
        assert (row["paid_minor"], row["refunded_minor"], row["claimed_minor"]) == (10_800, 4_320, 6_480)
    assert await busy.findings() == []
