"""Favourites: kept, let go, listed; and what a browser kept before its reader signed in."""

from collections.abc import Collection

from huozhan import parties
from huozhan.interest import store
from huozhan.interest.asks import Favourites, Keep, KeptAmong, TakeAlong
from huozhan.interest.looking_back import take_history
from huozhan.interest.showing import shown_offers, titles
from huozhan.interest.views import KeptIds, KeptOffer, KeptShop, TakenAlong
from huozhan.kernel.paging import Page, before_in, write_cursor
from huozhan.kernel.refusals import NotFound, Refusal
from huozhan.kernel.shapes import Bilingual, Done
from huozhan.kernel.work import Work, use_case


class FavouritesFull(Refusal):
    """An organisation keeps so many favourites and no more."""

    code = "interest.favourites_full"


@use_case("cart.use", writes=True)
async def keep_favourites(work: Work, ask: Keep) -> KeptIds:
    """Keeps offers and shops for the organisation; what is kept already stays as it is."""
    offers, shops = _ids(ask.offers), _ids(ask.shops)
    shown = await shown_offers(work, offers)
    faces = await parties.org_faces(work, shops)
    if len(shown) < len(offers) or sum(face.can_sell for face in faces.values()) < len(shops):
        raise NotFound
    most = _most(work)
    await store.keep_offers(work, {one: shown[one].card.price_low_e4 for one in offers}, most)
    await store.keep_shops(work, shops, most)
    kept = await _among(work, offers, shops)
    if len(kept.offers) < len(offers) or len(kept.shops) < len(shops):
        raise FavouritesFull(most=most)
    return kept


@use_case("cart.use", writes=True)
async def drop_favourites(work: Work, ask: Keep) -> Done:
    """Keeps offers and shops no longer."""
    await store.drop(work, _ids(ask.offers), _ids(ask.shops))
    return Done()


@use_case("cart.use", writes=False)
async def favourites_among(work: Work, ask: KeptAmong) -> KeptIds:
    """Tells which of a page's offers and shops are kept."""
    return await _among(work, _ids(ask.offers), _ids(ask.shops))


@use_case("cart.use", writes=False)
async def favourite_offers(work: Work, ask: Favourites) -> Page[KeptOffer]:
    """The offers that the organisation keeps, the latest first, with what they cost now."""
    rows = await store.kept_offers(work, before_in(ask.cursor), ask.size + 1)
    kept = rows[: ask.size]
    ids = [row["offer_id"] for row in kept]
    shown = await shown_offers(work, ids)
    called = await titles(work, shown, ids)
    views = []
    for row in kept:
        offer = shown.get(row["offer_id"])
        views.append(
            KeptOffer(
                offer_id=str(row["offer_id"]),
                title=called.get(row["offer_id"], Bilingual()),
                shown=offer,
                kept_at=row["kept_at"],
                kept_price_e4=row["price_low_e4"],
                fallen_e4=max(row["price_low_e4"] - offer.card.price_low_e4, 0) if offer else 0,
            )
        )
    return Page(views, write_cursor(kept[-1]["favourite_id"]) if len(rows) > ask.size else None)


@use_case("cart.use", writes=False)
async def favourite_shops(work: Work, ask: Favourites) -> Page[KeptShop]:
    """The shops that the organisation keeps, the latest first."""
    rows = await store.kept_shops(work, before_in(ask.cursor), ask.size + 1)
    shown = rows[: ask.size]
    faces = await parties.org_faces(work, {row["seller_id"] for row in shown})
    views = [
        KeptShop(seller_id=str(row["seller_id"]), seller=faces[row["seller_id"]], kept_at=row["kept_at"])
        for row in shown
        if row["seller_id"] in faces
    ]
    return Page(views, write_cursor(shown[-1]["favourite_id"]) if len(rows) > ask.size else None)


@use_case("self", writes=True)
async def take_along(work: Work, ask: TakeAlong) -> TakenAlong:
    """Makes what a browser kept its reader's own, as far as there is room; what is sold no more is left behind.

    Favourites wait in the browser for somebody who cannot buy yet.
    """
    shown = await shown_offers(work, _ids((*ask.offers, *ask.seen)))
    seen = await take_history(work, [one for one in _ids(ask.seen) if one in shown])
    if not (work.actor.org_id and work.actor.may("cart.use")):
        return TakenAlong(kept=False, offers=0, shops=0, seen=seen)
    faces = await parties.org_faces(work, _ids(ask.shops))
    prices = {one: shown[one].card.price_low_e4 for one in _ids(ask.offers) if one in shown}
    offers = await store.keep_offers(work, prices, _most(work))
    shops = await store.keep_shops(work, [one for one, face in faces.items() if face.can_sell], _most(work))
    return TakenAlong(kept=True, offers=offers, shops=shops, seen=seen)


def _ids(given: Collection[str]) -> list[int]:
    return list(dict.fromkeys(int(one) for one in given))


def _most(work: Work) -> int:
    return work.rule("interest.favourites_most").value


async def _among(work: Work, offers: Collection[int], shops: Collection[int]) -> KeptIds:
    kept_offers, kept_shops = await store.kept_among(work, offers, shops)
    return KeptIds(offers=[str(one) for one in kept_offers], shops=[str(one) for one in kept_shops])
