"""Insuring: premiums of freight insurance and what its insurer pays for goods sent back (E16). The market only carries them."""

from collections.abc import Mapping

from huozhan import ledger
from huozhan.kernel.work import Work
from huozhan.ledger import Entry, write_entry
from huozhan.payments.payment import Release
from huozhan.payments.ports import INSURER_ID
from huozhan.payments.standing import judge
from huozhan.payments.store import takes
from huozhan.payments.taking import split_over_payers

FREIGHT_POOL_ID = 2
"""Whose premiums of freight insurance stand on 209, apart from the pool behind shipping badges."""

Memo = Mapping[str, str | int]


def premium_of(release: Release) -> Entry:
    """The entry by which a release pays the premium out of the seller's part (E16)."""
    return _premium(
        release.order_id,
        {"escrow": release.premium_minor},
        owners={202: release.escrow_id or release.order_id},
        memo={"order_number": release.order_number, "premium_minor": release.premium_minor},
    )


async def take_premium(work: Work, *, order_id: int, amount_minor: int, memo: Memo) -> None:
    """Takes a buyer's premium out of what was just paid into the order's escrow (E16), once."""
    await ledger.post(work, [_premium(order_id, {"escrow": amount_minor}, owners={202: order_id}, memo=memo)])


async def charge_premium(
    work: Work, *, order_id: int, seller_id: int, amount_minor: int, memo: Memo
) -> dict[str, int]:
    """Takes a premium from a seller whose goods brought no money for it, and tells out of what: available, deposit, debt (E16)."""
    available, deposit = ledger.payable_available(seller_id), ledger.deposit(seller_id)
    found = await ledger.lock_balances(work, [available, ledger.seller_debt(seller_id), deposit])
    parts = split_over_payers(
        amount_minor, available=found[available].free_minor, deposit=found[deposit].free_minor, pool=0
    )
    del parts["pool"]
    owners = {105: seller_id, 204: seller_id, 205: seller_id}
    await ledger.post(work, [_premium(order_id, parts, owners=owners, memo=memo, key=":charged")])
    if parts["debt"]:
        await takes.owe(work, seller_id, parts["debt"])
    if parts["deposit"]:
        await judge(work, [seller_id])
    return parts


def _premium(
    order_id: int, parts: Mapping[str, int], *, owners: Mapping[int, int], memo: Memo, key: str = ""
) -> Entry:
    return write_entry(
        "E16",
        business_key=f"E16:{order_id}{key}",
        about_id=order_id,
        owners={**owners, 209: FREIGHT_POOL_ID},
        amounts=parts,
        memo=memo,
    )


async def hand_premium_over(work: Work, *, order_id: int, amount_minor: int, memo: Memo) -> None:
    """The policy stands: its premium is owed to the insurer, which settles it with what it pays (E16s)."""
    await _post(work, "E16s", order_id, {"premium": amount_minor}, {}, memo)


async def give_premium_back(
    work: Work, *, order_id: int, amount_minor: int, insurer_has_it: bool, memo: Memo
) -> None:
    """Nothing was sent, or nothing is insured: the premium is in the order's escrow again, from where it is refunded (E16r)."""
    amounts = {"premium": amount_minor, "insurer": amount_minor if insurer_has_it else 0}
    await _post(work, "E16r", order_id, amounts, {202: order_id}, memo)


async def pay_insurance_claim(
    work: Work, *, order_id: int, case_id: int, buyer_id: int, amount_minor: int, memo: Memo
) -> None:
    """The insurer pays for goods sent back: it owes the market what is in the buyer's wallet from now on (E16c)."""
    amounts = {"insurer": amount_minor, "claim": amount_minor}
    await _post(work, "E16c", order_id, amounts, {201: buyer_id}, memo, key=f":{case_id}")


async def write_insurer_off(
    work: Work, *, order_id: int, deed_id: int, amount_minor: int, memo: Memo
) -> None:
    """What the insurer never gives back of a premium is the market's loss (E16w)."""
    await _post(work, "E16w", order_id, {"lost": amount_minor}, {}, memo, key=f":{deed_id}")


async def _post(
    work: Work,
    code: str,
    order_id: int,
    amounts: Mapping[str, int],
    owners: Mapping[int, int],
    memo: Memo,
    key: str = "",
) -> None:
    entry = write_entry(
        code,
        business_key=f"{code}:{order_id}{key}",
        about_id=order_id,
        owners={**owners, 103: INSURER_ID, 209: FREIGHT_POOL_ID},
        amounts=amounts,
        memo=memo,
    )
    await ledger.post(work, [entry])
