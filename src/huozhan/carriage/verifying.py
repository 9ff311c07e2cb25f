"""Verifying: account 208 is explained to the last unit: what waybills booked, less what carriers were paid."""

from datetime import datetime

from huozhan import ledger, payments
from huozhan.carriage.store import proof
from huozhan.carriage.store import terms as contracts
from huozhan.kernel.findings import Finding
from huozhan.kernel.work import Work

FINDINGS_MAX = 100
CARRIER_PAYABLE = 208
_LIVE = frozenset({"waiting", "asked", "done"})


async def owed_to_carriers(work: Work) -> int:
    """What all carriers are owed by the bookings of their waybills, less what they were paid."""
    charged, paid = await proof.charged(work), await payments.paid_to_carriers(work)
    return sum(charged.values()) - sum(paid.values())


async def clearing_since(work: Work) -> datetime | None:
    """Since when the oldest freight is owed to a carrier (208) and not paid; None where none is."""
    payouts = await payments.payouts_by_id(work)
    on_their_way = [payout_id for payout_id, (state, _) in payouts.items() if state != "done"]
    return await proof.unpaid_since(work, on_their_way)


async def verify(work: Work) -> list[Finding]:
    """Compares charges with their bookings, bookings and payments with the ledger, bills with both."""
    charged, paid = await proof.charged(work), await payments.paid_to_carriers(work)
    found = []
    for row in await contracts.contracts(work):
        carrier_id = row["carrier_id"]
        booked = (await ledger.balance(work, ledger.carrier_payable(carrier_id))).posted_minor
        ours = charged.get(carrier_id, 0) - paid.get(carrier_id, 0)
        if ours != booked:
            facts = {"carrier_id": carrier_id, "ours_minor": ours, "booked_minor": booked}
            found.append(Finding(code="carriage.payable_unexplained", facts=facts))
    found += [
        Finding(code="carriage.charge_apart", facts=dict(row)) for row in await proof.charges_apart(work)
    ]
    found += [
        Finding(code="carriage.bill_apart", facts=dict(row) | {"on_day": row["on_day"].isoformat()})
        for row in await proof.bills_apart(work)
    ]
    lines = await proof.by_payout(work)
    payouts = await payments.payouts_by_id(work)
    for payout_id in sorted(lines.keys() | payouts.keys()):
        state, amount_minor = payouts.get(payout_id, ("", 0))
        # What did not go lets its lines go after commit: until then they are no finding.
        if state in _LIVE and lines.get(payout_id, 0) != amount_minor:
            facts = {
                "payout_id": payout_id,
                "lines_minor": lines.get(payout_id, 0),
                "payout_minor": amount_minor,
            }
            found.append(Finding(code="carriage.payout_apart", facts=facts))
    age = payments.clearing_age(work, CARRIER_PAYABLE, await clearing_since(work))
    found += payments.clearing_old([age])
    return found[:FINDINGS_MAX]
