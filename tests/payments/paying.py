"""What tests of payments say often: a buyer pays two suppliers at once, a channel tells."""

from datetime import timedelta
from typing import Any

import msgspec

from huozhan import ledger, payments
from huozhan.doors.hall import Hall
from huozhan.kernel.actor import Actor, ActorKind, system
from huozhan.kernel.work import Work
from huozhan.payments import Part

LI, CHENGUANG, YUNZHI = 701, 601, 602
CUPS, SHIRTS = 11, 12
MERCHANT = "huozhan"


def actor(org_id: int, *permissions: str) -> Actor:
    """A person of an organisation."""
    return Actor(
        kind=ActorKind.person,
        person_id=org_id * 10,
        org_id=org_id,
        permissions=frozenset(permissions),
        door="test",
    )


def working(hall: Hall, who: Actor | None = None) -> Work:
    """A work on the test's own transaction."""
    return hall.work(hall.pool.db, who or system("test"))  # type: ignore[attr-defined]


async def opened(hall: Hall, cups_minor: int = 12_800, shirts_minor: int = 50_000) -> int:
    """Li opens one payment for cups of Chenguang and shirts of Yunzhi."""
    async with hall.working(actor(LI)) as work:
        return await payments.open_payment(
            work,
            payer_id=LI,
            parts=[
                Part(order_id=CUPS, seller_id=CHENGUANG, amount_minor=cups_minor),
                Part(order_id=SHIRTS, seller_id=YUNZHI, amount_minor=shirts_minor),
            ],
            subject="cups and shirts",
            expires_at=hall.clock.now() + timedelta(days=1),
        )


def paid_message(payment_id: int | str, **changes: Any) -> dict[str, Any]:
    """What the channel tells of a payment of 628.00 that was paid as asked."""
    data: dict[str, Any] = {
        "merchant": MERCHANT,
        "merchant_ref": str(payment_id),
        "channel_payment_id": "cp_1",
        "pay_url": "http://127.0.0.1:1/channel/pay/cp_1",
        "state": "paid",
        "amount_minor": 62_800,
        "currency": "CNY",
        "subject": "cups and shirts",
        "expires_at": "2026-03-02T02:00:00.000Z",
        "channel_txn": "ct_1",
        "paid_amount_minor": 62_800,
        "paid_currency": "CNY",
        "paid_at": "2026-03-01T02:03:04.567Z",
        "refunded_minor": 0,
    } | changes
    return {"type": "payment.paid", "timestamp": "2026-03-01T02:03:05.000Z", "data": data}


async def noted(hall: Hall, message: Any, *, is_genuine: bool = True, is_answer: bool = False) -> int:
    """A message arrives at the hook and is written down."""
    body = message if isinstance(message, bytes) else msgspec.json.encode(message)
    ask = payments.asks.NoteCallback(
        party="channel",
        message_id="msg_1",
        body=body,
        is_genuine=is_genuine,
        merchant=MERCHANT,
        is_answer=is_answer,
    )
    return int((await hall.run(payments.note_callback, ask, system())).callback_id)


async def settled(hall: Hall, message: Any, *, is_answer: bool = False) -> payments.Settled | None:
    """A message arrives and is judged; a payment that is settled fills the orders' escrow."""
    callback_id = await noted(hall, message, is_answer=is_answer)
    async with hall.working(system()) as work:
        found = await payments.settle(work, callback_id)
        if found is not None:
            await payments.take_into_escrow(work, found.payment_id, *(part.order_id for part in found.parts))
        return found


async def outcome(hall: Hall) -> str:
    """What became of the last message."""
    text: str = await hall.pool.db.fetchval(  # type: ignore[attr-defined]
        "SELECT outcome FROM outside_callback ORDER BY callback_id DESC LIMIT 1"
    )
    return text


async def jobs(hall: Hall) -> list[str]:
    """Which kinds of jobs wait."""
    rows = await hall.pool.db.fetch("SELECT kind FROM job ORDER BY job_id")  # type: ignore[attr-defined]
    return [row["kind"] for row in rows]


async def clear_jobs(hall: Hall) -> None:
    """Forgets the jobs that wait."""
    await hall.pool.db.execute("DELETE FROM job")  # type: ignore[attr-defined]


async def whole(work: Work) -> bool:
    """Tells whether the ledger is whole and payments agrees with it; says what is not."""
    findings = [*await ledger.verify(work), *await payments.verify(work)]
    assert findings == []
    return True
