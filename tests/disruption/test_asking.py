"""What a seller may do when an order cannot leave: ask the buyer for time, ask the market with proof, stop selling there."""

from datetime import timedelta

import pytest

from huozhan import catalogue, messaging, operations, ordering
from huozhan.catalogue.shop import EditShop
from huozhan.kernel.actor import Actor
from huozhan.kernel.moves import NoSuchMove
from huozhan.kernel.refusals import Forbidden, Invalid, NotFound
from huozhan.ordering.asks import AnswerLongerPromise, AskLongerPromise, DecideFiling, ListFilings
from huozhan.ordering.clock_views import LongerView
from huozhan.ordering.filing import FilingOpen
from huozhan.ordering.lengthening import LongerAsked, PromiseBroken
from huozhan.ordering.placing import NotDelivered
from huozhan.ordering.views import PlacedOrder
from tests.disruption.disrupting import Disruption
from tests.ordering.test_refunding import ask_back
from tests.ordering.trading import Trade


async def ask(trade: Trade, order: PlacedOrder, days: int = 3) -> LongerView:
    asked = AskLongerPromise(order_id=order.order_id, days=days, reason="原料晚到")
    return await trade.hall.run(ordering.ask_longer_promise, asked, trade.seller_of(order))


async def say(trade: Trade, order: PlacedOrder, longer: LongerView, *, agree: bool) -> None:
    answer = AnswerLongerPromise(order_id=order.order_id, request_id=longer.request_id, agree=agree)
    await trade.hall.run(ordering.answer_longer_promise, answer, trade.li)


async def test_the_promise_moves_once_the_buyer_agrees(trade: Trade, disruption: Disruption) -> None:
    order = await trade.paid(red=80)
    due = await disruption.due(order)
    longer = await ask(trade, order)
    assert await disruption.due(order) == due, "asking alone moves nothing"
    assert (await trade.page(order)).longer == longer

    await say(trade, order, longer, agree=True)

    assert await disruption.due(order) == due + timedelta(days=3)
    page = await trade.page(order)
    assert (page.timeline[-1].event, page.timeline[-1].reason) == ("promise_moved", "原料晚到")
    await trade.let_pass(hours=48 + 71)
    assert not (await trade.page(order)).is_late
    await trade.let_pass(hours=1)
    assert (await trade.page(order)).is_late
    assert await trade.findings() == []


async def test_a_longer_promise_waits_like_any_other(trade: Trade, disruption: Disruption) -> None:
    order = await trade.paid(red=80)
    await disruption.publish()
    await say(trade, order, await ask(trade, order, days=2), agree=True)

    assert await disruption.due(order) == disruption.at(days=2 + 2 + 3)


async def test_who_does_not_agree_keeps_the_promise(trade: Trade, disruption: Disruption) -> None:
    order = await trade.paid(red=80)
    due = await disruption.due(order)
    longer = await ask(trade, order)
    with pytest.raises(LongerAsked):
        await ask(trade, order)

    await say(trade, order, longer, agree=False)

    assert await disruption.due(order) == due
    with pytest.raises(NotFound):
        await say(trade, order, longer, agree=True)
    assert (await ask(trade, order)).state == "asked", "one may ask again"


async def test_a_broken_promise_is_not_mended(trade: Trade) -> None:
    order = await trade.paid(red=80)
    longer = await ask(trade, order)
    await trade.let_pass(hours=48)

    with pytest.raises(PromiseBroken):
        await say(trade, order, longer, agree=True)
    with pytest.raises(PromiseBroken):
        await ask(trade, order)
    assert (await trade.page(order)).claims[0].reversed_at is None


async def test_one_asks_for_some_days_of_an_order_that_is_to_be_shipped(trade: Trade) -> None:
    unpaid, paid = await trade.one(red=80), await trade.paid(red=81)
    with pytest.raises(NoSuchMove):
        await ask(trade, unpaid)
    with pytest.raises(Invalid):
        await ask(trade, paid, days=31)
    longer = await ask(trade, paid)
    with pytest.raises(Forbidden):
        answer = AnswerLongerPromise(order_id=paid.order_id, request_id=longer.request_id, agree=True)
        await trade.hall.run(ordering.answer_longer_promise, answer, _without(trade.li, "order.place"))
    with pytest.raises(NotFound):
        answer = AnswerLongerPromise(order_id=paid.order_id, request_id=longer.request_id, agree=True)
        await trade.hall.run(ordering.answer_longer_promise, answer, trade.people.hengxin)


