"""Watching: a person waits for a price at their quantity, or for goods to be there again."""

from collections.abc import Mapping, Sequence

import msgspec

from huozhan import catalogue
from huozhan.catalogue import OfferState
from huozhan.interest import watch_store as store
from huozhan.interest.asks import EditWatch, MyWatches, WatchDue, WatchGoods, WatchRef
from huozhan.interest.seeing import Sight, look
from huozhan.interest.telling import tell_of_end
from huozhan.interest.views import OwnWatch, WatchView
from huozhan.interest.watch import MOVES, Standing, Watch, WatchKind, WatchState
from huozhan.kernel.paging import Page, before_in, write_cursor
from huozhan.kernel.refusals import NotFound, Refusal, Sort
from huozhan.kernel.shapes import Bilingual, Done
from huozhan.kernel.work import Work, use_case

OVER_TIMER = "watch_over"


class TooManyWatches(Refusal):
    """A person waits for as many goods as may be."""

    code = "interest.too_many_watches"


class PriceIsMet(Refusal):
    """The goods cost no more than that already."""

    code = "interest.price_is_met"
    sort = Sort.invalid


class GoodsAreThere(Refusal):
    """So many pieces can be ordered already."""

    code = "interest.goods_are_there"
    sort = Sort.invalid


class NoPriceNow(Refusal):
    """Goods that are not on sale have no price that could fall."""

    code = "interest.no_price_now"


@use_case("cart.use", writes=True)
async def watch_goods(work: Work, ask: WatchGoods) -> WatchView:
    """Waits for goods; who waits for them already waits for this from now on."""
    offer_id = int(ask.offer_id)
    home = (await catalogue.offer_homes(work, [offer_id])).get(offer_id)
    if home is None or home.state not in (OfferState.on_sale, OfferState.paused):
        raise NotFound
    watch = Watch(
        watch_id=work.new_id(),
        org_id=work.actor.org_id,
        person_id=work.actor.person_id,
        offer_id=offer_id,
        sku_id=int(ask.sku_id or 0),
        kind=WatchKind(ask.kind),
        state=MOVES.first,
        pieces=ask.pieces,
        limit_e4=ask.limit_e4 if ask.kind == WatchKind.price else None,
        made_at=work.now,
        until_at=work.now + work.rule("interest.watched_for").span,
    )
    if (known := await store.same(work, watch)) is not None:
        return await edit_watch(
            work, EditWatch(watch_id=str(known.watch_id), pieces=ask.pieces, limit_e4=ask.limit_e4)
        )
    sight = (await look(work, [watch]))[watch.watch_id]
    if watch.sku_id and not sight.goods:
        raise NotFound
    watch = _from_now(watch, sight)
    if not await store.add(work, watch):
        return await _again(work, watch)
    most = work.rule("interest.watches_most").value
    if await store.count_open(work) > most:
        raise TooManyWatches(most=most)
    await _begin(work, watch, home.seller_id)
    return (await views_of(work, [watch]))[0]


async def _again(work: Work, watch: Watch) -> WatchView:
    """The same was begun at the same moment, by the same person."""
    known = await store.same(work, watch)
    return (await views_of(work, [known or watch]))[0]


@use_case("cart.use", writes=True)
async def edit_watch(work: Work, ask: EditWatch) -> WatchView:
    """Waits for something else, or again, counted from today's price and for as long as a new watch."""
    watch = await store.one(work, int(ask.watch_id))
    if watch is None:
        raise NotFound
    home = (await catalogue.offer_homes(work, [watch.offer_id])).get(watch.offer_id)
    if home is None or home.state not in (OfferState.on_sale, OfferState.paused):
        raise NotFound
    edited = msgspec.structs.replace(
        watch,
        state=MOVES.after(watch.state, "edit"),
        pieces=ask.pieces,
        limit_e4=ask.limit_e4 if watch.kind is WatchKind.price else None,
        told_e4=None,
        until_at=work.now + work.rule("interest.watched_for").span,
        ended_at=None,
    )
    edited = _from_now(edited, (await look(work, [edited]))[watch.watch_id])
    await store.edit(work, edited)
    most = work.rule("interest.watches_most").value
    if watch.state is not WatchState.open and await store.count_open(work) > most:
        raise TooManyWatches(most=most)
    await _begin(work, edited, home.seller_id)
    return (await views_of(work, [edited]))[0]


@use_case("cart.use", writes=True)
async def end_watch(work: Work, ask: WatchRef) -> Done:
    """Waits no longer, and forgets it."""
    watch_id = int(ask.watch_id)
    if not await store.drop(work, watch_id):
        raise NotFound
    work.clear_timer(OVER_TIMER, about=watch_id)
    return Done()


