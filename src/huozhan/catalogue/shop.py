"""A shop's own rule: its mixed batch 混批. Its name and words are its organisation's."""

from huozhan.catalogue.facts import ShopChanged
from huozhan.catalogue.goods import MixRule
from huozhan.catalogue.showing import mix_rule
from huozhan.catalogue.store import offers as store
from huozhan.catalogue.views import ShopSettings
from huozhan.kernel.shapes import Ask, Nothing
from huozhan.kernel.work import Work, use_case


class EditShop(Ask, frozen=True, kw_only=True):
    """The shop's settings whole; without a mix rule nothing may be mixed."""

    mix: MixRule | None = None


@use_case("shop.edit", writes=True)
async def edit_shop(work: Work, ask: EditShop) -> ShopSettings:
    """Sets when the shop's mixable goods may be ordered below their minimum."""
    mix = ask.mix or MixRule()
    await store.write_shop(work, mix.amount_minor, mix.pieces)
    work.record(ShopChanged(seller_id=work.actor.org_id))
    return ShopSettings(mix=mix if mix.amount_minor or mix.pieces else None)


@use_case("offer.view", writes=False)
async def my_shop(work: Work, _ask: Nothing) -> ShopSettings:
    """The shop's settings as they stand."""
    row = await store.shop(work, work.actor.org_id)
    return ShopSettings(mix=mix_rule(row) if row else None)
