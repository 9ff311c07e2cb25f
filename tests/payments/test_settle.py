"""Settling: only what the channel really says moves money, once, and never to the wrong place."""

import pytest

from huozhan import payments
from huozhan.doors.hall import Hall
from huozhan.kernel.refusals import NotFound
from huozhan.ledger import channel_clearing, escrow, refund_payable, unmatched
from tests.ledger.books import posted
from tests.payments.paying import (
    CUPS,
    LI,
    SHIRTS,
    actor,
    clear_jobs,
    jobs,
    noted,
    opened,
    outcome,
    paid_message,
    settled,
    whole,
    working,
)


async def test_one_payment_fills_the_escrow_of_each_of_its_orders(hall: Hall) -> None:
    payment_id = await opened(hall)

    found = await settled(hall, paid_message(payment_id))

    work = working(hall)
    assert found is not None
    assert [part.order_id for part in found.parts] == [CUPS, SHIRTS]
    assert await posted(work, channel_clearing(1), escrow(CUPS), escrow(SHIRTS)) == [62_800, 12_800, 50_000]
    assert (await payments.payment_to_show(working(hall, actor(LI)), payment_id)).state == "paid"
    assert await whole(work)


async def test_a_repeated_callback_credits_nothing_twice(hall: Hall) -> None:
    payment_id = await opened(hall)
    await settled(hall, paid_message(payment_id))

    again = await settled(hall, paid_message(payment_id))

    assert again is None
    assert await outcome(hall) == "duplicate"
    assert await posted(working(hall), channel_clearing(1)) == [62_800]


async def test_one_callback_is_judged_once(hall: Hall) -> None:
    payment_id = await opened(hall)
    callback_id = await noted(hall, paid_message(payment_id))
    async with hall.working(working(hall).actor) as work:
        first = await payments.settle(work, callback_id)
        second = await payments.settle(work, callback_id)

    assert first is not None
    assert second is None
    assert await outcome(hall) == "paid", "what became of it is not told anew"


@pytest.mark.parametrize(
    "changes",
    [
        {"amount_minor": 62_799, "paid_amount_minor": 62_799},
        {"paid_amount_minor": 1},
        {"paid_amount_minor": 62_801},
        {"paid_currency": "GBP"},
        {"channel_txn": None},
    ],
)
async def test_hearsay_of_another_amount_moves_nothing_and_is_asked_about(
    hall: Hall, changes: dict[str, object]
) -> None:
    payment_id = await opened(hall)
    await clear_jobs(hall)

    found = await settled(hall, paid_message(payment_id, **changes))

    assert found is None
    assert await outcome(hall) == "doubted"
    assert await jobs(hall) == ["payments.callback", "payments.ask"]
    assert await posted(working(hall), channel_clearing(1), escrow(CUPS)) == [0, 0]
    assert (await settled(hall, paid_message(payment_id))) is not None


async def test_money_that_really_came_in_another_amount_goes_back_and_pays_no_order(hall: Hall) -> None:
    payment_id = await opened(hall)

    found = await settled(hall, paid_message(payment_id, paid_amount_minor=60_000), is_answer=True)

    work = working(hall)
    refund = await work.db.fetchrow("SELECT * FROM payment_refund")
    assert found is None
    assert await outcome(hall) == "mismatched"
    assert (refund["amount_minor"], refund["order_id"], refund["buyer_id"]) == (60_000, 0, LI)
    assert await posted(work, channel_clearing(1), unmatched(payment_id), escrow(CUPS)) == [60_000, 0, 0]
    assert await posted(work, refund_payable(refund["refund_id"])) == [60_000]
    assert "payments.refund" in await jobs(hall)
    assert sorted(await facts(hall)) == ["payments.closed", "payments.mismatched"]
    assert await whole(work)


async def test_money_in_a_foreign_currency_goes_back_without_touching_the_book(hall: Hall) -> None:
    payment_id = await opened(hall)

    await settled(hall, paid_message(payment_id, paid_currency="GBP"), is_answer=True)

    work = working(hall)
    assert await work.db.fetchval("SELECT currency FROM payment_refund") == "GBP"
    assert await work.db.fetchval("SELECT count(*) FROM ledger_entry") == 0


async def test_an_unknown_reference_is_asked_about_and_only_real_money_is_parked(hall: Hall) -> None:
    assert await settled(hall, paid_message("unknown-7")) is None
    assert await outcome(hall) == "unknown_reference"
    assert "payments.ask" in await jobs(hall)
    assert await posted(working(hall), channel_clearing(1)) == [0]

    assert await settled(hall, paid_message("unknown-7"), is_answer=True) is None

    work = working(hall)
    callback_id = await work.db.fetchval("SELECT callback_id FROM outside_callback WHERE is_answer")
    assert await posted(work, channel_clearing(1), unmatched(callback_id)) == [62_800, 62_800]


