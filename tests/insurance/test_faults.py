"""Every call to the insurer under every fault: done once, booked once, and what cannot be true waits for a person."""

from typing import Any

import pytest

from huozhan import insurance, operations
from huozhan.insurance.asks import EndInsurerDeed
from huozhan.kernel.actor import system
from huozhan.kernel.refusals import Invalid, NotFound
from huozhan.kernel.shapes import Nothing
from huozhan.ordering.views import PlacedOrder
from tests.insurance.insured import Insured

KINDS = ("policies", "premiums", "cancels", "claims")
PREMIUM = 60


async def decide(insured: Insured, kind: str) -> PlacedOrder:
    """Leaves one deed of a kind to be asked, for 10 red cups; a claim's and a given premium's order is received."""
    if kind in ("policies", "cancels"):
        await insured.switch(is_on=False)
        order = await insured.paid(buys=True, red=10)
        if kind == "cancels":
            await insured.errands()
            await insured.refund(order)
        return order
    if kind == "premiums":
        order = await insured.paid(red=10)
        await insured.errands()
        await insured.trade.ship(order)
        await insured.trade.confirm(order)
        return order
    order = await insured.received(red=10)
    case = await insured.sent_back(order, l1=5)
    await insured.desk.receive(case)
    return order


async def stands(insured: Insured) -> tuple[int, int, int]:
    """What money stands where insurance moves it."""
    return await insured.wallet(), await insured.clearing(), await insured.available()


@pytest.mark.parametrize("kind", KINDS)
async def test_an_answer_that_never_came_is_asked_for_again_and_done_once(
    insured: Insured, kind: str
) -> None:
    await decide(insured, kind)
    insured.insurer.calls.clear()
    insured.insurer.silent_after = 2

    await insured.errands()

    refs = {ref for what, ref in insured.insurer.calls if what == kind}
    assert (len(refs), len(insured.insurer.calls) - 2) == (1, len({ref for _, ref in insured.insurer.calls}))
    await insured.agrees()


@pytest.mark.parametrize("kind", KINDS)
async def test_a_repeated_job_does_nothing_more(insured: Insured, kind: str) -> None:
    order = await decide(insured, kind)
    await insured.errands()
    done = await insured.policy(order), await stands(insured), insured.insurer.owes_market()

    for _ in range(2):
        async with insured.hall.working(system()) as work:
            work.enqueue(insurance.DEED_JOB, {"order_id": int(order.order_id)})
        await insured.errands()

    assert (await insured.policy(order), await stands(insured), insured.insurer.owes_market()) == done


@pytest.mark.parametrize("kind", KINDS)
async def test_an_answer_that_comes_twice_counts_once(insured: Insured, kind: str) -> None:
    order = await decide(insured, kind)
    await insured.errands()
    done = await insured.policy(order), await stands(insured)

    for told in list(insured.insurer.done.values()):
        ask = insurance.asks.NoteInsurerDone(order_id=told.policy_ref, deed_id=told.ref, told=told)
        await insured.hall.run(insurance.note_insurer_done, ask, system())
    late = insurance.asks.NoteInsurerDone(order_id=order.order_id, deed_id="12345", why="not_found")
    await insured.hall.run(insurance.note_insurer_done, late, system())

    assert (await insured.policy(order), await stands(insured)) == done
    await insured.agrees()


@pytest.mark.parametrize(
    ("kind", "twist"),
    [
        ("policies", {"amount_minor": 1}),
        ("policies", {"currency": "USD"}),
        ("premiums", {"policy_ref": "1"}),
        ("cancels", {"amount_minor": 10**9}),
        ("claims", {"amount_minor": 2_501}),
        ("claims", {"amount_minor": 0}),
        ("claims", {"kind": "gifts"}),
        ("claims", {"ref": "1"}),
    ],
)
async def test_an_answer_that_does_not_fit_moves_nothing_and_waits_for_a_person(
    insured: Insured, kind: str, twist: dict[str, Any]
) -> None:
    order = await decide(insured, kind)
    before = await stands(insured)
    insured.insurer.answer_with = twist

    await insured.errands()

    assert await stands(insured) == before
    assert "insurance.insurer_differs" in {finding.code for finding in await insured.findings()}
    assert kind in {one.kind for one in (await insured.console()).open if one.state == "odd"}
    assert (await insured.policy(order)).state == {"policies": "refused", "cancels": "ended"}.get(
        kind, "bound"
    )


