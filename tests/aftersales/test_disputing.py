"""A case before the market: who may bring it there and when, evidence in time, one ruling, one appeal, and the money."""

from datetime import UTC, datetime

import pytest

from huozhan import aftersales, operations
from huozhan.aftersales.applying import AlreadyRuled, MoreThanRefundable
from huozhan.aftersales.asks import WriteAboutCase
from huozhan.aftersales.case import after_working_days
from huozhan.aftersales.disputing import AppealedAlready, NoMoreTime, TooEarly
from huozhan.aftersales.ruling import EvidenceOpen
from huozhan.aftersales.sending import EvidenceClosed
from huozhan.kernel.moves import NoSuchMove
from huozhan.kernel.refusals import NotFound
from huozhan.operations import ListAudit
from huozhan.operations.talks import ReadTalk
from tests import world
from tests.aftersales.complaining import Desk
from tests.ordering.trading import Trade


async def quarrel(trade: Trade, desk: Desk, **fields):
    """Ten cups for 108.00; the seller says no to all of it, and the buyer calls the market."""
    order = await trade.paid(red=10)
    await trade.ship(order)
    case = await desk.apply(order, **({"l1": 10} | fields))
    await desk.answer(case, agree=False, reason="外包装完好")
    return order, await desk.escalate(case, "开箱即碎")


async def test_a_buyer_calls_the_market_after_a_no_or_three_days(trade: Trade) -> None:
    desk = Desk(trade)
    order = await trade.paid(red=10)
    await trade.ship(order)
    case = await desk.apply(order, l1=10)

    await trade.let_pass(days=2, hours=23)
    with pytest.raises(TooEarly):
        await desk.escalate(case)
    await trade.let_pass(hours=1)

    assert (await desk.escalate(case)).state == "platform"
    assert await desk.findings() == []


async def test_a_quarrel_comes_before_the_market_by_itself_on_day_sixteen(trade: Trade) -> None:
    desk = Desk(trade)
    order = await trade.paid(red=10)
    await trade.ship(order)
    case = await desk.apply(order, l1=10)
    for _ in range(4):
        await desk.answer(case, agree=False, reason="不同意")
        await trade.let_pass(days=4)
        if (await desk.page(case)).state != "platform":
            await desk.modify(case, goods_minor=10_000)

    page = await desk.page(case)
    assert (page.state, page.timeline[-1].event, page.timeline[-1].by) == ("platform", "escalate", "clock")


async def test_a_seller_without_an_address_meets_the_market_not_the_clock(trade: Trade) -> None:
    desk = Desk(trade)
    order = await trade.paid(red=10)
    await trade.ship(order)
    case = await desk.apply(order, l1=10, kind="return_refund")

    await trade.let_pass(days=5)

    assert (await desk.page(case)).state == "platform"
    assert (await trade.page(order)).money.refunded_minor == 0


async def test_evidence_has_its_time_and_one_extension(trade: Trade) -> None:
    desk = Desk(trade)
    _, case = await quarrel(trade, desk)
    await trade.let_pass(days=2)
    await desk.extend(case, trade.chenguang)
    with pytest.raises(NoMoreTime):
        await desk.extend(case, trade.li)
    await desk.say(case, trade.li, "补充照片")

    await trade.let_pass(days=3, hours=23)
    with pytest.raises(EvidenceOpen):
        await desk.rule(case, "full")
    await desk.say(case, trade.chenguang, "出厂检验记录")
    await trade.let_pass(hours=1)

    with pytest.raises(EvidenceClosed):
        await desk.say(case, trade.li, "太晚了")
    assert (await desk.rule(case, "full")).state == "ruled"


async def test_a_ruling_is_carried_out_once_no_appeal_can_come(trade: Trade) -> None:
    desk = Desk(trade)
    order, case = await quarrel(trade, desk)
    await trade.let_pass(days=3)
    await desk.rule(case, "part", goods_minor=4_000, freight_minor=200)

    await trade.let_pass(days=2, hours=23)
    assert (await trade.page(order)).money.refunded_minor == 0
    await trade.let_pass(hours=1)

    page = await trade.page(order)
    assert (page.state, page.money.refunded_minor, page.money.released_minor) == ("success", 4_200, 6_600)
    assert await trade.owed_to(trade.chenguang) == 6_600 - 120
    await desk.paid_out(case)
    assert (await desk.page(case)).state == "success"
    assert await desk.findings() == []


async def test_a_ruling_for_the_seller_lets_the_goods_go_on(trade: Trade) -> None:
    desk = Desk(trade)
    order, case = await quarrel(trade, desk)
    await trade.let_pass(days=3)
    await desk.rule(case, "none", liability="wish")
    await trade.let_pass(days=3)

    assert (await desk.page(case)).state == "closed"
    with pytest.raises(AlreadyRuled):
        await desk.apply(order, l1=1)
    await trade.confirm(order)
    assert (await trade.page(order)).money.released_minor == 10_800
    assert await desk.findings() == []