def _without(actor: Actor, permission: str) -> Actor:
    return actor.using(permissions=actor.permissions - {permission})


async def test_an_operator_grants_what_was_filed_with_proof(trade: Trade, disruption: Disruption) -> None:
    order = await trade.paid(red=80)
    paid_at = trade.clock.now()
    await trade.let_pass(hours=10)
    filing = await disruption.file(order)
    (waiting,) = (await _waiting(disruption)).items
    assert (waiting.filing, waiting.is_overdue) == (filing, False)
    with pytest.raises(FilingOpen):
        await disruption.file(order)
    assert (await trade.page(order)).filings == [], "what the seller filed is not the buyer's to read"

    await disruption.decide(order, filing, grant=True)

    assert await disruption.due(order) == paid_at + timedelta(hours=48 + 26)
    page = await trade.page(order, trade.chenguang)
    assert [(one.source, one.title.zh) for one in page.exemptions] == [("single", "厂区道路塌方")]
    assert [(one.state, one.answer) for one in page.filings] == [("granted", "照片与公告一致")]
    found = await disruption.hall.run(
        operations.audit_log, operations.ListAudit(act="exemption.grant"), disruption.first
    )
    assert found.items[0].about == order.order_id
    assert (await _waiting(disruption)).items == []


async def _waiting(disruption: Disruption) -> object:
    return await disruption.hall.run(ordering.exemption_filings, ListFilings(), disruption.first)


async def test_what_was_rejected_moves_nothing(trade: Trade, disruption: Disruption) -> None:
    order = await trade.paid(red=80)
    due = await disruption.due(order)

    filing = await disruption.file(order)
    await disruption.decide(order, filing, grant=False)

    assert await disruption.due(order) == due
    with pytest.raises(NoSuchMove):
        ask_again = DecideFiling(
            order_id=order.order_id, filing_id=filing.filing_id, grant=True, reason="再看"
        )
        await disruption.hall.run(operations.decide_filing, ask_again, disruption.first)
    told = (await trade.hall.run(messaging.notices, messaging.Notices(), trade.chenguang)).items
    assert told[0].kind == "filing_rejected"


async def test_operators_are_told_once_a_day_has_passed(trade: Trade, disruption: Disruption) -> None:
    order = await trade.paid(red=80)
    await disruption.file(order, until_at=disruption.at(days=3))

    async def told() -> int:
        found = (await trade.hall.run(messaging.notices, messaging.Notices(), disruption.first)).items
        return sum(1 for notice in found if notice.kind == "filing_overdue")

    await trade.let_pass(hours=23, minutes=59)
    assert await told() == 0
    await trade.let_pass(minutes=1)
    assert await told() == 1
    assert (await _waiting(disruption)).items[0].is_overdue  # type: ignore[attr-defined]


async def test_one_files_for_so_many_days_of_an_order_whose_clock_runs(
    trade: Trade, disruption: Disruption
) -> None:
    unpaid, paid = await trade.one(red=80), await trade.paid(red=81)
    with pytest.raises(NoSuchMove):
        await disruption.file(unpaid)
    with pytest.raises(Invalid):
        await disruption.file(paid, until_at=disruption.at(days=31))
    with pytest.raises(Invalid):
        await disruption.file(paid, until_at=disruption.at(hours=-3))


async def test_a_refund_at_a_buyers_wish_is_free_while_held_up(trade: Trade, disruption: Disruption) -> None:
    order = await trade.paid(red=120)
    await disruption.publish()

    refund = await ask_back(trade, order, l1=20)

    assert (refund.state, refund.answered_by) == ("agreed", "rule")


async def test_a_shop_sells_not_where_it_cannot_deliver(trade: Trade) -> None:
    seller = trade.chenguang
    settings = await trade.hall.run(catalogue.edit_shop, EditShop(not_sold_to=("5101",)), seller)
    assert settings.not_sold_to == ("5101",)

    quote = await trade.quote(*trade.want(red=10, bolt=5_000))

    assert (quote.undeliverable, quote.can_be_placed) == ([str(seller.org_id)], False)
    with pytest.raises(NotDelivered):
        await trade.place(*trade.want(red=10))
    offer_id = quote.shares[0].lines[0].goods.offer_id
    asked = catalogue.ShowOffer(offer_id=offer_id, to="510104")
    page = await trade.hall.run(catalogue.offer_page, asked, trade.li)
    assert page.freight.fee_minor is None
    await trade.hall.run(catalogue.edit_shop, EditShop(not_sold_to=("650000", "540000")), seller)
    assert (await trade.quote(*trade.want(red=10))).can_be_placed