@pytest.mark.parametrize("kind", ["premiums", "cancels", "claims"])
async def test_a_person_asks_again_what_was_answered_otherwise(insured: Insured, kind: str) -> None:
    await decide(insured, kind)
    insured.insurer.answer_with = {"currency": "USD"}
    await insured.errands()
    insured.insurer.answer_with = {}

    await settle(insured, again=True)

    await insured.agrees()
    assert (await insured.console()).open == []
    audit = await insured.hall.run(
        operations.audit_log, operations.ListAudit(), insured.trade.people.operator
    )
    assert audit.items[0].act == "insurer.deed"


async def settle(insured: Insured, *, again: bool, paid_minor: int = 0) -> None:
    """A person works off the only thing that waits."""
    (one,) = (await insured.console()).open
    ask = EndInsurerDeed(deed_id=one.deed_id, again=again, paid_minor=paid_minor, reason="已电话核对")
    await insured.hall.run(operations.end_insurer_deed, ask, insured.trade.people.operator)


async def test_a_premium_that_the_insurer_never_gives_back_is_the_markets_loss(insured: Insured) -> None:
    await decide(insured, "cancels")
    insured.insurer.refuse_with, insured.insurer.refuse_kinds = "invalid", frozenset({"cancels"})
    await insured.errands()
    assert await insured.clearing() == 0, "the buyer has the premium back, and the insurer owes it"

    await settle(insured, again=False)

    assert (await insured.clearing(), insured.insurer.owes_market()) == (-PREMIUM, -PREMIUM)
    await insured.agrees()


async def test_what_the_insurer_declines_is_not_insured_and_the_buyer_has_the_premium_back(
    insured: Insured,
) -> None:
    order = await decide(insured, "policies")
    insured.insurer.refuse_with = "not_insurable"
    await insured.errands()

    policy = await insured.policy(order)
    assert (policy.state, policy.why, policy.premium_back_minor) == ("refused", "not_insurable", PREMIUM)
    assert await insured.refunds(order) == [PREMIUM]
    await insured.agrees()
    insured.insurer.refuse_with = ""
    await insured.trade.ship(order)
    await insured.trade.confirm(order)
    case = await insured.sent_back(order, l1=5)
    await insured.desk.receive(case)
    await insured.errands()
    assert ((await insured.policy(order)).claims, await insured.wallet()) == ([], 0)
    await insured.agrees()


async def test_a_supplier_pays_no_premium_for_what_is_not_insured(insured: Insured) -> None:
    insured.insurer.refuse_with = "not_insurable"
    order = await insured.received(red=10)
    assert ((await insured.policy(order)).state, await insured.available()) == ("refused", 10_800 - 200)
    await insured.agrees()


async def test_an_insurer_that_answers_after_the_receipt_has_the_premium_then(insured: Insured) -> None:
    order = await insured.paid(red=10)
    await insured.trade.ship(order)
    await insured.trade.confirm(order)
    assert await insured.available() == 10_800 - 200

    await insured.errands()

    assert (await insured.policy(order)).premium_is_paid
    assert await insured.available() == 10_800 - 200 - PREMIUM
    await insured.agrees()


async def test_an_order_cancelled_before_the_insurer_answered_costs_nothing(insured: Insured) -> None:
    order = await decide(insured, "policies")
    insured.insurer.before_answer = lambda: insured.refund(order)
    insured.insurer.silent_after = 1
    await insured.errands()

    assert ((await insured.policy(order)).state, await insured.clearing()) == ("ended", 0)
    assert sorted(await insured.refunds(order)) == [PREMIUM, 10_800]
    await insured.agrees()


async def test_goods_sent_back_before_the_insurer_answered_are_claimed_once_it_has(insured: Insured) -> None:
    order = await insured.paid(red=10)
    await insured.trade.ship(order)
    insured.insurer.silent_after = 1_000
    case = await insured.desk.apply(order, kind="return_refund", l1=10)
    await insured.desk.answer(case, agree=True)
    case = await insured.desk.send_back(case)
    await insured.errands(rounds=2)
    await insured.desk.receive(case)
    await insured.errands(rounds=2)
    insured.insurer.silent_after = 0
    await insured.errands()

    assert ((await insured.claim(order)).state, await insured.wallet()) == ("paid", 1_200)
    assert await insured.debt() == PREMIUM, "all of its money went back before the insurer answered"
    await insured.agrees()


