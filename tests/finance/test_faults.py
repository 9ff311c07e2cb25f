"""Every call to the lender under every fault: done once, booked once, and what cannot be true waits for a person."""

from typing import Any

import msgspec
import pytest

from huozhan import finance, ledger, operations, ordering
from huozhan.kernel.actor import system
from huozhan.kernel.shapes import Nothing
from huozhan.operations.books import Verify
from huozhan.ordering.views import PlacedOrder
from tests.finance.later import Later

ALL = 93_000
KINDS = ("captures", "voids", "refunds", "repayments")


async def decide(later: Later, kind: str) -> PlacedOrder:
    """Leaves one deed of a kind to be asked, for 300.00 or all of the order."""
    if kind == "captures":
        order = await later.lent(red=100)
        await later.trade.ship(order)
        await later.trade.confirm(order)
    elif kind == "voids":
        order = await later.lent(red=100)
        ask = ordering.asks.RefundUnshipped(order_id=order.order_id, reason="不需要了")
        await later.hall.run(ordering.refund_unshipped, ask, later.li)
    elif kind == "refunds":
        order = await later.received(red=100)
        await later.take_back(order, 30_000)
    else:
        order = await later.received(red=100)
        await later.repay(order, 30_000)
    return order


@pytest.mark.parametrize("kind", KINDS)
async def test_an_answer_that_never_came_is_asked_for_again_and_done_once(later: Later, kind: str) -> None:
    silences = 2
    order = await decide(later, kind)
    later.lender.calls.clear()
    later.lender.silent_after = silences

    await later.errands()

    refs = {ref for what, ref in later.lender.calls if what == kind}
    assert (len(refs), len([1 for what, _ in later.lender.calls if what == kind])) == (1, silences + 1)
    assert await later.settled(order)
    assert await later.findings() == []


@pytest.mark.parametrize(
    ("kind", "twist"),
    [
        ("captures", {"amount_minor": 1}),
        ("captures", {"taken_minor": 1}),
        ("voids", {"currency": "USD"}),
        ("refunds", {"loan_ref": "1-1"}),
        ("repayments", {"taken_minor": 10**9}),
        ("repayments", {"kind": "gifts"}),
    ],
)
async def test_an_answer_that_does_not_fit_moves_nothing_and_waits_for_a_person(
    later: Later, kind: str, twist: dict[str, Any]
) -> None:
    order = await decide(later, kind)
    before = (await later.loan(order), await later.clearing())
    later.lender.answer_with = twist

    await later.errands()

    after = await later.loan(order)
    assert (after.refunded_minor, after.repaid_minor) == (before[0].refunded_minor, before[0].repaid_minor)
    assert await later.clearing() == before[1]
    found = await later.findings()
    assert "finance.lender_differs" in {finding.code for finding in found}
    desk = await later.hall.run(finance.lender_desk, Nothing(), later.trade.people.operator)
    assert [(one.kind, one.state) for one in desk.open] == [(kind, "odd")]


@pytest.mark.parametrize("kind", KINDS)
async def test_a_repeated_job_does_nothing_more(later: Later, kind: str) -> None:
    order = await decide(later, kind)
    await later.errands()
    done = await later.loan(order), await later.clearing(), later.lender.owes_market()

    for _ in range(2):
        async with later.hall.working(system()) as work:
            payment_id = later.ref(order).partition("-")[2]
            work.enqueue(finance.DEED_JOB, {"order_id": int(order.order_id), "payment_id": int(payment_id)})
        await later.errands()

    assert (await later.loan(order), await later.clearing(), later.lender.owes_market()) == done


SAID: tuple[tuple[str, dict[str, Any]], ...] = (
    ("loan.changed", {"loan_ref": "{ref}", "repaid_minor": 93_000}),
    ("loan.changed", {"loan_ref": "{ref}", "currency": "USD", "stage": "overdue"}),
    ("loan.changed", {"loan_ref": "unknown-7f3a"}),
    ("loan.changed", {"loan_ref": "99-99"}),
    ("loan.changed", {}),
    ("authorisation.granted", {"merchant_ref": "unknown-1", "paid_amount_minor": 1}),
    ("account.open", {"buyer_ref": "12345", "limit_minor": 10**9}),
    ("whatever", {"x": 1}),
)
"""Wrong amounts and currencies, references nobody made, and nonsense."""