async def test_one_appeal_leads_to_a_second_ruling_that_stands(trade: Trade) -> None:
    desk = Desk(trade)
    order, case = await quarrel(trade, desk)
    await trade.let_pass(days=3)
    await desk.rule(case, "none", liability="wish")
    with pytest.raises(NoSuchMove):
        await desk.rule(case, "full")

    assert (await desk.appeal(case, trade.li)).state == "platform"
    await trade.let_pass(days=3)
    await desk.rule(case, "full", liability="damage")
    with pytest.raises(AppealedAlready):
        await desk.appeal(case, trade.chenguang)
    await trade.let_pass(seconds=1)

    page = await desk.page(case)
    assert (page.state, page.refunded_minor, page.liability) == ("refunding", 10_800, "damage")
    assert [(ruling.round, ruling.outcome) for ruling in page.rulings] == [(1, "none"), (2, "full")]
    with pytest.raises(NoSuchMove):
        await desk.rule(case, "none", liability="wish")
    assert (await trade.page(order)).state == "terminated"
    assert await desk.findings() == []


async def test_the_buyer_bears_the_freight_where_the_ruling_says_so(trade: Trade) -> None:
    desk = Desk(trade)
    order, case = await quarrel(trade, desk)
    await trade.let_pass(days=3)
    with pytest.raises(MoreThanRefundable):
        await desk.rule(case, "part", goods_minor=1_000, freight_minor=100, freight_bearer="buyer")
    with pytest.raises(MoreThanRefundable):
        await desk.rule(case, "part", goods_minor=10_001)
    await desk.rule(case, "full", freight_bearer="buyer")
    await trade.let_pass(days=3)

    assert (await trade.page(order)).money.refunded_minor == 10_000
    assert await trade.owed_to(trade.chenguang) == 800
    assert await desk.findings() == []


async def test_goods_go_back_before_a_ruled_refund_and_cannot_be_rejected(trade: Trade) -> None:
    desk = Desk(trade)
    await world.address(trade.hall, trade.chenguang, division="510104")
    _, case = await quarrel(trade, desk)
    free = await trade.free("red")
    await trade.let_pass(days=3)
    await desk.rule(case, "full", needs_return=True, restock=True)
    await trade.let_pass(days=3)
    assert (await desk.page(case)).state == "wait_buyer_send"
    await desk.send_back(case)

    with pytest.raises(AlreadyRuled):
        await desk.receive(case, accept=False, reason="不要")
    done = await desk.receive(case)

    assert (done.state, done.refunded_minor) == ("refunding", 10_800)
    assert await trade.free("red") == free + 10
    assert await desk.findings() == []


async def test_a_ruling_may_compensate_out_of_what_the_seller_has(trade: Trade) -> None:
    desk = Desk(trade)
    earlier = await trade.paid(red=10)
    await trade.ship(earlier)
    await trade.confirm(earlier)
    before = await trade.owed_to(trade.chenguang)
    _, case = await quarrel(trade, desk)
    await trade.let_pass(days=3)
    await desk.rule(case, "full", compensation_minor=500)
    await trade.let_pass(days=3)

    assert await trade.owed_to(trade.chenguang) == before - 500
    assert await desk.findings() == []


@pytest.mark.parametrize(
    ("day", "expected"),
    [(2, 5), (5, 10), (6, 11), (7, 11)],  # Monday, Thursday, Friday, Saturday
)
def test_three_working_days_leave_out_weekends(day: int, expected: int) -> None:
    at = datetime(2026, 3, day, 4, tzinfo=UTC)

    assert after_working_days(at, 3, "Asia/Shanghai") == datetime(2026, 3, expected, 4, tzinfo=UTC)


@pytest.mark.parametrize(("named", "paid"), [(0, 3_000), (1_200, 1_200)])
async def test_a_fake_shipment_costs_a_share_of_the_goods_beside_the_refund(
    trade: Trade, named: int, paid: int
) -> None:
    """30 % of goods for 100.00, unless the ruling names another amount."""
    desk = Desk(trade)
    order, case = await quarrel(trade, desk, goods_status="not_received", reason_code="fake_shipment")
    await trade.let_pass(days=3)
    await desk.rule(case, "full", liability="fake_shipment", compensation_minor=named)
    await trade.let_pass(days=3)

    assert (await desk.page(case)).rulings[0].compensation_minor == paid
    assert await desk.wallet() == paid
    assert (await trade.page(order)).money.refunded_minor == 10_800
    assert await desk.findings() == []


async def test_who_shipped_late_owes_no_share_for_a_fake_shipment(trade: Trade) -> None:
    desk = Desk(trade)
    _, case = await quarrel(trade, desk, goods_status="not_received", reason_code="fake_shipment")
    await trade.let_pass(days=3)
    await desk.rule(case, "full", liability="late")
    await trade.let_pass(days=3)

    assert await desk.wallet() == 0


async def test_the_market_reads_what_both_said_only_once_a_case_is_before_it_and_on_record(
    trade: Trade,
) -> None:
    desk, operator = Desk(trade), trade.people.operator
    order = await trade.paid(red=10)
    await trade.ship(order)
    case = await desk.apply(order, l1=10)
    words = WriteAboutCase(case_id=case.case_id, text="开箱即碎")
    await trade.hall.run(aftersales.write_about_case, words, trade.li)
    ask = ReadTalk(case_id=case.case_id, reason="核对双方约定")
    with pytest.raises(NotFound):
        await trade.hall.run(operations.read_talk, ask, operator)
    await desk.answer(case, agree=False, reason="外包装完好")
    await desk.escalate(case, "请平台处理")

    file = await trade.hall.run(operations.read_talk, ask, operator)

    assert [(one.side, one.text) for one in file.items] == [("buyer", "开箱即碎")]
    (entry,) = (await trade.hall.run(operations.audit_log, ListAudit(act="talk.read"), operator)).items
    assert (entry.about, entry.reason) == (case.case_id, "核对双方约定")
