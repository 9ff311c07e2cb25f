"""A shop's own settings: its words and its mixed batch 混批."""

from typing import Annotated

import msgspec

from huozhan.catalogue.facts import ShopChanged
from huozhan.catalogue.goods import MixRule
from huozhan.catalogue.showing import mix_rule
from huozhan.catalogue.store import offers as store
from huozhan.catalogue.views import ShopSettings
from huozhan.kernel.shapes import Ask, Bilingual, Nothing
from huozhan.kernel.work import Work, use_case

ABOUT_MAX = 2_000

About = Annotated[str, msgspec.Meta(max_length=ABOUT_MAX)]


class ShopWords(Bilingual, frozen=True, forbid_unknown_fields=True):
    """What a shop says of itself."""

    zh: About = ""
    en: About = ""


class EditShop(Ask, frozen=True, kw_only=True):
    """The shop's settings whole; without a mix rule nothing may be mixed."""

    about: ShopWords = ShopWords()
    mix: MixRule | None = None


@use_case("shop.edit", writes=True)
async def edit_shop(work: Work, ask: EditShop) -> ShopSettings:
    """Sets what the shop says of itself, and when its mixable goods may be ordered below their minimum."""
    mix = ask.mix or MixRule()
    await store.write_shop(
        work,
        mix_amount_minor=mix.amount_minor,
        mix_pieces=mix.pieces,
        about_zh=ask.about.zh,
        about_en=ask.about.en,
    )
    work.record(ShopChanged(seller_id=work.actor.org_id))
    return ShopSettings(about=ask.about, mix=mix if mix.amount_minor or mix.pieces else None)


@use_case("offer.view", writes=False)
async def my_shop(work: Work, _ask: Nothing) -> ShopSettings:
    """The shop's settings as they stand."""
    row = await store.shop(work, work.actor.org_id)
    if row is None:
        return ShopSettings(about=Bilingual(), mix=None)
    return ShopSettings(about=Bilingual(row["about_zh"], row["about_en"]), mix=mix_rule(row))
