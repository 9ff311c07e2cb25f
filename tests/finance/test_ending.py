"""What a lender answered otherwise than asked is ended by people: the buyer's money goes on, and the books stay explained."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import pytest_asyncio

from huozhan import finance, ledger, operations, payments
from huozhan.catalogue import load_categories
from huozhan.finance.asks import EndOddDeed
from huozhan.finance.views import LenderDeedView, OddDeedEnded
from huozhan.kernel.actor import Actor, system
from huozhan.kernel.clock import MovableClock
from huozhan.kernel.database import open_pool
from huozhan.kernel.moves import NoSuchMove
from huozhan.kernel.refusals import Forbidden
from huozhan.kernel.shapes import Nothing
from huozhan.kernel.signed_http import PartyRefused
from huozhan.operations.audit import ListAudit
from huozhan.ordering.views import PlacedOrder
from tests.conftest import make_hall
from tests.finance.later import Later, open_later
from tests.finance.test_faults import ALL, decide
from tests.ordering.trading import open_trade
from tests.payments.paying import actor

ONE, OTHER = actor(1, "market.ledger"), actor(2, "market.ledger")
BAD_DEBT = 404


async def refused(later: Later, kind: str) -> tuple[PlacedOrder, LenderDeedView]:
    """A deed that the lender refuses for good."""
    order = await decide(later, kind)
    do = later.lender.do

    async def no(*_: Any, **__: Any) -> Any:
        raise PartyRefused("lender", 422, "exceeds_authorised", {})

    later.lender.do = no  # type: ignore[method-assign]
    await later.errands()
    later.lender.do = do  # type: ignore[method-assign]
    return order, await odd(later)


async def odd(later: Later) -> LenderDeedView:
    """The one thing that waits for a person."""
    (one,) = await opened(later)
    assert one.state == "odd"
    return one


async def opened(later: Later) -> list[LenderDeedView]:
    return (await later.hall.run(finance.lender_desk, Nothing(), ONE)).open


async def end(
    later: Later, one: LenderDeedView, how: Any, taken_minor: int | None = None, by: Actor = ONE
) -> OddDeedEnded:
    ask = EndOddDeed(
        order_id=one.order_id, deed_id=one.deed_id, end=how, taken_minor=taken_minor, reason="已与资金方核对"
    )
    ended = await later.hall.run(operations.end_lender_deed, ask, by)
    await later.errands()
    return ended


async def test_a_refund_that_the_lender_refuses_is_the_buyers_in_the_wallet(later: Later) -> None:
    _, one = await refused(later, "refunds")
    assert (one.kind, one.why, one.said, one.ends) == (
        "refunds", "exceeds_authorised", None, ["ask_again", "accept"],
    )  # fmt: skip

    await end(later, one, "accept", 0)

    assert await later.balance(ledger.wallet(later.li.org_id)) == 30_000
    assert await later.clearing() == later.lender.owes_market() == ALL
    assert await opened(later) == []
    assert await later.findings() == []


async def test_what_the_lender_took_of_a_refund_lessens_the_debt_and_the_rest_is_the_buyers(
    later: Later,
) -> None:
    order = await decide(later, "refunds")
    later.lender.answer_with = {"currency": "USD"}
    await later.errands()
    later.lender.answer_with = {}
    one = await odd(later)
    assert one.said is not None
    assert (one.said.taken_minor, one.said.currency, one.why) == (30_000, "USD", "answered_otherwise")

    await end(later, one, "accept", 30_000)

    assert (await later.loan(order)).refunded_minor == 30_000
    assert await later.balance(ledger.wallet(later.li.org_id)) == 0
    assert await later.clearing() == later.lender.owes_market() == ALL - 30_000
    assert await later.findings() == []


async def test_what_is_asked_again_ends_as_the_lender_then_answers(later: Later) -> None:
    order = await decide(later, "repayments")
    later.lender.answer_with = {"amount_minor": 1}
    await later.errands()
    later.lender.answer_with = {}

    ended = await end(later, await odd(later), "ask_again")

    assert ended.state == "asked"
    assert (await later.loan(order)).repaid_minor == 30_000
    assert await opened(later) == []
    assert await later.clearing() == later.lender.owes_market()
    assert await later.findings() == []


async def test_a_repayment_that_is_not_taken_is_the_buyers(later: Later) -> None:
    _, one = await refused(later, "repayments")
    await end(later, one, "accept", 0)
    assert await later.balance(ledger.wallet(later.li.org_id)) == 30_000
    assert await later.clearing() == later.lender.owes_market() == ALL
    assert await later.findings() == []


async def test_a_capture_that_is_never_paid_is_the_markets_loss_and_no_debt(later: Later) -> None:
    order, one = await refused(later, "captures")
    seller = await later.trade.owed_to(later.trade.chenguang)
    with pytest.raises(finance.CannotEndSo):
        await end(later, one, "accept", 1)

    await end(later, one, "write_off", 0)

    loan = await later.loan(order)
    assert (loan.state, loan.owed_minor, (await later.loans()).owed_minor) == ("repaid", 0, 0)
    assert await later.balance(ledger.Account(BAD_DEBT, 0)) == ALL
    assert await later.clearing() == 0
    assert await later.trade.owed_to(later.trade.chenguang) == seller
    assert await later.findings() == []


async def test_what_a_refund_gave_for_goods_that_nobody_paid_is_taken_from_the_loss(later: Later) -> None:
    order, one = await refused(later, "captures")
    await later.take_back(order, 30_000)
    await later.errands()
    assert await later.balance(ledger.wallet(later.li.org_id)) == 30_000

    await end(later, one, "write_off", 0)

    assert await later.balance(ledger.wallet(later.li.org_id)) == 0
    assert await later.balance(ledger.Account(BAD_DEBT, 0)) == ALL - 30_000
    await later.take_back(order, 20_000, key="case:2")
    await later.errands()
    assert await later.balance(ledger.wallet(later.li.org_id)) == 0
    assert await later.balance(ledger.Account(BAD_DEBT, 0)) == ALL - 50_000
    assert await later.clearing() == 0
    assert await later.findings() == []


async def test_of_a_refund_that_was_spent_meanwhile_only_what_is_left_is_taken(later: Later) -> None:
    order, one = await refused(later, "captures")
    await later.take_back(order, 30_000)
    await later.errands()
    async with later.hall.working(system()) as work:
        entry = ledger.write_entry(
            "E13r", business_key="E13r:spent", about_id=int(order.order_id), amounts={"wallet": 25_000},
            owners={201: later.li.org_id, 103: payments.FUNDER_ID},
        )  # fmt: skip
        await ledger.post(work, [entry])

    await end(later, one, "write_off", 0)

    assert await later.balance(ledger.wallet(later.li.org_id)) == 0
    assert await later.balance(ledger.Account(BAD_DEBT, 0)) == ALL - 5_000
    await later.take_back(order, 40_000, key="case:2")
    await later.errands()
    assert await later.balance(ledger.wallet(later.li.org_id)) == 0, "the loss comes before the wallet"
    assert await later.balance(ledger.Account(BAD_DEBT, 0)) == ALL - 45_000


async def test_what_the_lender_says_it_captured_is_not_written_off(later: Later) -> None:
    order = await decide(later, "captures")
    later.lender.answer_with = {"currency": "USD"}
    await later.errands()
    later.lender.answer_with = {}
    one = await odd(later)
    await later.repay(order, ALL - 1)
    await later.errands()

    for taken_minor in (0, ALL - 1):
        with pytest.raises(finance.CannotEndSo):
            await end(later, one, "write_off", taken_minor)

    await end(later, one, "accept", ALL)
    assert (await later.loan(order)).owed_minor == 1
    assert await later.clearing() == later.lender.owes_market()
    assert await later.findings() == []


async def test_a_void_that_is_refused_ends_without_money(later: Later) -> None:
    _, one = await refused(later, "voids")
    await end(later, one, "accept")
    assert await opened(later) == []
    assert await later.findings() == []


@pytest.mark.parametrize(
    ("kind", "how", "taken_minor"),
    [
        ("refunds", "write_off", 0), ("refunds", "accept", None), ("refunds", "accept", 30_001),
        ("captures", "write_off", ALL), ("voids", "write_off", 0),
    ],
)  # fmt: skip
async def test_nothing_ends_in_a_way_that_is_not_its_own(
    later: Later, kind: str, how: str, taken_minor: int | None
) -> None:
    _, one = await refused(later, kind)
    with pytest.raises(finance.CannotEndSo):
        await end(later, one, how, taken_minor)
    assert await odd(later) == one


async def test_a_large_difference_needs_the_same_word_of_a_second_person(later: Later) -> None:
    order = await later.received(red=200)
    await later.take_back(order, 150_000)
    later.lender.answer_with = {"amount_minor": 1}
    await later.errands()
    one = await odd(later)

    assert (await end(later, one, "accept", 0)).state == "proposed"
    with pytest.raises(finance.SecondPersonNeeded):
        await end(later, one, "accept", 0)
    assert (await end(later, one, "accept", 10, by=OTHER)).state == "proposed", (
        "another word is a new proposal"
    )
    assert await later.balance(ledger.wallet(later.li.org_id)) == 0
    proposed = (await odd(later)).proposed
    assert proposed is not None
    assert (proposed.end, proposed.taken_minor, proposed.is_mine) == ("accept", 10, False)

    assert (await end(later, one, "accept", 10)).state == "done"

    assert await later.balance(ledger.wallet(later.li.org_id)) == 150_000 - 10
    assert await opened(later) == []
    log = await later.hall.run(operations.audit_log, ListAudit(act="lender.end"), later.trade.people.operator)
    assert [entry.facts["state"] for entry in log.items] == ["done", "proposed", "proposed"]


async def test_a_deed_ends_once_and_only_by_whoever_minds_the_money(later: Later) -> None:
    _, one = await refused(later, "refunds")
    with pytest.raises(Forbidden):
        await end(later, one, "accept", 0, by=actor(3, "market.view"))
    await end(later, one, "accept", 0)
    for how in ("accept", "ask_again"):
        with pytest.raises(NoSuchMove):
            await end(later, one, how, 0)
    assert await later.balance(ledger.wallet(later.li.org_id)) == 30_000


@pytest_asyncio.fixture(loop_scope="session")
async def busy(open_dsn: str, clock: MovableClock, tmp_path: Path) -> AsyncIterator[Later]:
    """The same trade on connections of its own."""
    db = await asyncpg.connect(open_dsn)
    await load_categories(db)
    await db.close()
    pool = await open_pool(open_dsn, size_min=2, size_max=8)
    try:
        yield await open_later(await open_trade(await make_hall(pool, clock, tmp_path), clock))
    finally:
        await pool.close()


async def test_two_people_who_end_one_deed_at_once_pay_its_buyer_once(busy: Later) -> None:
    _, one = await refused(busy, "refunds")
    before = await busy.balance(ledger.wallet(busy.li.org_id))

    answers = await asyncio.gather(
        end(busy, one, "accept", 0), end(busy, one, "accept", 0, by=OTHER), return_exceptions=True
    )

    assert sorted(type(answer).__name__ for answer in answers) == ["NoSuchMove", "OddDeedEnded"]
    assert await busy.balance(ledger.wallet(busy.li.org_id)) == before + 30_000
    assert [one.code for one in await busy.findings()] == []