async def test_one_transaction_of_the_channel_pays_one_payment(hall: Hall) -> None:
    first, second = await opened(hall), await opened(hall)
    await settled(hall, paid_message(first))

    found = await settled(hall, paid_message(second))

    assert found is None
    assert await outcome(hall) == "txn_reused"
    assert await posted(working(hall), channel_clearing(1)) == [62_800]


async def test_forged_foreign_and_unreadable_messages_are_kept_and_do_nothing(hall: Hall) -> None:
    payment_id = await opened(hall)
    await clear_jobs(hall)

    await noted(hall, paid_message(payment_id), is_genuine=False)
    assert await outcome(hall) == "not_genuine"
    await noted(hall, paid_message(payment_id, merchant="somebody"))
    assert await outcome(hall) == "foreign_merchant"
    for body in (
        b"",
        b"{",
        b'{"type": "payment.paid", "data": {}}',
        b'{"type": "x", "data": {}}',
        b"[]",
        b"\x00\xff",
    ):
        await noted(hall, body)
        assert await outcome(hall) == "unreadable"

    assert await jobs(hall) == []
    assert await working(hall).db.fetchval("SELECT count(*) FROM outside_callback") == 8


async def test_what_comes_too_late_goes_straight_back(hall: Hall) -> None:
    payment_id = await opened(hall)
    callback_id = await noted(hall, paid_message(payment_id))

    async with hall.working(working(hall).actor) as work:
        found = await payments.settle(work, callback_id)
        assert found is not None
        await payments.take_into_escrow(work, payment_id, SHIRTS)
        await payments.return_late(work, payment_id, CUPS)

    work = working(hall)
    refund_id = await work.db.fetchval("SELECT refund_id FROM payment_refund")
    assert await posted(work, escrow(CUPS), escrow(SHIRTS), refund_payable(refund_id)) == [0, 50_000, 12_800]
    assert await whole(work)


async def test_a_part_is_decided_once(hall: Hall) -> None:
    payment_id = await opened(hall)
    await settled(hall, paid_message(payment_id))

    with pytest.raises(AssertionError, match="decided once"):
        await payments.return_late(working(hall), payment_id, CUPS)


async def test_a_payment_that_was_closed_can_still_be_paid_by_a_faster_payer(hall: Hall) -> None:
    payment_id = await opened(hall)
    async with hall.working(working(hall).actor) as work:
        await payments.close_at_channel(work, payment_id)
    await hall.run(
        payments.note_closed, payments.asks.PaymentAsk(payment_id=str(payment_id)), working(hall).actor
    )
    assert await facts(hall) == ["payments.closed"]

    assert await settled(hall, paid_message(payment_id)) is not None


async def test_closing_what_is_closed_answers_again(hall: Hall) -> None:
    payment_id = await opened(hall)
    ask = payments.asks.PaymentAsk(payment_id=str(payment_id))
    await hall.run(payments.note_closed, ask, working(hall).actor)

    async with hall.working(working(hall).actor) as work:
        await payments.close_at_channel(work, payment_id)

    assert await facts(hall) == ["payments.closed", "payments.closed"]
    moves = await working(hall).db.fetch("SELECT event, state FROM payment_move ORDER BY move_id")
    assert [tuple(row) for row in moves] == [("begin", "opening"), ("close", "closed")]


async def test_a_payment_opened_late_is_closed_again(hall: Hall) -> None:
    payment_id = await opened(hall)
    async with hall.working(working(hall).actor) as work:
        await payments.close_at_channel(work, payment_id)
    await clear_jobs(hall)

    note = payments.asks.NoteOpened(payment_id=str(payment_id), pay_url="http://x/pay")
    await hall.run(payments.note_opened, note, working(hall).actor)

    assert await jobs(hall) == ["payments.close"]


async def test_a_payment_is_shown_to_its_payer_only(hall: Hall) -> None:
    payment_id = await opened(hall)
    ask = payments.asks.PaymentAsk(payment_id=str(payment_id))

    own = await hall.run(payments.payment, ask, actor(LI, "order.view"))
    listed = await hall.run(payments.my_payments, payments.asks.MyPayments(), actor(LI, "order.view"))
    foreign = await hall.run(payments.my_payments, payments.asks.MyPayments(), actor(999, "order.view"))

    assert (own.amount_minor, own.state, len(own.parts)) == (62_800, "opening", 2)
    assert [item.payment_id for item in listed.items] == [str(payment_id)]
    assert foreign.items == []
    with pytest.raises(NotFound):
        await hall.run(payments.payment, ask, actor(999, "order.view"))


async def facts(hall: Hall) -> list[str]:
    """What was told so far."""
    rows = await working(hall).db.fetch("SELECT fact FROM outbox ORDER BY fact_id")
    return [row["fact"] for row in rows]
