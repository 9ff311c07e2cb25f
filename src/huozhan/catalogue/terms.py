"""What a shop grants its buyers beside its prices, said where it is kept: invoices by invoicing, credit terms by credit."""

from collections.abc import Sequence
from typing import Any

from huozhan.catalogue.facts import ShopChanged
from huozhan.catalogue.store import shops
from huozhan.kernel.shapes import View
from huozhan.kernel.work import Work


class CreditTerms(View, frozen=True, kw_only=True):
    """Credit terms that a shop grants to buyers it does not know yet: so many days, from so much a year (0: from any)."""

    days: int
    yearly_from_minor: int


def credit_terms(row: Any) -> CreditTerms | None:
    """The same as a shop's row says it; none where it grants none."""
    if row["credit_days"] is None:
        return None
    return CreditTerms(days=row["credit_days"], yearly_from_minor=row["credit_from_minor"] or 0)


async def note_invoices(work: Work, seller_id: int, kinds: Sequence[str]) -> None:
    """Marks a shop's goods with the invoices that it issues."""
    await shops.note_terms(work, seller_id, {"invoices": sorted(set(kinds))})
    work.record(ShopChanged(seller_id=seller_id))


async def note_credit(work: Work, seller_id: int, terms: CreditTerms | None) -> None:
    """Marks a shop's goods with the credit terms that it grants, or with none."""
    said = (terms.days, terms.yearly_from_minor) if terms else (None, None)
    await shops.note_terms(
        work, seller_id, dict(zip(("credit_days", "credit_from_minor"), said, strict=True))
    )
    work.record(ShopChanged(seller_id=seller_id))
