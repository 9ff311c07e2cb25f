"""Charging a supplier for carriage that no release pays: by the order of payers, what is left it owes the market (E4f).

Never the insurance pool: freight is the supplier's own cost. The caller writes down what it was for.
"""

from collections.abc import Mapping

from huozhan import ledger
from huozhan.kernel.work import Work
from huozhan.ledger import write_entry
from huozhan.payments.standing import judge
from huozhan.payments.store import takes
from huozhan.payments.taking import net_debt, split_over_payers


async def charge_freight(
    work: Work, *, seller_id: int, carrier_id: int, amount_minor: int, key: str, memo: Mapping[str, str | int]
) -> dict[str, int]:
    """Takes freight from a supplier for its carrier and tells out of what: available, deposit, debt; once under its key."""
    available, deposit = ledger.payable_available(seller_id), ledger.deposit(seller_id)
    found = await ledger.lock_balances(work, [available, ledger.seller_debt(seller_id), deposit])
    parts = split_over_payers(
        amount_minor, available=found[available].free_minor, deposit=found[deposit].free_minor, pool=0
    )
    del parts["pool"]
    entry = write_entry(
        "E4f",
        business_key=f"E4f:{key}",
        about_id=int(memo["order_id"]),
        owners={105: seller_id, 204: seller_id, 205: seller_id, 208: carrier_id},
        amounts=parts,
        memo=memo,
    )
    await ledger.post(work, [entry])
    if parts["debt"]:
        await takes.owe(work, seller_id, parts["debt"])
    if parts["deposit"]:
        await judge(work, [seller_id])
    return parts


async def give_freight_back(
    work: Work, *, seller_id: int, carrier_id: int, amount_minor: int, key: str, memo: Mapping[str, str | int]
) -> None:
    """Gives a supplier back what it was charged too much (E4b); what it owes is netted first."""
    entry = write_entry(
        "E4b",
        business_key=f"E4b:{key}",
        about_id=int(memo["order_id"]),
        owners={204: seller_id, 208: carrier_id},
        amounts={"available": amount_minor},
        memo=memo,
    )
    await ledger.post(work, [entry])
    await net_debt(work, seller_id)


async def bear_freight(
    work: Work, *, carrier_id: int, amount_minor: int, key: str, memo: Mapping[str, str | int]
) -> None:
    """The market bears what a carrier charges more (E4m)."""
    entry = write_entry(
        "E4m",
        business_key=f"E4m:{key}",
        about_id=int(memo["order_id"]),
        owners={208: carrier_id},
        amounts={"market": amount_minor},
        memo=memo,
    )
    await ledger.post(work, [entry])
