"""Releasing and refunding: each fen leaves escrow once, to the right hand."""

from datetime import timedelta

import msgspec
import pytest

from huozhan import payments
from huozhan.doors.hall import Hall
from huozhan.kernel.clock import MovableClock
from huozhan.kernel.rules import Rule, RuleBook
from huozhan.kernel.shapes import Nothing
from huozhan.ledger import (
    NotCovered,
    channel_clearing,
    commission,
    escrow,
    funder_clearing,
    payable_available,
    payable_pending,
    refund_payable,
    seal_chain,
    vat,
    wallet,
)
from huozhan.payments import Refund, Release
from huozhan.payments.releasing import commission_of
from tests.ledger.books import posted
from tests.payments.paying import (
    CHENGUANG,
    CUPS,
    LI,
    SHIRTS,
    actor,
    jobs,
    noted,
    opened,
    outcome,
    paid_message,
    settled,
    whole,
    working,
)


@pytest.mark.parametrize(
    ("goods_minor", "expected"),
    [
        ((100_000,), (1_887, 113)),
        ((70_000,), (1_321, 79)),
        ((0,), (0, 0)),
        ((24,), (0, 0)),
        ((25,), (1, 0)),
        ((25, 25), (2, 0)),
        ((12_300, 4_567, 1), (318, 19)),
    ],
)
def test_commission_is_rounded_per_line_with_its_tax_inside(
    goods_minor: tuple[int, ...], expected: tuple[int, int]
) -> None:
    assert commission_of([(0, amount) for amount in goods_minor], 200, 600) == expected


async def paid(hall: Hall) -> int:
    payment_id = await opened(hall)
    assert await settled(hall, paid_message(payment_id)) is not None
    return payment_id


async def test_received_goods_are_paid_out_less_commission_and_at_once_available(hall: Hall) -> None:
    await paid(hall)
    work = working(hall)

    await payments.release(
        work,
        Release(
            order_id=CUPS, seller_id=CHENGUANG, key="r1", goods_minor=(8_000, 2_800), freight_minor=2_000
        ),
    )

    assert await posted(work, escrow(CUPS), payable_pending(CHENGUANG), payable_available(CHENGUANG)) == [
        0,
        0,
        12_584,
    ]
    assert await posted(work, commission(), vat()) == [204, 12]
    assert await whole(work)


async def test_the_vector_of_the_journal_rules_is_paid_out_to_the_fen(hall: Hall) -> None:
    """Goods 1 000.00 and freight 15.00; 30 % of the goods go back first, the rest is released (B5.3)."""
    payment_id = await opened(hall, cups_minor=101_500)
    whole_minor = 151_500
    told = {"amount_minor": whole_minor, "paid_amount_minor": whole_minor}
    assert await settled(hall, paid_message(payment_id, **told)) is not None
    work = working(hall)

    await payments.refund_escrow(
        work,
        Refund(
            order_id=CUPS, payment_id=payment_id, buyer_id=LI, key="f1", amount_minor=30_000, reason="缺货"
        ),
    )
    assert await posted(work, escrow(CUPS)) == [71_500]
    await payments.release(
        work,
        Release(order_id=CUPS, seller_id=CHENGUANG, key="r1", goods_minor=(70_000,), freight_minor=1_500),
    )

    assert await posted(work, escrow(CUPS), payable_available(CHENGUANG)) == [0, 70_100]
    assert await posted(work, commission(), vat()) == [1_321, 79]
    assert await whole(work)


async def test_a_repeated_release_pays_once_and_more_than_escrow_is_refused(hall: Hall) -> None:
    await paid(hall)
    work = working(hall)
    half = Release(order_id=CUPS, seller_id=CHENGUANG, key="r1", goods_minor=(6_400,))

    await payments.release(work, half)
    await payments.release(work, half)
    assert await posted(work, escrow(CUPS)) == [6_400]

    with pytest.raises(NotCovered):
        async with work.db.transaction():
            await payments.release(
                work, Release(order_id=CUPS, seller_id=CHENGUANG, key="r2", goods_minor=(6_401,))
            )
    assert await posted(work, escrow(CUPS), escrow(SHIRTS)) == [6_400, 50_000]


