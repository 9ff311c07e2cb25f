"""A shop's own rules: its mixed batch 混批, where it sells, and what becomes of money that comes too late. Its name and words are its organisation's."""

from typing import Annotated

import msgspec

from huozhan.catalogue.facts import ShopChanged
from huozhan.catalogue.freight import RegionCodes
from huozhan.catalogue.goods import MixRule
from huozhan.catalogue.services import Service, service_views
from huozhan.catalogue.showing import mix_rule
from huozhan.catalogue.store import offers as store
from huozhan.catalogue.views import ShopSettings
from huozhan.kernel.shapes import Ask, Nothing
from huozhan.kernel.work import Work, use_case


class EditShop(Ask, frozen=True, kw_only=True):
    """The shop's settings whole; without a mix rule nothing may be mixed."""

    mix: MixRule | None = None
    reopens_late: bool = False
    """Orders that are paid shortly after the time to pay open again where the goods are still there."""
    not_sold_to: RegionCodes = ()
    """Regions whose buyers cannot order, as division codes of any level or countries."""
    services: Annotated[tuple[Service, ...], msgspec.Meta(max_length=len(Service))] = ()
    """What is promised for all goods ordered from now on."""


@use_case("shop.edit", writes=True)
async def edit_shop(work: Work, ask: EditShop) -> ShopSettings:
    """Sets when mixable goods may be ordered below their minimum, and whether late payments reopen orders."""
    mix = ask.mix or MixRule()
    await store.write_shop(
        work, mix.amount_minor, mix.pieces, reopens_late=ask.reopens_late, not_sold_to=ask.not_sold_to,
        services=sorted(set(ask.services)),
    )  # fmt: skip
    work.record(ShopChanged(seller_id=work.actor.org_id))
    return ShopSettings(
        mix=mix if mix.amount_minor or mix.pieces else None,
        reopens_late=ask.reopens_late,
        not_sold_to=ask.not_sold_to,
        services=tuple(sorted(set(ask.services))),
        choices=service_views(work, Service, work.now),
    )


@use_case("offer.view", writes=False)
async def my_shop(work: Work, _ask: Nothing) -> ShopSettings:
    """The shop's settings as they stand."""
    row = await store.shop(work, work.actor.org_id)
    return ShopSettings(
        mix=mix_rule(row) if row else None,
        reopens_late=bool(row and row["reopens_late"]),
        not_sold_to=tuple(row["not_sold_to"]) if row else (),
        services=tuple(Service(one) for one in row["services"]) if row else (),
        choices=service_views(work, Service, work.now),
    )


async def reopens_late(work: Work, seller_id: int) -> bool:
    """Tells whether a shop's orders open again when their payment comes shortly after the time to pay."""
    row = await store.shop(work, seller_id)
    return bool(row and row["reopens_late"])


async def promises(work: Work, service: Service) -> bool:
    """Tells whether the actor's shop promises this."""
    row = await store.shop(work, work.actor.org_id)
    return bool(row and service in row["services"])


async def promise(work: Work, service: Service, *, is_on: bool) -> None:
    """Makes one promise for all goods of the actor's shop from now on, or takes it back; its other settings stay."""
    await store.promise(work, service, is_on=is_on)
    work.record(ShopChanged(seller_id=work.actor.org_id))


async def shops_that_promise(work: Work, service: Service) -> int:
    """How many shops of the market promise this."""
    return await store.shops_that_promise(work, service)
