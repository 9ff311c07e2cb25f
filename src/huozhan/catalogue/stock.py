"""Stock: reserved for orders, taken when shipped, given back when not; received and adjusted with a reason.

`reserve` has a fast path, one conditional statement, and a plain twin that locks one SKU's stripes and drains them.
The twin also answers whenever the fast path took nothing, so that the last units are never refused falsely.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated

import msgspec

from huozhan.catalogue.claims import Claim
from huozhan.catalogue.facts import StockChanged
from huozhan.catalogue.offer import STOCK_MAX
from huozhan.catalogue.store import stock as store
from huozhan.catalogue.store.stock import STRIPES_HOT, Change, Stripe
from huozhan.kernel.findings import Finding
from huozhan.kernel.paging import Page, before_in, write_cursor
from huozhan.kernel.refusals import NotFound, Refusal
from huozhan.kernel.shapes import PAGE_SIZE, Ask, Cursor, Id, PageSize, Reason, View
from huozhan.kernel.work import Work, use_case

FINDINGS_MAX = 100
ID_MILLISECONDS_AT = 22

Received = Annotated[int, msgspec.Meta(ge=1, le=STOCK_MAX)]
Adjusted = Annotated[int, msgspec.Meta(ge=-STOCK_MAX, le=STOCK_MAX)]


class OutOfStock(Refusal):
    """Less is free than is asked for."""

    code = "catalogue.out_of_stock"


class StockSpokenFor(Refusal):
    """Stock cannot be taken away that orders have reserved."""

    code = "catalogue.stock_spoken_for"


class Count(msgspec.Struct, frozen=True, kw_only=True):
    """What a SKU is to have free from now on."""

    sku_id: int
    offer_id: int
    free: int
    is_new: bool


class ReceiveStock(Ask, frozen=True, kw_only=True):
    """Goods came into the house."""

    sku_id: Id
    quantity: Received
    reason: Reason


class AdjustStock(Ask, frozen=True, kw_only=True):
    """The count was wrong: so many more, or fewer."""

    sku_id: Id
    quantity: Adjusted
    reason: Reason


class StockHistory(Ask, frozen=True, kw_only=True):
    """Why a SKU's stock is what it is."""

    sku_id: Id
    cursor: Cursor = ""
    size: PageSize = PAGE_SIZE


class HeatStock(Ask, frozen=True, kw_only=True):
    """A SKU about to be bought by very many at once."""

    sku_id: Id


class StockLevel(View, frozen=True, kw_only=True):
    """A SKU's stock as it is now."""

    sku_id: Id
    on_hand: int
    reserved: int
    free: int


class StockMove(View, frozen=True, kw_only=True):
    """One change of stock by hand."""

    move_id: Id
    kind: str
    quantity: int
    on_hand: int
    reason: str
    moved_at: datetime
    moved_by: Id


async def reserve(work: Work, claims: Sequence[Claim]) -> None:
    """Speaks for all claims until they are released or taken, or refuses naming the SKU and what is free of it."""
    if not claims:
        return
    spread = (claims[0].order_id >> ID_MILLISECONDS_AT) % STRIPES_HOT
    taken, low = await store.reserve_at_once(work, claims, spread)
    # Goods of which too little is left must soon not be found any more.
    _record(work, low)
    for sku_id in sorted({claim.sku_id for claim in claims} - taken):
        await _drain(work, sku_id, [claim for claim in claims if claim.sku_id == sku_id])


async def reserve_plainly(work: Work, claims: Sequence[Claim]) -> None:
    """The plain twin of `reserve`: SKU by SKU, under locks. The tests hold both against each other."""
    for sku_id in sorted({claim.sku_id for claim in claims}):
        await _drain(work, sku_id, [claim for claim in claims if claim.sku_id == sku_id])