async def test_a_funder_is_repaid_first_and_no_more_than_the_goods_bring(hall: Hall) -> None:
    await paid(hall)
    work = working(hall)
    release = Release(order_id=CUPS, seller_id=CHENGUANG, key="r1", goods_minor=(10_000,), funder_minor=9_000)

    await payments.release(work, release)

    accounts = payable_pending(CHENGUANG), payable_available(CHENGUANG)
    assert await posted(work, *accounts) == [0, 800]
    assert await posted(work, funder_clearing(payments.FAST_FUNDER_ID)) == [-9_000]
    beyond = msgspec.structs.replace(release, key="r2", funder_minor=9_801)
    with pytest.raises(AssertionError):
        await payments.release(work, beyond)


async def test_a_settlement_hold_keeps_the_money_pending_until_it_is_over(
    hall: Hall, clock: MovableClock
) -> None:
    await paid(hall)
    week = Rule(code="settle_hold", version=2, value=7, unit="days", effective_from=clock.now())
    hall.rules = RuleBook([*hall.rules, week])
    pinned_old = Release(
        order_id=SHIRTS, seller_id=CHENGUANG, key="r1", goods_minor=(100,), rules={"settle_hold": 1}
    )
    async with hall.working(working(hall).actor) as work:
        await payments.release(work, pinned_old)
        await payments.release(
            work, Release(order_id=CUPS, seller_id=CHENGUANG, key="r1", goods_minor=(10_000,))
        )
    timer = await work.db.fetchrow(
        "SELECT about_id, due_at, rule_version FROM timer WHERE kind = 'settle_hold'"
    )
    assert (timer["due_at"], timer["rule_version"]) == (clock.now() + timedelta(days=7), 2)
    accounts = (payable_pending(CHENGUANG), payable_available(CHENGUANG))
    due = payments.asks.AboutAsk(about_id=str(timer["about_id"]))

    await hall.run(payments.settle_hold_due, due, working(hall).actor)
    assert await posted(working(hall), *accounts) == [9_800, 98]
    clock.pass_(days=7)
    await hall.run(payments.settle_hold_due, due, working(hall).actor)
    await hall.run(payments.settle_hold_due, due, working(hall).actor)

    assert await posted(working(hall), *accounts) == [0, 9_898]
    await seal_chain(working(hall))
    assert await whole(working(hall))


def refund_message(
    payment_id: int, refund_id: int, state: str = "succeeded", **changes: object
) -> dict[str, object]:
    data = {
        "merchant_refund_ref": str(refund_id),
        "merchant_ref": str(payment_id),
        "channel_refund_id": "cr_1",
        "state": state,
        "amount_minor": 5_000,
        "currency": "CNY",
        "refunded_minor": 5_000 if state == "succeeded" else None,
        "ended_at": "2026-03-01T03:00:00.000Z",
        "reason": None if state == "succeeded" else "channel_refused",
    } | changes
    return {"type": f"refund.{data['state']}", "timestamp": "2026-03-01T03:00:00.000Z", "data": data}


async def refunded(hall: Hall) -> tuple[int, int]:
    """Fifty yuan of the cups are to go back; tells payment and refund."""
    payment_id = await paid(hall)
    refund = Refund(
        order_id=CUPS,
        payment_id=payment_id,
        buyer_id=LI,
        key="unshipped:1",
        amount_minor=5_000,
        reason="changed mind",
    )
    async with hall.working(working(hall).actor) as work:
        await payments.refund_escrow(work, refund)
        await payments.refund_escrow(work, refund)
    return payment_id, await work.db.fetchval("SELECT refund_id FROM payment_refund")


async def heard(hall: Hall, message: object, *, is_answer: bool = False) -> str:
    callback_id = await noted(hall, message, is_answer=is_answer)
    ask = payments.asks.CallbackAsk(callback_id=str(callback_id))
    await hall.run(payments.hear_callback, ask, working(hall).actor)
    return await outcome(hall)


