"""The cart 进货单: filled many SKUs at once, seen by supplier with every price explained."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

import msgspec

from huozhan import catalogue, parties, pricebook, promotion, search
from huozhan.catalogue import Demand, Goods, PricedLine
from huozhan.kernel.refusals import NotFound, Refusal
from huozhan.kernel.shapes import Nothing
from huozhan.kernel.work import Work, use_case
from huozhan.ordering import showing
from huozhan.ordering.asks import CART_LINES_MAX, QUANTITY_MAX, ChangeCart, PutInCart, RemoveFromCart
from huozhan.ordering.purchase import bought_line, sort_out, wanted_lines, why_invalid
from huozhan.ordering.quoting import at_hand
from huozhan.ordering.sampling import sample_troubles
from huozhan.ordering.store import carts
from huozhan.ordering.store.carts import CartLine
from huozhan.ordering.views import CartGroupView, CartLineView, CartView
from huozhan.promotion import Cut


class _Priced(msgspec.Struct, frozen=True):
    """A demand of the cart with its price and what is taken off it."""

    demand: Demand
    priced: PricedLine
    cuts: tuple[Cut, ...]

    @property
    def goods_minor(self) -> int:
        return self.priced.amount_minor - sum(cut.amount_minor for cut in self.cuts)


class CartFull(Refusal):
    """A cart holds so many lines and no more."""

    code = "ordering.cart_full"


class CannotPut(Refusal):
    """What is not sold cannot be put into the cart."""

    code = "ordering.cannot_put"


@use_case("cart.use", writes=True)
async def put_in_cart(work: Work, ask: PutInCart) -> CartView:
    """Put many SKUs into the cart at once, on top of what it holds of them."""
    wanted = wanted_lines(ask.lines)
    await carts.put(work, wanted, QUANTITY_MAX)
    held = await carts.lines(work)
    if len(held) > CART_LINES_MAX:
        raise CartFull(lines_max=CART_LINES_MAX)
    goods = await catalogue.goods_for(work, {line.sku_id for line in held})
    for line in wanted:
        if why := why_invalid(line, goods.get(line.sku_id)):
            raise CannotPut(sku_id=str(line.sku_id), trouble=why)
    search.note_touch(work, "cart", sorted({goods[line.sku_id].offer_id for line in wanted}))
    return await _view(work, held, goods)


@use_case("cart.use", writes=True)
async def change_cart(work: Work, ask: ChangeCart) -> CartView:
    """Set the quantity of lines in the cart."""
    wanted = wanted_lines(ask.lines)
    if await carts.change(work, wanted) != len(wanted):
        raise NotFound
    return await cart(work, Nothing())


@use_case("cart.use", writes=True)
async def remove_from_cart(work: Work, ask: RemoveFromCart) -> CartView:
    """Take lines out of the cart."""
    await carts.remove(work, [(int(line.sku_id), line.is_sample) for line in ask.lines])
    return await cart(work, Nothing())


@use_case("cart.use", writes=False)
async def cart(work: Work, ask: Nothing) -> CartView:  # noqa: ARG001 -- every use case has this form
    """Show the cart by supplier: each price explained, each trouble with its ways out."""
    held = await carts.lines(work)
    return await _view(work, held, await catalogue.goods_for(work, {line.sku_id for line in held}))


async def _view(work: Work, held: Sequence[CartLine], goods: Mapping[int, Goods]) -> CartView:
    demands, invalid = sort_out(held, goods, await pricebook.prices_for(work, goods.values()))
    priced = catalogue.price(demands)
    hand = await at_hand(work, goods.values())
    bought = [bought_line(demand, line) for demand, line in zip(demands, priced.lines, strict=True)]
    cuts: dict[int, list[Cut]] = defaultdict(list)
    for cut in promotion.cut(bought, hand.promotions):
        cuts[cut.line].append(cut)
    nudges = promotion.nudges(bought, hand.promotions)
    troubles = priced.troubles + await sample_troubles(work, demands)
    groups: dict[int, list[_Priced]] = defaultdict(list)
    for place, (demand, line) in enumerate(zip(demands, priced.lines, strict=True)):
        groups[demand.goods.seller_id].append(_Priced(demand, line, tuple(cuts[place])))
    seller_of = {demand.goods.offer_id: demand.goods.seller_id for demand in demands}
    faces = await parties.org_faces(work, groups) if groups else {}
    return CartView(
        groups=[
            CartGroupView(
                supplier=showing.supplier_view(seller_id, faces),
                lines=[_line_view(line) for line in lines],
                troubles=showing.trouble_views([t for t in troubles if seller_of[t.offer_id] == seller_id]),
                list_minor=sum(line.priced.amount_minor for line in lines),
                offs=promotion.off_views(cut for line in lines for cut in line.cuts),
                nudge=promotion.nudge_of(nudges, seller_id),
                goods_minor=sum(line.goods_minor for line in lines),
            )
            for seller_id, lines in groups.items()
        ],
        invalid=showing.invalid_views(invalid),
        lines=len(held),
        goods_minor=sum(line.goods_minor for lines in groups.values() for line in lines),
    )


def _line_view(line: _Priced) -> CartLineView:
    demand, goods = line.demand, line.demand.goods
    return CartLineView(
        goods=showing.goods_view(goods),
        quantity=demand.quantity,
        is_sample=demand.sample,
        free=goods.free,
        moq=goods.moq,
        lot=goods.lot,
        price=showing.price_view(line.priced),
        goods_minor=line.goods_minor,
    )
