"""What a notice does to orders: promises, late flags, claims, answers, receipt; ended early, prolonged, told too late."""

from datetime import timedelta

import pytest

from huozhan import catalogue, fulfilment, messaging, ordering
from huozhan.catalogue.shop import EditShop
from huozhan.disruption.suspension import Direction
from huozhan.kernel.shapes import Nothing
from huozhan.ordering.leaving import NotHeldUp
from tests.disruption.disrupting import CHENGDU, Disruption
from tests.ordering.test_refunding import answer, ask_back
from tests.ordering.trading import Trade


async def test_the_promise_waits_while_the_region_is_held_up(trade: Trade, disruption: Disruption) -> None:
    order, other = await trade.paid(red=80), await trade.paid(bolt=5_000)
    paid_at = trade.clock.now()
    await trade.let_pass(hours=10)

    await disruption.publish()

    assert await disruption.due(order) == paid_at + timedelta(hours=48 + 72)
    assert (await disruption.timers(order))["ship_promise"] == await disruption.due(order)
    assert await disruption.due(other) == paid_at + timedelta(hours=48), "宏发 sends from Foshan"
    page = await trade.page(order)
    assert [(one.title.zh, one.runs) for one in page.exemptions] == [("浙江暴雪", True)]
    assert page.timeline[-1].event == "clock_moved"
    await trade.let_pass(hours=38 + 72 - 1)
    assert not (await trade.page(order)).is_late
    await trade.let_pass(hours=1)
    assert (await trade.page(order)).is_late
    assert await trade.findings() == []


async def test_who_paid_before_has_a_day_once_it_is_over(trade: Trade, disruption: Disruption) -> None:
    order = await trade.paid(red=80)
    await trade.let_pass(hours=47)

    await disruption.publish(until_at=disruption.at(hours=10))

    assert await disruption.due(order) == disruption.at(hours=10 + 24)


async def test_who_pays_during_it_has_the_whole_promise_after_it(
    trade: Trade, disruption: Disruption
) -> None:
    await disruption.publish(until_at=disruption.at(hours=60))
    await trade.let_pass(hours=12)

    order = await trade.paid(red=80)

    assert await disruption.due(order) == disruption.at(hours=48 + 48)
    assert len((await trade.page(order)).exemptions) == 1


async def test_a_notice_for_where_goods_go_hits_those_that_go_there(
    trade: Trade, disruption: Disruption
) -> None:
    order = await trade.paid(bolt=5_000)

    await disruption.publish(regions=(CHENGDU,), direction=Direction.destination)

    assert await disruption.due(order) == disruption.at(hours=48 + 72)


async def test_a_notice_for_other_goods_hits_none(trade: Trade, disruption: Disruption) -> None:
    order = await trade.paid(red=80)

    await disruption.publish(categories=("bi",))

    assert await disruption.due(order) == disruption.at(hours=48)
    assert (await trade.page(order)).exemptions == []


async def test_ended_early_or_prolonged_it_is_counted_anew(trade: Trade, disruption: Disruption) -> None:
    order = await trade.paid(red=80)
    suspension_id = await disruption.publish(until_at=disruption.at(hours=100))
    paid_at = trade.clock.now()
    await trade.let_pass(hours=20)

    await disruption.move_end(suspension_id, disruption.at(hours=10))
    assert await disruption.due(order) == paid_at + timedelta(hours=48 + 30)
    await disruption.move_end(suspension_id, disruption.at(hours=40))
    assert await disruption.due(order) == paid_at + timedelta(hours=48 + 60)
    await disruption.move_end(suspension_id, disruption.at())
    assert await disruption.due(order) == paid_at + timedelta(hours=48 + 20)
    assert (await disruption.timers(order))["ship_promise"] == paid_at + timedelta(hours=48 + 20)


async def test_called_off_before_it_began_it_never_held(trade: Trade, disruption: Disruption) -> None:
    order = await trade.paid(red=80)
    begins = disruption.at(hours=5)
    suspension_id = await disruption.publish(from_at=begins)
    assert await disruption.due(order) == disruption.at(hours=48 + 67)

    await disruption.move_end(suspension_id, begins)

    assert await disruption.due(order) == disruption.at(hours=48)
    assert (await trade.page(order)).exemptions == []


