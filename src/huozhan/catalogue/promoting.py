"""What promotions need of the catalogue: whose goods are, and a mark that spares other shops' quotes a question."""

from collections.abc import Collection
from datetime import datetime
from typing import Annotated

import msgspec

from huozhan.catalogue.facts import ShopChanged
from huozhan.catalogue.store import shops
from huozhan.kernel.refusals import Refusal, Sort
from huozhan.kernel.shapes import Ask, Bilingual, Id, View
from huozhan.kernel.work import Work, use_case

CODES_MAX = 200


class UnknownCode(Refusal):
    """The shop has no offer under this code."""

    code = "catalogue.unknown_code"
    sort = Sort.invalid


class OffersByCode(Ask, frozen=True, kw_only=True):
    """The shop's own codes of some offers."""

    codes: Annotated[
        tuple[Annotated[str, msgspec.Meta(max_length=100)], ...], msgspec.Meta(max_length=CODES_MAX)
    ]


class OfferIds(View, frozen=True, kw_only=True):
    """The offers that stand behind those codes, in their order."""

    offer_ids: list[Id]


@use_case("offer.view", writes=False)
async def offers_by_code(work: Work, ask: OffersByCode) -> OfferIds:
    """Find the shop's own offers by the codes that it gave them."""
    found = await shops.by_code(work, ask.codes)
    for code in ask.codes:
        if code not in found:
            raise UnknownCode(field="offer_codes", code=code)
    return OfferIds(offer_ids=[str(found[code]) for code in ask.codes])


class OfferName(msgspec.Struct, frozen=True, kw_only=True):
    """An offer by whose it is and what it is called."""

    offer_id: int
    offer_code: str
    seller_id: int
    title: Bilingual


async def offer_names(work: Work, offer_ids: Collection[int]) -> dict[int, OfferName]:
    """Whose these offers are, whatever their state; unknown ones are left out."""
    return {
        row["offer_id"]: OfferName(
            offer_id=row["offer_id"],
            offer_code=row["offer_code"],
            seller_id=row["seller_id"],
            title=Bilingual(row["title_zh"], row["title_en"]),
        )
        for row in (await shops.owners(work, offer_ids) if offer_ids else ())
    }


async def lock_shop(work: Work, seller_id: int) -> None:
    """Lets one promotion of a shop (seller 0: of the market) be made or stopped at a time."""
    await shops.lock(work, seller_id)


async def note_promoted(work: Work, seller_id: int, until: datetime | None) -> None:
    """Marks a shop's goods, and under seller 0 everybody's, as promoted until a moment; None: not at all."""
    await shops.note_promoted(work, seller_id, until)


async def note_lent(work: Work, seller_id: int, *, takes_lent: bool) -> None:
    """Marks a shop's goods as to be had on orders that a lender pays, or not any more."""
    await shops.note_lent(work, seller_id, takes_lent=takes_lent)
    work.record(ShopChanged(seller_id=seller_id))
