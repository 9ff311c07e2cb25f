"""What the outside parties really did beside what our rows and our book say, reference by reference."""

from collections.abc import Mapping
from typing import Any

from bench.drills.simulation.channel import CURRENCY, Channel
from bench.drills.simulation.parties import Parties
from huozhan import ledger
from huozhan.kernel.actor import system

_CHARGED = """
SELECT p.payment_id::text AS ref, CASE p.state WHEN 'paid' THEN p.amount_minor ELSE r.amount_minor END AS minor
  FROM payment p LEFT JOIN payment_refund r ON r.payment_id = p.payment_id AND r.order_id = 0
 WHERE p.method = 'channel' AND p.state IN ('paid', 'mismatched')
"""
_REFUNDED = """
SELECT refund_id::text AS ref, channel_minor AS minor FROM payment_refund r JOIN payment p USING (payment_id)
 WHERE channel_minor > 0 AND p.method = 'channel'
"""
_TRANSFERRED = """
SELECT org_id || '-' || withdrawal_id AS ref, amount_minor AS minor FROM withdrawal WHERE state = 'done'
UNION ALL
SELECT receipt_id || '-' || payout_id, amount_minor FROM bank_payout WHERE state = 'done'
"""
_DEEDS = "SELECT deed_id::text AS ref, taken_minor AS minor FROM loan_deed WHERE state = 'done'"
_INSURED = "SELECT deed_id::text AS ref, done_minor AS minor FROM insurance_deed WHERE state = 'done' AND done_minor > 0"
_CAME = "SELECT bank_txn AS ref, amount_minor AS minor FROM bank_receipt"


async def apart(hall: Any, parties: Parties) -> list[str]:
    """Every difference; an empty list means that no money was lost, made up or moved twice."""
    async with hall.pool.acquire() as db:
        found = []
        for what, sql, did in (
            ("charge", _CHARGED, _done(parties.channel, "payment")),
            ("refund", _REFUNDED, _done(parties.channel, "refund")),
            ("transfer", _TRANSFERRED, {sent.ref: sent.amount_minor for sent in parties.bank.transferred}),
            ("deed", _DEEDS, {ref: one.taken_minor for ref, one in parties.lender.done.items()}),
            ("insurer's deed", _INSURED, parties.insurer.moved()),
            ("receipt", _CAME, {came.bank_txn: came.amount_minor for came in parties.bank.incoming}),
        ):
            found += _compare(what, did, {row["ref"]: row["minor"] for row in await db.fetch(sql)})
        work = hall.work(db, system("drill"))
        booked = await ledger.balances(work, [ledger.channel_clearing(1), ledger.custody_bank(1)])
    kept = [booked[account].posted_minor for account in (ledger.channel_clearing(1), ledger.custody_bank(1))]
    for name, did_minor, minor in zip(("channel", "bank"), balances(parties), kept, strict=True):
        if did_minor != minor:
            found.append(f"the {name} holds {did_minor}, the book says {minor}")
    return found


def balances(parties: Parties) -> tuple[int, int]:
    """What channel and bank hold for the market, by their own truth."""
    settled = parties.channel.settled.values()
    gross, fees = sum(day[0] for day in settled), sum(day[1] for day in settled)
    taken = sum(
        trade.amount_minor if trade.kind == "payment" else -trade.amount_minor
        for trade in parties.channel.trades_done
        if trade.currency == CURRENCY
    )
    came = sum(came.amount_minor for came in parties.bank.incoming if came.currency == CURRENCY)
    sent = sum(sent.amount_minor for sent in parties.bank.transferred if sent.currency == CURRENCY)
    funded = sum(parties.lender.settled.values()) + sum(parties.insurer.settled.values())
    return taken - gross, gross - fees + came - sent + funded


def _done(channel: Channel, kind: str) -> dict[str, int]:
    return {
        trade.refund_ref or trade.ref: trade.amount_minor
        for trade in channel.trades_done
        if trade.kind == kind
    }


def _compare(what: str, did: Mapping[str, int], ours: Mapping[str, int]) -> list[str]:
    return [
        f"{what} {ref}: the party did {did.get(ref)}, our rows say {ours.get(ref)}"
        for ref in sorted(did.keys() | ours.keys())
        if did.get(ref) != ours.get(ref)
    ]