async def test_told_too_late_it_takes_back_what_was_called_late(trade: Trade, disruption: Disruption) -> None:
    order = await trade.paid(red=80)
    await trade.let_pass(hours=50)
    assert (await trade.page(order)).is_late

    await disruption.publish(from_at=disruption.at(hours=-45), until_at=disruption.at(hours=10))

    page = await trade.page(order)
    assert not page.is_late
    (claim,) = page.claims
    assert claim.reversed_at == trade.clock.now()
    timers = await disruption.timers(order)
    assert timers.keys() == {"ship_promise"}
    assert timers["ship_promise"] == disruption.at(hours=10 + 43)
    await trade.let_pass(hours=53)
    page = await trade.page(order)
    assert page.is_late
    assert [(c.amount_minor, c.reversed_at) for c in page.claims] == [(4_000, None)], "broken after all"
    assert await trade.findings() == []


async def test_an_order_that_is_over_is_not_late_any_more_but_stays_over(
    trade: Trade, disruption: Disruption
) -> None:
    shipped, refunded = await trade.paid(red=80), await trade.paid(red=60)
    began = disruption.at(hours=1)
    await trade.let_pass(hours=50)
    await trade.ship(shipped)
    await trade.confirm(shipped)
    back = await ask_back(trade, refunded)
    assert back.state == "agreed"

    await disruption.publish(from_at=began, until_at=disruption.at())

    page, other = await trade.page(shipped), await trade.page(refunded)
    assert (page.state, page.is_late) == ("success", False)
    assert (other.state, other.is_late, other.money.refunded_minor) == (
        "terminated",
        False,
        other.amount_minor,
    )
    assert set(await disruption.timers(shipped)) == {"review_window"}
    assert await disruption.timers(refunded) == {}
    assert await trade.findings() == []


async def test_what_is_truly_late_stays_late(trade: Trade, disruption: Disruption) -> None:
    order = await trade.paid(red=80)
    began = disruption.at(hours=10)
    await trade.let_pass(hours=60)

    await disruption.publish(from_at=began, until_at=began + timedelta(hours=1))

    page = await trade.page(order)
    assert page.is_late
    assert page.claims[0].reversed_at is None
    assert "auto_refund" in await disruption.timers(order)


async def test_the_buyer_may_leave_free_while_it_lasts(trade: Trade, disruption: Disruption) -> None:
    order, waiting = await trade.paid(red=120), await trade.paid(red=130)
    question = await ask_back(trade, waiting, l1=10)
    assert question.state == "asked"
    with pytest.raises(NotHeldUp):
        await disruption.leave(order)
    suspension_id = await disruption.publish()
    assert "leave_disrupted" in (await trade.page(order)).can

    for one in (order, waiting):
        refund = await disruption.leave(one)
        assert (refund.state, refund.answered_by) == ("agreed", "disruption")
        page = await trade.page(one)
        assert (page.state, page.money.refunded_minor) == ("terminated", page.amount_minor)
    later = await trade.paid(red=121)
    await disruption.move_end(suspension_id, disruption.at())
    assert "leave_disrupted" not in (await trade.page(later)).can
    with pytest.raises(NotHeldUp):
        await disruption.leave(later)
    assert await trade.findings() == []


async def test_the_sellers_time_to_answer_stands_still_too(trade: Trade, disruption: Disruption) -> None:
    order = await trade.paid(red=120)
    await trade.let_pass(hours=4)
    question = await ask_back(trade, order, l1=20)
    asked_at = trade.clock.now()
    await trade.let_pass(hours=4)

    await disruption.publish(until_at=disruption.at(hours=30))

    assert (await disruption.timers(order))["refund_answer"] == asked_at + timedelta(hours=48 + 30)
    page = await trade.page(order)
    assert page.refunds[0].answer_due_at == asked_at + timedelta(hours=48 + 30)
    await answer(trade, order, question, agree=False, reason="已生产")
    # 4 h ran before the question; it and the storm overlap, and the longer of both counts once.
    assert await disruption.due(order) == disruption.at(hours=30 + 44)


async def test_an_answer_promised_within_hours_is_not_put_off(trade: Trade, disruption: Disruption) -> None:
    ask = EditShop(services=(catalogue.Service.fast_refund,))
    await trade.hall.run(catalogue.edit_shop, ask, trade.chenguang)
    order = await trade.paid(red=120)
    await ask_back(trade, order, l1=20)
    promised = (await disruption.timers(order))["refund_answer"]
    await trade.let_pass(minutes=30)

    await disruption.publish(until_at=disruption.at(hours=30))

    assert (await disruption.timers(order))["refund_answer"] == promised
    assert (await trade.page(order)).refunds[0].answer_due_at == promised


