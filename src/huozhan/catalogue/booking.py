"""What price books need of the catalogue: SKUs by their codes, what they are called, and a mark that spares others a question."""

from collections.abc import Collection
from datetime import datetime
from typing import Annotated

import msgspec

from huozhan.catalogue.store import shops
from huozhan.kernel.refusals import Refusal, Sort
from huozhan.kernel.shapes import Ask, Bilingual, Id, View
from huozhan.kernel.work import Work, use_case

SKU_CODES_MAX = 2_000
SKU_CODE_MAX = 201


class UnknownSkuCode(Refusal):
    """The shop sells no SKU under this code."""

    code = "catalogue.unknown_sku_code"
    sort = Sort.invalid


class AmbiguousSkuCode(Refusal):
    """Several offers of the shop have a SKU of this code; the code of the offer must stand before it, with a slash."""

    code = "catalogue.ambiguous_sku_code"
    sort = Sort.invalid


class SkusByCode(Ask, frozen=True, kw_only=True):
    """The shop's own codes of some SKUs, each alone or as offer/SKU."""

    codes: Annotated[
        tuple[Annotated[str, msgspec.Meta(max_length=SKU_CODE_MAX)], ...],
        msgspec.Meta(max_length=SKU_CODES_MAX),
    ]


class SkuIds(View, frozen=True, kw_only=True):
    """The SKUs that stand behind those codes, in their order, and the offer of each."""

    sku_ids: list[Id]
    offer_ids: list[Id]


@use_case("offer.view", writes=False)
async def skus_by_code(work: Work, ask: SkusByCode) -> SkuIds:
    """Find the shop's own SKUs by the codes that it gave them."""
    found: dict[str, list[tuple[int, int]]] = {}
    for row in await shops.skus_by_code(work, ask.codes):
        for code in (row["sku_code"], f"{row['offer_code']}/{row['sku_code']}"):
            found.setdefault(code, []).append((row["sku_id"], row["offer_id"]))
    for code in ask.codes:
        if code not in found:
            raise UnknownSkuCode(field="rows", code=code)
        if len(found[code]) > 1:
            raise AmbiguousSkuCode(field="rows", code=code)
    named = [found[code][0] for code in ask.codes]
    return SkuIds(
        sku_ids=[str(sku_id) for sku_id, _ in named], offer_ids=[str(offer_id) for _, offer_id in named]
    )


class SkuFace(msgspec.Struct, frozen=True, kw_only=True):
    """A SKU by whose it is, what it is called, and what a piece of its offer costs everybody."""

    sku_id: int
    offer_id: int
    seller_id: int
    sku_code: str
    offer_code: str
    title: Bilingual
    options: Bilingual
    unit: str
    price_low_e4: int
    price_high_e4: int


async def sku_faces(work: Work, sku_ids: Collection[int]) -> dict[int, SkuFace]:
    """What these SKUs are called, whoever sells them; unknown ones are left out."""
    return {
        row["sku_id"]: SkuFace(
            sku_id=row["sku_id"],
            offer_id=row["offer_id"],
            seller_id=row["seller_id"],
            sku_code=row["sku_code"],
            offer_code=row["offer_code"],
            title=Bilingual(row["title_zh"], row["title_en"]),
            options=Bilingual(row["options_zh"], row["options_en"]),
            unit=row["unit"],
            price_low_e4=row["price_e4"] or row["price_low_e4"],
            price_high_e4=row["price_e4"] or row["price_high_e4"],
        )
        for row in (await shops.sku_faces(work, sku_ids) if sku_ids else ())
    }


async def note_booked(work: Work, seller_id: int, buyer_id: int, until: datetime | None) -> None:
    """Marks a shop's goods as priced for one buyer until a moment; None: not at all."""
    await shops.note_booked(work, seller_id, buyer_id, until)


async def booked_until(work: Work, pairs: Collection[tuple[int, int]]) -> dict[tuple[int, int], datetime]:
    """The marks of some pairs of seller and buyer, for those who prove them."""
    return await shops.booked_until(work, pairs)