async def _drain(work: Work, sku_id: int, claims: Sequence[Claim]) -> None:
    """Takes one SKU's claims from as many stripes as it needs."""
    wanted = sum(claim.quantity for claim in claims)
    # What is committed shows the most that can be free: too little is a true answer, without waiting for anybody.
    _refuse_if_short((await store.stripes(work, [sku_id]))[sku_id], sku_id, wanted)
    locked = await store.lock_stripes(work, sku_id)
    _refuse_if_short(locked, sku_id, wanted)
    await store.take_from_stripes(work, _shares(claims, locked))
    _record(work, await store.offers_of(work, sku_id))


def _refuse_if_short(stripes: Sequence[Stripe], sku_id: int, wanted: int) -> None:
    free = sum(stripe.free for stripe in stripes)
    if free < wanted:
        raise OutOfStock(sku_id=str(sku_id), wanted=wanted, free=free)


def _shares(claims: Sequence[Claim], stripes: Sequence[Stripe]) -> list[tuple[Claim, int, int]]:
    """Fills claims from stripes in order: (claim, stripe, quantity)."""
    left = {stripe.stripe: stripe.free for stripe in stripes}
    shares = []
    for claim in claims:
        missing = claim.quantity
        for stripe, free in left.items():
            part = min(free, missing)
            if part:
                shares.append((claim, stripe, part))
                left[stripe] -= part
                missing -= part
    return shares


async def release(work: Work, order_id: int, lines: Mapping[int, int] | None = None) -> None:
    """Gives back what an order reserved: all of it, or so many pieces of some lines. Hold the order's lock."""
    gone = await store.let_go(work, order_id, lines, shipped=False)
    _assert_held(lines, gone)
    _record(work, {(offer_id, seller_id) for offer_id, seller_id, _, was_low in gone if was_low})


async def take(work: Work, order_id: int, lines: Mapping[int, int]) -> None:
    """So many pieces of an order's lines left the house. Hold the order's lock."""
    gone = await store.let_go(work, order_id, lines, shipped=True)
    _assert_held(lines, gone)
    _record(work, {(offer_id, seller_id) for offer_id, seller_id, _, _ in gone})


def _assert_held(lines: Mapping[int, int] | None, gone: Sequence[tuple[int, int, int, bool]]) -> None:
    assert lines is None or sum(lines.values()) == sum(n for _, _, n, _ in gone), (
        "more than the order had reserved"
    )


async def put_back(work: Work, quantities: Mapping[int, int], *, reason: str) -> None:
    """Puts goods that came back from a buyer in stock again; the caller has made sure whose they are."""
    found = await store.stripes(work, list(quantities))
    changes: list[Change] = []
    for sku_id, quantity in quantities.items():
        changes += _spread_to(found[sku_id], sum(stripe.free for stripe in found[sku_id]) + quantity)
    await _change(work, changes, dict.fromkeys(quantities, "returned"), reason)


async def set_free(work: Work, counts: Sequence[Count]) -> None:
    """Makes so much of each SKU free to buy, whatever is reserved; opens the stock of new SKUs."""
    new = [count for count in counts if count.is_new]
    if new:
        await store.open_stripes(work, [(count.sku_id, count.offer_id, work.actor.org_id) for count in new])
    now_free = await store.stripes(work, [count.sku_id for count in counts if not count.is_new])
    changes = [Change(count.sku_id, 0, count.free) for count in new if count.free]
    for count in counts:
        if not count.is_new:
            changes += _spread_to(now_free[count.sku_id], count.free)
    await _change(
        work, changes, {count.sku_id: "opened" if count.is_new else "adjusted" for count in counts}, ""
    )


@use_case("stock.edit", writes=True)
async def receive_stock(work: Work, ask: ReceiveStock) -> StockLevel:
    """Notes that goods came in."""
    stripes = await _own_stripes(work, int(ask.sku_id))
    changes = _spread_to(stripes, sum(stripe.free for stripe in stripes) + ask.quantity)
    await _change(work, changes, {int(ask.sku_id): "received"}, ask.reason)
    return await _level(work, int(ask.sku_id))