async def test_receipt_waits_as_well_and_no_window_gets_shorter(trade: Trade, disruption: Disruption) -> None:
    order = await trade.paid(red=80)
    await trade.ship(order)
    (before,) = (await trade.parcels(order)).parcels
    await trade.let_pass(hours=1)

    suspension_id = await disruption.publish(regions=(CHENGDU,), direction=Direction.destination)

    (parcel,) = (await trade.parcels(order)).parcels
    assert parcel.confirm_due_at == before.confirm_due_at + timedelta(days=3)
    timers = await disruption.timers(order)
    assert timers["auto_confirm"] == parcel.confirm_due_at
    assert (await trade.page(order)).until == parcel.confirm_due_at
    assert timers["no_track"] == disruption.at(days=3, hours=24), "a day once it is over"
    await disruption.move_end(suspension_id, disruption.at(hours=1))
    (parcel,) = (await trade.parcels(order)).parcels
    assert parcel.confirm_due_at == before.confirm_due_at + timedelta(hours=1)


async def test_doubts_of_a_time_that_did_not_run_are_withdrawn(trade: Trade, disruption: Disruption) -> None:
    order = await trade.paid(red=80)
    await trade.ship(order)
    sent_at = trade.clock.now()
    await trade.let_pass(hours=50)
    assert {one.doubt for one in await disruption.doubts()} == {"no_track", "late_pickup"}

    await disruption.publish(from_at=sent_at + timedelta(hours=1), until_at=disruption.at(hours=10))

    assert await disruption.doubts() == []
    assert {"no_track", "pickup"} <= (await disruption.timers(order)).keys()


async def test_a_notice_for_a_carrier_hits_what_it_carries(trade: Trade, disruption: Disruption) -> None:
    order, later, unsent = await trade.paid(red=80), await trade.paid(red=81), await trade.paid(red=82)
    await trade.ship(order)
    (before,) = (await trade.parcels(order)).parcels
    promised = await disruption.due(unsent)

    await disruption.publish(carriers=("SF",))
    await trade.ship(later)

    for one in (order, later):
        (parcel,) = (await trade.parcels(one)).parcels
        assert parcel.confirm_due_at == before.confirm_due_at + timedelta(days=3)
    assert await disruption.due(unsent) == promised, "another carrier may take it"
    with pytest.raises(fulfilment.carrier.UnknownCarrier):
        await disruption.drafted(carriers=("NOBODY",))


async def test_orders_that_are_exempt_count_on_neither_side(trade: Trade, disruption: Disruption) -> None:
    kept, exempt, late = [await trade.paid(red=80 + n) for n in range(3)]
    await trade.ship(kept)
    await trade.let_pass(hours=50)
    await trade.ship(exempt)

    async def record() -> tuple[int, int, int]:
        found = await trade.hall.run(ordering.my_promises, Nothing(), trade.chenguang)
        return found.due, found.kept, found.exempt

    assert await record() == (3, 1, 0)
    filing = await disruption.file(exempt, from_at=disruption.at(hours=-40), until_at=disruption.at(hours=1))
    await disruption.decide(exempt, filing, grant=True)
    assert await record() == (2, 1, 1)
    assert (await trade.page(late)).is_late


async def test_doing_it_again_changes_nothing(trade: Trade, disruption: Disruption) -> None:
    order = await trade.paid(red=80)
    suspension_id = await disruption.publish()
    once = await trade.page(order)

    trade.clock.pass_(minutes=2)
    await disruption.follow()
    ask = fulfilment.asks.FollowSuspension(suspension_id=suspension_id)
    await trade.hall.run(fulfilment.follow_suspension, ask, trade.system)

    again = await trade.page(order)
    assert (again.timeline, again.ship_promise_at) == (once.timeline, once.ship_promise_at)


async def test_both_sides_hear_of_it(trade: Trade, disruption: Disruption) -> None:
    order = await trade.paid(red=80)
    await disruption.publish()

    for actor, kind in ((trade.li, "order_held_up"), (trade.chenguang, "order_exempted")):
        told = (await trade.hall.run(messaging.notices, messaging.Notices(), actor)).items
        assert told[0].kind == kind
        assert told[0].facts == {
            "number": (await trade.page(order)).number,
            "title_zh": "浙江暴雪",
            "title_en": "Snowstorm in Zhejiang",
        }


async def test_an_operator_sees_how_many_orders_it_would_hit(trade: Trade, disruption: Disruption) -> None:
    await trade.paid(red=80)
    sent = await trade.paid(red=81)
    await trade.ship(sent)
    await trade.paid(bolt=5_000)
    drafted = await disruption.drafted()

    hits = await disruption.preview(drafted.suspension_id)

    assert (hits.to_ship, hits.under_way, hits.ended, hits.late, hits.sellers, hits.buyers) == (
        1,
        1,
        0,
        0,
        1,
        1,
    )
