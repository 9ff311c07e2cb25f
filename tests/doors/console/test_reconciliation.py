"""The screen on which differences with the channel's files are worked off."""

from datetime import date

from huozhan import payments
from huozhan.kernel.actor import system
from huozhan.payments.asks import NoteFile, TradeLine
from tests.doors.browsing import Browser
from tests.ordering.trading import Trade


async def compared(trade: Trade) -> None:
    """A day with money nobody knows, and a settlement with a strange fee."""
    order = await trade.paid(red=10)
    async with trade.hall.pool.acquire() as db:
        payment = await db.fetchrow(
            "SELECT payment_id, channel_txn, amount_minor FROM payment JOIN payment_part USING (payment_id, amount_minor)"
            " WHERE order_id = $1",
            int(order.order_id),
        )
    known = TradeLine(
        kind="payment", currency="CNY", merchant_ref=str(payment["payment_id"]), channel_txn=payment["channel_txn"],
        amount_minor=payment["amount_minor"], fee_minor=99,
    )  # fmt: skip
    strange = TradeLine(
        kind="payment", currency="CNY", merchant_ref="till-7", channel_txn="ct_77", amount_minor=8_800
    )
    for note, on, lines in (
        (payments.note_trades, date(2026, 3, 1), [known, strange]),
        (payments.note_settlement, date(2026, 3, 2), [known]),
    ):
        await trade.hall.run(note, NoteFile(on=on, merchant="huozhan", lines=lines), system())


async def test_differences_are_shown_with_what_explains_the_account_and_ended_with_a_reason(
    trade: Trade, operator: Browser
) -> None:
    await compared(trade)

    page = await operator.see("/console/reconciliation")
    for words in ("对方有、本方无（长款）", "¥88.00", "手续费不符", "未解释", "till-7", "交易账单"):
        assert words in page
    action = next(part for part in page.split('action="')[1:] if part.startswith("/console/reconciliation/"))
    at = action.partition('"')[0]

    assert (await operator.post(at, {"end": "accept", "reason": ""})).status_code == 400
    done = await operator.post(at, {"end": "explain", "reason": "渠道已更正账单", "form_key": "a"})
    assert done.status_code == 303, done.text
    again = await operator.post(at, {"end": "explain", "reason": "再来一次", "form_key": "b"})
    assert again.status_code == 409
    assert "渠道已更正账单" in await operator.see("/console/reconciliation?state=all")
    assert "渠道已更正账单" in await operator.see("/console/audit?act=difference.end")
