"""Advancing: a funder's money reaches a seller before the buyer's does (E22a), and is repaid out of it first (E22r)."""

from huozhan import ledger
from huozhan.kernel.work import Work
from huozhan.ledger import Entry, write_entry
from huozhan.payments.payment import Release
from huozhan.payments.ports import FAST_FUNDER_ID
from huozhan.payments.taking import net_debt


async def advance(
    work: Work, *, order_id: int, parcel_id: int, seller_id: int, amount_minor: int, fee_minor: int,
    order_number: str, fee_bp: int, fee_version: int,
) -> None:  # fmt: skip
    """Books that the funder has advanced what a parcel will bring, less its fee (E22a): the seller may withdraw it at once.

    What the seller owes the market is netted first (E5n).
    """
    entry = write_entry(
        "E22a",
        business_key=f"E22a:{order_id}:{parcel_id}",
        about_id=order_id,
        owners={103: FAST_FUNDER_ID, 204: seller_id},
        amounts={"seller": amount_minor - fee_minor},
        memo={
            "order_number": order_number,
            "advanced_minor": amount_minor,
            "funder_fee_minor": fee_minor,
            "fee_bp": fee_bp,
            "fee_version": fee_version,
        },
    )
    await ledger.post(work, [entry])
    await net_debt(work, seller_id)


def repaid_first(release: Release) -> Entry:
    """The entry by which a release repays the funder before the seller has any of it (E22r)."""
    return write_entry(
        "E22r",
        business_key=f"E22r:{release.order_id}:{release.key}",
        about_id=release.order_id,
        owners={103: FAST_FUNDER_ID, 203: release.seller_id},
        amounts={"funder": release.funder_minor},
        memo={"order_number": release.order_number, "funder_minor": release.funder_minor},
    )