async def test_a_refund_leaves_escrow_once_and_ends_at_the_channel(hall: Hall) -> None:
    payment_id, refund_id = await refunded(hall)
    accounts = (escrow(CUPS), refund_payable(refund_id), channel_clearing(1), wallet(LI))
    assert await posted(working(hall), *accounts) == [7_800, 5_000, 62_800, 0]
    assert (await jobs(hall)).count("payments.refund") == 1

    assert await heard(hall, refund_message(payment_id, refund_id)) == "ended"
    assert await heard(hall, refund_message(payment_id, refund_id)) == "duplicate"

    assert await posted(working(hall), *accounts) == [7_800, 0, 57_800, 0]
    assert await whole(working(hall))


@pytest.mark.parametrize(
    ("changes", "accounts_after"),
    [
        ({"refunded_minor": 2_500}, [0, 60_300, 2_500]),
        ({"state": "failed", "refunded_minor": None}, [0, 62_800, 5_000]),
    ],
)
async def test_what_the_channel_cannot_return_is_the_buyers_in_the_wallet(
    hall: Hall, changes: dict[str, object], accounts_after: list[int]
) -> None:
    payment_id, refund_id = await refunded(hall)
    message = refund_message(payment_id, refund_id, **changes)

    assert await heard(hall, message) == "doubted"
    assert await posted(working(hall), refund_payable(refund_id)) == [5_000]
    assert (await jobs(hall))[-1] == "payments.ask"
    assert await heard(hall, message, is_answer=True) == "ended"

    accounts = (refund_payable(refund_id), channel_clearing(1), wallet(LI))
    assert await posted(working(hall), *accounts) == accounts_after
    assert await whole(working(hall))


@pytest.mark.parametrize("changes", [{"amount_minor": 5_001}, {"currency": "GBP"}, {"refunded_minor": 5_001}])
async def test_an_impossible_answer_moves_nothing(hall: Hall, changes: dict[str, object]) -> None:
    payment_id, refund_id = await refunded(hall)

    assert await heard(hall, refund_message(payment_id, refund_id, **changes), is_answer=True) == "impossible"

    assert await posted(working(hall), refund_payable(refund_id)) == [5_000]


async def test_a_seller_sees_every_line_explained(hall: Hall) -> None:
    await paid(hall)
    async with hall.working(working(hall).actor) as work:
        await payments.release(
            work,
            Release(
                order_id=CUPS, seller_id=CHENGUANG, key="r1", goods_minor=(10_000,), freight_minor=500,
                order_number="N-11",
            ),
        )  # fmt: skip
    seller = actor(CHENGUANG, "funds.view")

    funds = await hall.run(payments.funds, Nothing(), seller)
    page = await hall.run(payments.fund_lines, payments.asks.FundLines(size=2), seller)
    rest = await hall.run(
        payments.fund_lines, payments.asks.FundLines(size=2, cursor=page.next_cursor or ""), seller
    )

    assert (funds.pending_minor, funds.available_minor, funds.in_transit_minor) == (0, 10_300, 0)
    lines = [*page.items, *rest.items]
    assert [(line.event, line.account, line.change_minor) for line in lines] == [
        ("E5", "available", 10_300), ("E5", "pending", -10_300), ("E4", "pending", 10_300),
    ]  # fmt: skip
    assert rest.next_cursor is None
    exported = await hall.run(payments.export_funds, payments.asks.ExportFunds(), seller)
    assert exported.items == lines
    memo = lines[2].memo
    assert (memo["order_number"], memo["rate_bp"], memo["rate_version"], memo["vat_bp"]) == (
        "N-11",
        200,
        1,
        600,
    )
    assert (memo["goods_minor"], memo["freight_minor"], memo["commission_minor"], memo["vat_minor"]) == (
        10_000, 500, 189, 11,
    )  # fmt: skip
