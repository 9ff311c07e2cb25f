"""A seller's freight templates 运费模板: written, listed, removed."""

from collections.abc import Collection
from functools import lru_cache
from typing import Annotated, Any

import msgspec

from huozhan.catalogue.facts import ShopChanged
from huozhan.catalogue.freight import (
    ChargeBy,
    FreightFee,
    FreightRegion,
    FreightTemplate,
    RegionCodes,
    Tariff,
)
from huozhan.catalogue.goods import Goods, Quantity
from huozhan.catalogue.offer import Code, Name
from huozhan.catalogue.store import goods as goods_store
from huozhan.catalogue.store import offers as store
from huozhan.kernel.refusals import NotFound, Refusal
from huozhan.kernel.shapes import Ask, Bilingual, Done, Id, Nothing, View
from huozhan.kernel.work import Work, use_case

REGIONS_MAX = 200
TERMS_KEPT = 256


class FreightInUse(Refusal):
    """Offers still use this freight template."""

    code = "catalogue.freight_in_use"


class FreightTerms(Ask, frozen=True, kw_only=True):
    """Everything of a template but its name."""

    charge_by: ChargeBy
    tariff: Tariff | None = None
    volumetric_divisor: Annotated[int, msgspec.Meta(ge=0, le=100_000)] = 0
    regions: Annotated[tuple[FreightRegion, ...], msgspec.Meta(max_length=REGIONS_MAX)] = ()
    undeliverable: RegionCodes = ()
    free_over_minor: FreightFee | None = None
    free_over_pieces: Quantity | None = None
    never_free: RegionCodes = ()


# Few templates serve many goods, and one may name thousands of regions.
_read_terms = lru_cache(TERMS_KEPT)(msgspec.json.Decoder(FreightTerms).decode)


class EditFreight(Ask, frozen=True, kw_only=True):
    """A template whole, under the seller's own code."""

    code: Code
    name: Name
    terms: FreightTerms


class DropFreight(Ask, frozen=True, kw_only=True):
    """A template that is no longer wanted."""

    code: Code


class FreightView(View, frozen=True, kw_only=True):
    """A template as its seller sees it."""

    template_id: Id
    code: str
    name: Bilingual
    terms: FreightTerms


class FreightList(View, frozen=True, kw_only=True):
    """All templates of a seller."""

    items: tuple[FreightView, ...]


@use_case("offer.edit", writes=True)
async def edit_freight(work: Work, ask: EditFreight) -> FreightView:
    """Writes a freight template; orders already placed keep the fee they were quoted."""
    template_id = await store.write_template(
        work, code=ask.code, name_zh=ask.name.zh, name_en=ask.name.en, terms=msgspec.json.encode(ask.terms)
    )
    work.record(ShopChanged(seller_id=work.actor.org_id))
    name = Bilingual(ask.name.zh, ask.name.en)
    return FreightView(template_id=str(template_id), code=ask.code, name=name, terms=ask.terms)


@use_case("offer.edit", writes=True)
async def drop_freight(work: Work, ask: DropFreight) -> Done:
    """Removes a template that no offer uses."""
    if await store.own_template(work, ask.code) is None:
        raise NotFound
    if not await store.drop_template(work, ask.code):
        raise FreightInUse(freight_code=ask.code)
    return Done()


@use_case("offer.view", writes=False)
async def my_freight(work: Work, _ask: Nothing) -> FreightList:
    """All freight templates of the shop."""
    return FreightList(
        items=tuple(
            FreightView(
                template_id=str(row["template_id"]),
                code=row["code"],
                name=Bilingual(row["name_zh"], row["name_en"]),
                terms=_read_terms(row["terms"]),
            )
            for row in await store.own_templates(work)
        )
    )


async def goods_with_freight(
    work: Work, sku_ids: Collection[int]
) -> tuple[dict[int, Goods], dict[int, FreightTemplate]]:
    """Goods by SKU, as `goods_for` tells them, and by id the freight templates that they are charged by."""
    goods, rows = await goods_store.goods_with_freight(work, sku_ids)
    return goods, {row["template_id"]: _template(row) for row in rows}


def tariffs_of(template_id: int, terms: str) -> FreightTemplate:
    """What a template charges, as its terms are stored; without the names that only its seller sees."""
    return FreightTemplate(template_id=template_id, **msgspec.structs.asdict(_read_terms(terms)))


def _template(row: Any) -> FreightTemplate:
    return FreightTemplate(
        template_id=row["template_id"],
        seller_id=row["seller_id"],
        code=row["code"],
        name=Bilingual(row["name_zh"], row["name_en"]),
        **msgspec.structs.asdict(_read_terms(row["terms"])),
    )
