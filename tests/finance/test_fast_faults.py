"""Every call to the funder under every fault: done once, booked once, and what cannot be true waits for a person."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from huozhan import finance, operations, payments
from huozhan.kernel.actor import system
from huozhan.kernel.refusals import NotFound
from huozhan.kernel.rules import Rule, RuleBook
from huozhan.kernel.shapes import Nothing
from huozhan.ordering.views import PlacedOrder
from huozhan.payments import Compensation
from tests.aftersales.complaining import Desk
from tests.finance.fast import Fast
from tests.payments.paying import actor

KINDS = ("advances", "repayments", "losses", "cancels")
BRINGS, FEE = 91_200, 365


async def decide(fast: Fast, kind: str) -> PlacedOrder:
    """Leaves one deed of a kind as the last to be asked, for a parcel of 100 red cups."""
    order = await fast.trade.paid(red=100)
    await fast.trade.ship(order)
    await fast.scan(order)
    if kind in ("repayments", "losses"):
        await fast.errands()
    if kind in ("repayments", "cancels"):
        await fast.trade.confirm(order)
    if kind == "losses":
        desk = Desk(fast.trade)
        case = await desk.apply(order, goods_status="not_received", reason_code="late", l1=100)
        await desk.answer(case, agree=True)
    return order


@pytest.mark.parametrize("kind", KINDS)
async def test_an_answer_that_never_came_is_asked_for_again_and_done_once(fast: Fast, kind: str) -> None:
    await decide(fast, kind)
    fast.funder.calls.clear()
    fast.funder.silent_after = 2

    await fast.errands()

    refs = {ref for what, ref in fast.funder.calls if what == kind}
    assert (len(refs), len(fast.funder.calls) - 2) == (1, len({ref for _, ref in fast.funder.calls}))
    await fast.agrees()


@pytest.mark.parametrize(
    ("kind", "twist"),
    [
        ("advances", {"amount_minor": 1}),
        ("advances", {"fee_minor": 0}),
        ("advances", {"currency": "USD"}),
        ("repayments", {"advance_ref": "1-1"}),
        ("losses", {"kind": "gifts"}),
        ("cancels", {"amount_minor": 10**9}),
    ],
)
async def test_an_answer_that_does_not_fit_moves_nothing_and_waits_for_a_person(
    fast: Fast, kind: str, twist: dict[str, Any]
) -> None:
    order = await decide(fast, kind)
    before = await fast.available(), await fast.clearing()
    fast.funder.answer_with = twist

    await fast.errands()

    assert (await fast.available(), await fast.clearing()) == before
    assert "finance.funder_differs" in {finding.code for finding in await fast.findings()}
    desk = await fast.hall.run(finance.funder_desk, Nothing(), fast.trade.people.operator)
    assert kind in {one.kind for one in desk.open if one.state == "odd"}
    assert (await fast.one(order)).state == {
        "advances": "withdrawn", "repayments": "repaid", "losses": "borne", "cancels": "withdrawn"
    }[kind]  # fmt: skip


@pytest.mark.parametrize("again", [True, False])
async def test_a_person_asks_again_or_ends_what_was_answered_otherwise(fast: Fast, *, again: bool) -> None:
    await decide(fast, "repayments")
    fast.funder.answer_with = {"amount_minor": 1}
    await fast.errands()
    fast.funder.answer_with = {}
    desk = await fast.hall.run(finance.funder_desk, Nothing(), fast.trade.people.operator)
    ask = finance.funder_asks.EndDeed(deed_id=desk.open[0].deed_id, again=again, reason="已电话核对")

    await fast.hall.run(operations.end_funder_deed, ask, fast.trade.people.operator)

    await fast.agrees()
    assert (await fast.hall.run(finance.funder_desk, Nothing(), fast.trade.people.operator)).open == []
    audit = await fast.hall.run(operations.audit_log, operations.ListAudit(), fast.trade.people.operator)
    assert audit.items[0].act == "funder.deed"


async def test_an_advance_that_was_taken_back_is_not_asked_for_again(fast: Fast) -> None:
    order = await decide(fast, "advances")
    fast.funder.refuse_with = "advance_exists"
    await fast.errands()
    fast.funder.refuse_with = ""
    assert (await fast.one(order)).state == "withdrawn"
    desk = await fast.hall.run(finance.funder_desk, Nothing(), fast.trade.people.operator)
    assert desk.open[0].can == ["end"]
    end = finance.funder_asks.EndDeed(deed_id=desk.open[0].deed_id, again=False, reason="已电话核对")

    with pytest.raises(finance.AdvanceTakenBack):
        await fast.hall.run(
            operations.end_funder_deed, msgspec.structs.replace(end, again=True), fast.trade.people.operator
        )
    assert (await fast.errands(), fast.funder.owes_market()) == ([], 0)

    await fast.hall.run(operations.end_funder_deed, end, fast.trade.people.operator)
    await fast.agrees()


async def odd_repayment(fast: Fast) -> finance.funder_asks.EndDeed:
    """The funder answers nonsense to a repayment of 912.00; it is to be ended with 12.00 taken."""
    await decide(fast, "repayments")
    fast.funder.answer_with = {"currency": "USD"}
    await fast.errands()
    fast.funder.answer_with = {}
    desk = await fast.hall.run(finance.funder_desk, Nothing(), fast.trade.people.operator)
    (one,) = desk.open
    assert (one.kind, one.amount_minor, one.taken_matters) == ("repayments", BRINGS, True)
    return finance.funder_asks.EndDeed(
        deed_id=one.deed_id, again=False, taken_minor=1_200, reason="已电话核对"
    )


async def test_what_the_funder_does_not_take_of_a_repayment_is_the_sellers(fast: Fast) -> None:
    ask = await odd_repayment(fast)
    before, clearing = await fast.available(), await fast.clearing()
    near = msgspec.structs.replace(ask, taken_minor=BRINGS - 700)

    ended = await fast.hall.run(operations.end_funder_deed, near, fast.trade.people.operator)

    assert ended.state == "ended"
    assert (await fast.available(), await fast.clearing()) == (before + 700, clearing + 700)
    assert [finding.code for finding in await fast.findings()] == []
    with pytest.raises(NotFound):
        await fast.hall.run(operations.end_funder_deed, near, fast.trade.people.operator)
    assert await fast.available() == before + 700


async def test_a_seller_who_owes_the_market_pays_that_out_of_the_rest_of_a_repayment(fast: Fast) -> None:
    ask = await odd_repayment(fast)
    seller_id = fast.trade.chenguang.org_id
    owes = await fast.available() + 500
    async with fast.hall.working(system()) as work:
        await payments.compensate(
            work,
            Compensation(
                order_id=5, seller_id=seller_id, buyer_id=fast.trade.li.org_id, cause="late", amount_minor=owes
            ),
        )  # fmt: skip
    assert await fast.available() == 0

    near = msgspec.structs.replace(ask, taken_minor=BRINGS - 700)
    await fast.hall.run(operations.end_funder_deed, near, fast.trade.people.operator)

    assert await fast.available() == 200
    assert [finding.code for finding in await fast.findings()] == []


async def test_a_large_rest_of_a_repayment_needs_the_same_word_of_a_second_person(fast: Fast) -> None:
    lower = Rule(
        code="pay_later.second_person_from",
        version=2,
        value=50_000,
        unit="minor",
        effective_from=datetime(2000, 1, 2, tzinfo=UTC),
    )
    fast.hall.rules = RuleBook([*fast.hall.rules, lower])
    ask = await odd_repayment(fast)
    before = await fast.available()
    first, second = actor(1, "market.ledger"), actor(2, "market.ledger")

    assert (await fast.hall.run(operations.end_funder_deed, ask, first)).state == "proposed"
    with pytest.raises(finance.SecondPersonNeeded):
        await fast.hall.run(operations.end_funder_deed, ask, first)
    assert await fast.available() == before
    desk = await fast.hall.run(finance.funder_desk, Nothing(), second)
    assert desk.open[0].proposed is not None
    assert (desk.open[0].proposed.taken_minor, desk.open[0].proposed.is_mine) == (1_200, False)
    assert (await fast.hall.run(operations.end_funder_deed, ask, second)).state == "ended"
    assert await fast.available() == before + BRINGS - 1_200
    assert [finding.code for finding in await fast.findings()] == []


async def test_nothing_but_a_repayment_ends_with_an_amount_and_none_with_more_than_it_is(fast: Fast) -> None:
    ask = await odd_repayment(fast)
    with pytest.raises(finance.CannotEndSo):
        more = msgspec.structs.replace(ask, taken_minor=BRINGS + 1)
        await fast.hall.run(operations.end_funder_deed, more, fast.trade.people.operator)
    assert [finding.code for finding in await fast.findings()] == ["finance.funder_differs"]


@pytest.mark.parametrize("kind", KINDS)
async def test_a_repeated_job_does_nothing_more(fast: Fast, kind: str) -> None:
    order = await decide(fast, kind)
    await fast.errands()
    done = await fast.one(order), await fast.available(), await fast.clearing(), fast.funder.owes_market()

    for _ in range(2):
        async with fast.hall.working(system()) as work:
            parcel_id = int((await fast.one(order)).parcel_id)
            work.enqueue(finance.ADVANCE_JOB, {"order_id": int(order.order_id), "parcel_id": parcel_id})
        await fast.errands()

    now = await fast.one(order), await fast.available(), await fast.clearing(), fast.funder.owes_market()
    assert now == done


@pytest.mark.parametrize("code", ["over_limit", "no_account"])
async def test_what_the_funder_declines_is_paid_at_receipt_as_always(fast: Fast, code: str) -> None:
    fast.funder.refuse_with = code
    order = await fast.advanced(red=100)
    one = await fast.one(order)
    assert (one.state, one.why, await fast.available()) == ("refused", code, 0)

    await fast.trade.confirm(order)

    assert await fast.available() == BRINGS
    await fast.agrees()
    await fast.scan(order)
    assert await fast.errands() == [], "a parcel is asked about once"


async def test_goods_received_before_the_funder_answered_are_not_advanced(fast: Fast) -> None:
    order = await fast.trade.paid(red=100)
    await fast.trade.ship(order)
    await fast.scan(order)

    async def confirm() -> None:
        await fast.trade.confirm(order)

    fast.funder.before_answer = confirm
    await fast.errands()

    one = await fast.one(order)
    assert (one.state, one.why) == ("withdrawn", "too_late")
    assert (await fast.available(), await fast.clearing(), fast.funder.owes_market()) == (BRINGS, 0, 0)
    await fast.agrees()


async def test_goods_given_back_before_the_funder_answered_are_not_advanced(fast: Fast) -> None:
    desk = Desk(fast.trade)
    order = await fast.trade.paid(red=100)
    await fast.trade.ship(order)
    await fast.scan(order)
    case = await desk.apply(order, goods_status="not_received", reason_code="late", l1=100)

    async def agree() -> None:
        await desk.answer(case, agree=True)

    fast.funder.before_answer = agree
    fast.funder.silent_after = 1
    await fast.errands()

    assert (await fast.one(order)).state == "withdrawn"
    assert (await fast.available(), await fast.clearing(), fast.funder.owes_market()) == (0, 0, 0)
    await fast.agrees()


async def test_what_waits_too_long_is_asked_again_by_the_round(fast: Fast) -> None:
    order = await fast.trade.paid(red=100)
    await fast.trade.ship(order)
    await fast.scan(order)
    async with fast.hall.pool.acquire() as db:
        await db.execute("DELETE FROM job")
    assert (await fast.hall.run(finance.ask_funder_again, Nothing(), system())).asked == 0
    fast.trade.clock.pass_(minutes=10)

    assert (await fast.hall.run(finance.ask_funder_again, Nothing(), system())).asked == 1

    await fast.errands()
    assert (await fast.one(order)).state == "open"
    await fast.agrees()


SAID: tuple[tuple[str, dict[str, Any]], ...] = (
    ("account.open", {"buyer_ref": "{org}", "limit_minor": 10**9}),
    ("account.refused", {"buyer_ref": "{org}", "state": "refused"}),
    ("account.open", {"buyer_ref": "12345"}),
    ("account.open", {}),
    ("advance.given", {"advance_ref": "1-2", "amount_minor": 10**9}),
    ("whatever", {"x": "\0"}),
)
"""Wrong amounts, references nobody made, and nonsense."""


@pytest.mark.parametrize("ref", ["²", "9" * 30, "", "12345"])
async def test_an_account_that_nobody_has_changes_nothing(fast: Fast, ref: str) -> None:
    known = await fast.funder.account(str(fast.trade.chenguang.org_id))
    assert known is not None
    told = msgspec.structs.replace(known, buyer_ref=ref, version=99)

    await fast.hall.run(
        finance.note_funder_account, finance.funder_asks.NoteFunderAccount(told=told), system()
    )
    await fast.hall.run(finance.note_account, finance.asks.NoteAccount(told=told), system())

    assert (await fast.view()).limit.state == "open"


@pytest.mark.parametrize("is_genuine", [True, False])
async def test_whatever_comes_to_the_hook_is_kept_and_moves_nothing(fast: Fast, *, is_genuine: bool) -> None:
    order = await fast.advanced(red=100)
    before = await fast.one(order), (await fast.view()).limit.limit_minor, await fast.available()

    for kind, data in SAID:
        org = str(fast.trade.chenguang.org_id)
        told = {
            name: value.format(org=org) if isinstance(value, str) else value for name, value in data.items()
        }
        await fast.hear(kind, is_genuine=is_genuine, **told)

    after = await fast.one(order), (await fast.view()).limit.limit_minor, await fast.available()
    assert after == before
    async with fast.hall.pool.acquire() as db:
        kept = await db.fetchval(
            "SELECT count(*) FROM funder_message WHERE is_genuine = $1 AND message_id = 'msg_1'", is_genuine
        )
    assert kept >= len(SAID)
    await fast.agrees()
