"""Money in another currency that a channel does not, or only partly, send back: it is asked about no more, and people end it."""

from typing import Any

import msgspec
import pytest

from huozhan import operations, payments
from huozhan.doors.hall import Hall
from huozhan.doors.jobs.relay import relay_once
from huozhan.kernel.actor import system
from huozhan.kernel.clock import MovableClock
from huozhan.kernel.refusals import Forbidden, NotFound, Refusal
from huozhan.kernel.shapes import Nothing
from huozhan.payments.asks import ListReceipts, RefuseAsk, ReturnReceipt, SettleReceipt
from huozhan.payments.day_closing import clearing_ages
from huozhan.payments.foreign import OwnCurrency, OwnProposal
from huozhan.payments.parking import ReceiptNotParked
from huozhan.payments.views import ReceiptView
from tests.payments.paying import (
    LI,
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
from tests.payments.test_release import heard, refund_message

FIRST, SECOND = actor(1, "market.ledger"), actor(2, "market.ledger")
LITTLE, MUCH = 62_800, 500_000


async def came(hall: Hall, amount_minor: int) -> tuple[int, int]:
    """小李 pays in pounds, and they are to go back; tells payment and refund."""
    payment_id = await opened(hall)
    message = paid_message(payment_id, paid_currency="GBP", paid_amount_minor=amount_minor)
    assert await settled(hall, message, is_answer=True) is None
    return payment_id, await working(hall).db.fetchval("SELECT refund_id FROM payment_refund")


async def kept(hall: Hall, amount_minor: int, returned_minor: int = 0) -> ReceiptView:
    """The channel sends back so much of it, and no more."""
    payment_id, refund_id = await came(hall, amount_minor)
    state = "succeeded" if returned_minor else "failed"
    told = refund_message(
        payment_id, refund_id, state, amount_minor=amount_minor, currency="GBP", refunded_minor=returned_minor or None
    )  # fmt: skip
    assert await heard(hall, told, is_answer=True) == "ended"
    return await one(hall)


async def one(hall: Hall) -> ReceiptView:
    (receipt,) = (await hall.run(payments.parked_receipts, ListReceipts(), FIRST)).items
    return receipt


async def settle(hall: Hall, receipt: ReceiptView, by: Any = FIRST, why: str = "已电汇 TT-1") -> ReceiptView:
    ask = SettleReceipt(receipt_id=receipt.receipt_id, reason=why)
    return await hall.run(operations.settle_receipt, ask, by)


async def refusal(hall: Hall, receipt: ReceiptView, by: Any = FIRST) -> type[Refusal]:
    with pytest.raises(Refusal) as why:
        await settle(hall, receipt, by)
    return type(why.value)


@pytest.mark.parametrize("returned_minor", [0, 50_000])
async def test_what_a_channel_does_not_send_back_waits_for_a_person(
    hall: Hall, clock: MovableClock, returned_minor: int
) -> None:
    receipt = await kept(hall, LITTLE, returned_minor)

    assert (receipt.state, receipt.currency, receipt.amount_minor) == (
        "parked",
        "GBP",
        LITTLE - returned_minor,
    )
    row = await working(hall).db.fetchrow("SELECT * FROM payment_refund")
    assert (row["state"], row["channel_minor"], row["wallet_minor"], row["parked_minor"]) == (
        "done", returned_minor, 0, LITTLE - returned_minor,
    )  # fmt: skip
    assert await whole(working(hall))
    clock.pass_(days=30)
    assert (await hall.run(payments.sweep, Nothing(), system())).asked == 0
    assert await working(hall).db.fetchval("SELECT count(*) FROM ledger_entry") == 0


async def test_hearsay_ends_nothing(hall: Hall) -> None:
    payment_id, refund_id = await came(hall, LITTLE)
    told = refund_message(payment_id, refund_id, "failed", amount_minor=LITTLE, currency="GBP")

    assert await heard(hall, told) == "doubted"

    assert (await hall.run(payments.parked_receipts, ListReceipts(), FIRST)).items == []


async def test_what_a_channel_refuses_outright_is_in_nobodys_wallet(hall: Hall) -> None:
    payment_id, refund_id = await came(hall, LITTLE)
    ask = RefuseAsk(what="refund", of=str(payment_id), ref=str(refund_id), why="currency_differs")
    await hall.run(payments.note_refused, ask, system())

    receipt = await one(hall)
    assert (receipt.amount_minor, receipt.failed_why) == (LITTLE, "currency_differs")
    assert await working(hall).db.fetchval("SELECT wallet_minor FROM payment_refund") == 0


async def test_a_little_is_ended_by_one_person_and_the_payer_hears_how(hall: Hall) -> None:
    receipt = await kept(hall, LITTLE, 50_000)

    ended = await settle(hall, receipt)

    assert (ended.state, ended.settled_minor, ended.reason) == ("settled", 12_800, "已电汇 TT-1")
    assert await refusal(hall, receipt) is ReceiptNotParked
    log = await hall.run(
        operations.audit_log,
        operations.ListAudit(about=receipt.receipt_id),
        actor(1, "market.view", "market.audit"),
    )
    assert [(entry.act, entry.facts) for entry in log.items] == [
        ("money.settle", {"settled_minor": 12_800, "currency": "GBP"})
    ]
    while await relay_once(hall):
        pass
    told = await working(hall).db.fetch("SELECT org_id FROM notice WHERE kind = 'foreign_settled'")
    assert [row["org_id"] for row in told] == [LI]
    assert await whole(working(hall))


async def test_much_is_ended_by_two(hall: Hall) -> None:
    receipt = await kept(hall, MUCH)

    proposed = await settle(hall, receipt, FIRST, "拟电汇")
    assert (proposed.state, proposed.settled_minor, proposed.proposed_why) == ("parked", 0, "拟电汇")
    assert await refusal(hall, receipt, FIRST) is OwnProposal
    ended = await settle(hall, receipt, SECOND)

    assert (ended.state, ended.settled_minor, ended.proposed_by) == ("settled", MUCH, str(FIRST.person_id))


async def test_a_little_less_than_much_needs_one(hall: Hall) -> None:
    assert (await settle(hall, await kept(hall, MUCH - 1))).state == "settled"


async def test_it_may_be_sent_back_once_more_and_what_was_proposed_is_forgotten(hall: Hall) -> None:
    receipt = await kept(hall, MUCH)
    await settle(hall, receipt, FIRST)
    await clear_jobs(hall)

    ask = ReturnReceipt(receipt_id=receipt.receipt_id, reason="渠道已恢复")
    asked = await hall.run(operations.return_receipt, ask, SECOND)

    assert (asked.state, asked.proposed_by) == ("asked", None)
    assert await jobs(hall) == ["payments.return"]
    assert await refusal(hall, receipt, SECOND) is ReceiptNotParked


async def test_money_of_the_book_is_not_ended_so(hall: Hall) -> None:
    await noted(hall, paid_message("unknown-7"), is_answer=True)
    await settled(hall, paid_message("unknown-7"), is_answer=True)
    assert await outcome(hall) in {"unknown_reference", "duplicate"}

    assert await refusal(hall, await one(hall)) is OwnCurrency


async def test_only_who_works_on_the_book_may(hall: Hall) -> None:
    receipt = await kept(hall, LITTLE)

    assert await refusal(hall, receipt, actor(1, "market.view")) is Forbidden
    with pytest.raises(NotFound):
        await hall.run(operations.settle_receipt, SettleReceipt(receipt_id="7", reason="没有"), FIRST)


async def ages(hall: Hall) -> set[int]:
    """Clearing accounts on which something stands."""
    async with hall.working(system()) as work:
        return {age.code for age in await clearing_ages(work) if age.since is not None}


async def test_what_the_book_does_not_hold_grows_old_on_none_of_its_accounts(hall: Hall) -> None:
    await came(hall, LITTLE)
    assert await ages(hall) == set(), "on its way back"

    payment_id = int(await working(hall).db.fetchval("SELECT payment_id FROM payment_refund"))
    refund_id = await working(hall).db.fetchval("SELECT refund_id FROM payment_refund")
    told = refund_message(
        payment_id, refund_id, "failed", amount_minor=LITTLE, currency="GBP", refunded_minor=None
    )
    assert await heard(hall, told, is_answer=True) == "ended"

    assert await ages(hall) == set(), "parked"


@pytest.mark.parametrize(("currency", "on"), [("GBP", set()), ("CNY", {213})])
async def test_a_line_of_the_bank_in_another_currency_grows_old_nowhere(
    hall: Hall, currency: str, on: set[int]
) -> None:
    line = {
        "bank_txn": "b1", "direction": "in", "amount_minor": 500, "currency": currency, "account_no": "6222021208009998887",
        "account_name": "小李杂货店", "at": hall.clock.now().isoformat(),
    }  # fmt: skip
    body = msgspec.json.encode(line)
    await hall.run(payments.note_statement, payments.asks.NoteStatement(body=body), system())

    assert await ages(hall) == on