@pytest.mark.parametrize("code", ["not_covered", "waybill_used"])
async def test_a_claim_that_is_refused_says_why_and_waits_for_a_person(insured: Insured, code: str) -> None:
    order = await decide(insured, "claims")
    insured.insurer.refuse_with = code
    await insured.errands()
    claim = await insured.claim(order)
    assert (claim.state, claim.why, await insured.wallet()) == ("refused", code, 0)
    assert (await insured.console()).open[0].can == ["again", "pay", "end"]
    await insured.agrees()

    insured.insurer.refuse_with = ""
    await settle(insured, again=True)
    await insured.errands()

    assert ((await insured.claim(order)).state, await insured.wallet()) == ("paid", 1_200)
    assert (await insured.console()).open == []
    await insured.agrees()


async def test_a_refusal_that_a_person_accepts_is_the_end_of_it(insured: Insured) -> None:
    order = await decide(insured, "claims")
    insured.insurer.refuse_with = "not_covered"
    await insured.errands()
    await settle(insured, again=False)

    assert ((await insured.claim(order)).state, (await insured.console()).open) == ("refused", [])
    await insured.agrees()


async def test_what_the_insurer_pays_after_all_is_the_buyers(insured: Insured) -> None:
    order = await decide(insured, "claims")
    insured.insurer.refuse_with = "not_covered"
    await insured.errands()
    with pytest.raises(Invalid):
        await settle(insured, again=False, paid_minor=2_501)
    await settle(insured, again=False, paid_minor=800)

    claim = await insured.claim(order)
    assert (claim.state, claim.paid_minor, await insured.wallet()) == ("paid", 800, 800)
    assert await insured.clearing() == 800 - PREMIUM
    assert await insured.findings() == []


async def test_a_refused_claim_brings_no_more_than_others_left_of_the_sum(insured: Insured) -> None:
    order = await decide(insured, "claims")
    insured.insurer.refuse_with = "not_covered"
    await insured.errands()
    insured.insurer.refuse_with, insured.insurer.freight_minor = "", 2_000
    case = await insured.sent_back(order, l1=5)
    await insured.desk.receive(case)
    await insured.errands()
    assert await insured.wallet() == 2_000

    with pytest.raises(insurance.SumUsedUp):
        await settle(insured, again=True)
    with pytest.raises(Invalid):
        await settle(insured, again=False, paid_minor=501)
    await settle(insured, again=False, paid_minor=500)

    assert (await insured.wallet(), (await insured.policy(order)).paid_minor) == (2_500, 2_500)
    assert await insured.findings() == []


async def test_nothing_is_ended_that_does_not_wait(insured: Insured) -> None:
    await decide(insured, "claims")
    await insured.relay()
    (one,) = (await insured.console()).open
    assert (one.state, one.can) == ("asked", [])
    with pytest.raises(NotFound):
        await settle(insured, again=False)


async def test_an_order_that_was_held_for_not_insured_is_not_asked_for_again(insured: Insured) -> None:
    await decide(insured, "policies")
    insured.insurer.answer_with = {"amount_minor": 1}
    await insured.errands()
    insured.insurer.answer_with = {}
    odd = next(one for one in (await insured.console()).open if one.kind == "policies")
    end = EndInsurerDeed(deed_id=odd.deed_id, again=True, reason="已电话核对")
    with pytest.raises(insurance.NotAskedAgain):
        await insured.hall.run(operations.end_insurer_deed, end, insured.trade.people.operator)
    assert odd.can == ["end"]


async def test_what_waits_too_long_is_asked_again_by_the_round_and_shown_once_overdue(
    insured: Insured,
) -> None:
    order = await decide(insured, "claims")
    await insured.relay()
    async with insured.hall.pool.acquire() as db:
        await db.execute("DELETE FROM job")
    assert (await insured.hall.run(insurance.ask_insurer_again, Nothing(), system())).asked == 0
    insured.trade.clock.pass_(hours=73)
    (one,) = (await insured.console()).open
    assert one.is_overdue

    assert (await insured.hall.run(insurance.ask_insurer_again, Nothing(), system())).asked == 1

    await insured.errands()
    assert (await insured.claim(order)).state == "paid"
    await insured.agrees()