@use_case("stock.edit", writes=True)
async def adjust_stock(work: Work, ask: AdjustStock) -> StockLevel:
    """Corrects the count, with a reason; what orders have reserved cannot be taken away."""
    stripes = await _own_stripes(work, int(ask.sku_id))
    free = sum(stripe.free for stripe in stripes)
    if free + ask.quantity < 0:
        raise StockSpokenFor(sku_id=ask.sku_id, free=free)
    await _change(work, _spread_to(stripes, free + ask.quantity), {int(ask.sku_id): "adjusted"}, ask.reason)
    return await _level(work, int(ask.sku_id))


@use_case("offer.view", writes=False)
async def stock_history(work: Work, ask: StockHistory) -> Page[StockMove]:
    """Every change of a SKU's stock by hand, newest first."""
    sku_id = int(ask.sku_id)
    if not await store.own_sku(work, sku_id):
        raise NotFound
    rows = await store.moves(work, sku_id, before_in(ask.cursor), ask.size + 1)
    items = [
        StockMove(
            move_id=str(row["move_id"]),
            kind=row["kind"],
            quantity=row["quantity"],
            on_hand=row["on_hand"],
            reason=row["reason"],
            moved_at=row["moved_at"],
            moved_by=str(row["moved_by"]),
        )
        for row in rows[: ask.size]
    ]
    return Page(items, write_cursor(rows[ask.size - 1]["move_id"]) if len(rows) > ask.size else None)


@use_case("stock.edit", writes=True)
async def heat_stock(work: Work, ask: HeatStock) -> StockLevel:
    """Stripes a SKU's stock, so that very many buyers at once do not wait for one row."""
    sku_id = int(ask.sku_id)
    await _own_stripes(work, sku_id)
    await store.add_stripes(work, sku_id)
    stripes = (await store.stripes(work, [sku_id]))[sku_id]
    changes = _spread_to(stripes, sum(stripe.free for stripe in stripes))
    if changes:
        await store.change(work, changes)
    return await _level(work, sku_id)


async def verify(work: Work) -> list[Finding]:
    """What is wrong with the stock: reserved must be the sum of reservations, and covered."""
    return [
        Finding(code="catalogue.stock_misfit", facts=dict(row))
        for row in await store.misfits(work, FINDINGS_MAX)
    ]


async def _own_stripes(work: Work, sku_id: int) -> list[Stripe]:
    if not await store.own_sku(work, sku_id):
        raise NotFound
    return (await store.stripes(work, [sku_id]))[sku_id]


async def _level(work: Work, sku_id: int) -> StockLevel:
    stripes = (await store.stripes(work, [sku_id]))[sku_id]
    on_hand, reserved = sum(s.on_hand for s in stripes), sum(s.reserved for s in stripes)
    return StockLevel(sku_id=str(sku_id), on_hand=on_hand, reserved=reserved, free=on_hand - reserved)


def _spread_to(stripes: Sequence[Stripe], free: int) -> list[Change]:
    """What to change so that `free` pieces are free, spread evenly over the stripes."""
    each, more = divmod(free, len(stripes))
    changes = [
        Change(stripe.sku_id, stripe.stripe, each + (1 if at < more else 0) - stripe.free)
        for at, stripe in enumerate(stripes)
    ]
    return [change for change in changes if change.quantity]


async def _change(work: Work, changes: Sequence[Change], kinds: Mapping[int, str], reason: str) -> None:
    """Changes stock and writes why, by kind of move."""
    if not changes:
        return
    touched = await store.change(work, changes)
    sums: dict[str, dict[int, int]] = {}
    for change in changes:
        of_kind = sums.setdefault(kinds[change.sku_id], {})
        of_kind[change.sku_id] = of_kind.get(change.sku_id, 0) + change.quantity
    for kind, quantities in sums.items():
        await store.note_moves(work, kind, quantities, reason)
    _record(work, {(offer_id, seller_id) for _, offer_id, seller_id in touched})


def _record(work: Work, touched: set[tuple[int, int]]) -> None:
    work.record(*(StockChanged(offer_id=offer, seller_id=seller) for offer, seller in sorted(touched)))