@pytest.mark.parametrize("is_genuine", [True, False])
async def test_whatever_comes_to_the_hook_is_kept_and_moves_nothing(
    later: Later, *, is_genuine: bool
) -> None:
    order = await later.received(red=100)
    before = await later.loan(order), (await later.loans()).limit.limit_minor

    for kind, data in SAID:
        told = {
            name: value.format(ref=later.ref(order)) if isinstance(value, str) else value
            for name, value in data.items()
        }
        await later.hear(kind, is_genuine=is_genuine, **told)

    assert (await later.loan(order), (await later.loans()).limit.limit_minor) == before
    async with later.hall.pool.acquire() as db:
        rows = await db.fetch(
            "SELECT kind FROM lender_message WHERE is_genuine = $1 ORDER BY heard_id DESC LIMIT $2",
            is_genuine, len(SAID),
        )  # fmt: skip
    assert [row["kind"] for row in reversed(rows)] == [kind for kind, _ in SAID]
    assert await later.findings() == []


@pytest.mark.parametrize(
    "body",
    [b'{"type": "loan\\u0000x", "data": {}}', b'{"type": "loan.due", "data": {"loan_ref": "1-\\u0000"}}'],
)
async def test_what_a_stranger_writes_is_kept_whatever_characters_it_has(later: Later, body: bytes) -> None:
    said = finance.asks.HearLender(message_id="msg_0", body=body, is_genuine=False)
    await later.hall.run(finance.hear_lender, said, system("hooks"))

    async with later.hall.pool.acquire() as db:
        assert await db.fetchval("SELECT body FROM lender_message WHERE message_id = 'msg_0'") == body


async def test_messages_that_come_late_twice_and_in_the_wrong_order_change_nothing_more(later: Later) -> None:
    order = await later.received(red=100)
    ref = later.ref(order)
    old = await later.lender.loan(ref)
    assert old is not None
    await later.repay(order, 30_000)
    await later.errands()
    new = await later.loan(order)

    order_id, _, payment_id = ref.partition("-")
    for _ in range(2):
        note = finance.asks.NoteLoan(order_id=order_id, payment_id=payment_id, told=old)
        await later.hall.run(finance.note_loan, note, system())
        await later.hear("loan.changed", loan_ref=ref)

    assert await later.loan(order) == new
    assert await later.findings() == []


async def test_a_word_that_cannot_be_true_is_not_taken(later: Later) -> None:
    order = await later.received(red=100)
    before = await later.loan(order)
    ref = later.ref(order)
    told = await later.lender.loan(ref)
    assert told is not None
    order_id, _, payment_id = ref.partition("-")
    for twist in (
        {"repaid_minor": ALL + 1}, {"currency": "USD"}, {"captured_minor": ALL + 1}, {"loan_ref": "1-1"}, {"refunded_minor": -1},
    ):  # fmt: skip
        false = msgspec.structs.replace(told, version=99, **twist)
        note = finance.asks.NoteLoan(order_id=order_id, payment_id=payment_id, told=false)
        await later.hall.run(finance.note_loan, note, system())
        assert await later.loan(order) == before


async def test_a_silent_lender_at_the_consent_is_asked_again(later: Later) -> None:
    (order,) = await later.choose(red=100)
    later.lender.silent_after = 1
    payment_id = await later.open(order)
    assert len(later.lender.asked) == 1

    await later.agree(payment_id)
    await later.hear("authorisation.granted", merchant_ref=payment_id)

    assert (await later.loan(order)).state == "authorised"
    assert len(later.lender.loans) == 1
    assert await later.findings() == []


async def test_another_amount_authorised_pays_nothing(later: Later) -> None:
    (order,) = await later.choose(red=100)
    payment_id = await later.open(order)
    later.lender.asked[payment_id]["amount_minor"] = ALL - 1
    later.lender.given[payment_id] = later.trade.clock.now()
    await later.hear("authorisation.granted", merchant_ref=payment_id)

    assert (await later.trade.page(order)).state == "wait_pay"
    assert await later.balance(ledger.loan_held(int(order.order_id))) == 0
    books = await later.hall.run(operations.verify, Verify(), later.trade.people.operator)
    assert "payments.callback_odd" in {finding.code for finding in books.findings}