@use_case("cart.use", writes=False)
async def my_watches(work: Work, ask: MyWatches) -> Page[WatchView]:
    """What the reader waits for in this organisation, the latest first, with how it stands now."""
    found = await store.mine(work, before_in(ask.cursor), ask.size + 1)
    shown = found[: ask.size]
    return Page(
        await views_of(work, shown), write_cursor(shown[-1].watch_id) if len(found) > ask.size else None
    )


@use_case("cart.use", writes=False)
async def one_watch(work: Work, ask: WatchRef) -> WatchView:
    """One watch of the reader's, with how it stands now."""
    found = await store.mine(work, int(ask.watch_id) + 1, 1)
    if not found or found[0].watch_id != int(ask.watch_id):
        raise NotFound
    return (await views_of(work, found))[0]


@use_case("system", writes=True)
async def watch_over_due(work: Work, ask: WatchDue) -> Done:
    """Ends a watch whose time is over, and says so; one that was edited meanwhile waits on."""
    watch_id = int(ask.about_id)
    watch = await store.by_id(work, watch_id)
    if watch is None or not await work.timer_is_due(OVER_TIMER, about=watch_id):
        return Done()
    work.clear_timer(OVER_TIMER, about=watch_id)
    if watch.state is WatchState.open and watch.until_at <= work.now:
        await store.end(work, [watch], MOVES.after(watch.state, "end"))
        await tell_of_end(work, [watch], "watch_over")
    return Done()


async def watches_of(work: Work, person_id: int) -> list[OwnWatch]:
    """What a person waits for, for the export of their data."""
    return [
        OwnWatch(
            org_id=str(one.org_id),
            offer_id=str(one.offer_id),
            sku_id=str(one.sku_id) if one.sku_id else None,
            kind=one.kind,
            pieces=one.pieces,
            limit_e4=one.limit_e4,
            made_at=one.made_at,
            until_at=one.until_at,
            ended_at=one.ended_at,
        )
        for one in await store.of_person(work, person_id)
    ]


async def forget_watches(work: Work, person_id: int) -> None:
    """Forgets what a person waits for."""
    for watch_id in await store.forget_person(work, person_id):
        work.clear_timer(OVER_TIMER, about=watch_id)


def _from_now(watch: Watch, sight: Sight) -> Watch:
    """The watch with what is seen as it begins; refuses what would be told at once."""
    seen = sight.seen
    is_there = seen.standing is Standing.there
    if watch.kind is WatchKind.stock:
        if is_there:
            raise GoodsAreThere(field="pieces", free=seen.free)
        return msgspec.structs.replace(watch, base_e4=seen.price_e4, was_there=False)
    if seen.price_e4 is None:
        raise NoPriceNow
    begun = msgspec.structs.replace(watch, base_e4=seen.price_e4, was_there=is_there)
    if is_there and begun.is_met_by(seen.price_e4):
        raise PriceIsMet(field="limit", price_e4=seen.price_e4)
    return begun


async def _begin(work: Work, watch: Watch, seller_id: int) -> None:
    """Has the goods looked at soon, in case they change at this very moment, and the watch end in its time."""
    soon = work.now + work.rule("interest.watch_settles").span
    await store.want_look(work, watch.offer_id, seller_id, soon)
    rule = work.rule("interest.watched_for")
    work.set_timer(OVER_TIMER, about=watch.watch_id, due_at=watch.until_at, rule_version=rule.version)


async def views_of(work: Work, watches: Sequence[Watch]) -> list[WatchView]:
    """Watches as they are shown, with how their goods stand now."""
    if not watches:
        return []
    sights = await look(work, watches)
    names = await catalogue.offer_names(work, {one.offer_id for one in watches})
    return [_view(one, sights[one.watch_id], names) for one in watches]


def _view(watch: Watch, sight: Sight, names: Mapping[int, catalogue.OfferName]) -> WatchView:
    seen, goods = sight.seen, sight.goods[0] if sight.goods else None
    name = names.get(watch.offer_id)
    is_there = seen.standing is Standing.there
    if watch.kind is WatchKind.price:
        is_met = is_there and seen.price_e4 is not None and watch.is_met_by(seen.price_e4)
    else:
        is_met = is_there
    return WatchView(
        watch_id=str(watch.watch_id),
        offer_id=str(watch.offer_id),
        sku_id=str(watch.sku_id) if watch.sku_id else None,
        title=name.title if name else Bilingual(),
        options=goods.options if goods and watch.sku_id else Bilingual(),
        picture=goods.picture if goods else None,
        category_id=goods.category_id if goods else "",
        unit=goods.unit if goods else "piece",
        kind=watch.kind,
        state=watch.state,
        standing=seen.standing,
        pieces=watch.pieces,
        ordered_pieces=seen.pieces,
        limit_e4=watch.limit_e4,
        base_e4=watch.base_e4,
        price_e4=seen.price_e4,
        is_met=is_met,
        free=seen.free,
        told_at=watch.told_at,
        times_told=watch.times_told,
        made_at=watch.made_at,
        until_at=watch.until_at,
        ended_at=watch.ended_at,
    )
