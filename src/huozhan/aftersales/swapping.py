"""Swapping 换规格: which SKUs of its offer a line can be exchanged for, and which of them the buyer wants."""

from collections.abc import Mapping, Sequence

from huozhan import catalogue, ordering, pricebook
from huozhan.aftersales.asks import WantedAsk
from huozhan.aftersales.case import CaseLine, Kind
from huozhan.aftersales.swap import Wanted, difference_of
from huozhan.aftersales.views import SwapView
from huozhan.catalogue import Sibling
from huozhan.kernel.refusals import Invalid, Refusal, Sort
from huozhan.kernel.work import Work


class CannotSwap(Refusal):
    """A line cannot be exchanged for this SKU: it is none of its offer's, was not there when it was ordered, or is not sold now."""

    code = "aftersales.cannot_swap"
    sort = Sort.invalid


class NotSamePrice(Refusal):
    """What is wanted costs something else than what goes back."""

    code = "aftersales.not_same_price"


async def wanted_instead(
    work: Work, order: ordering.OrderInCase, kind: Kind, lines: Sequence[CaseLine], asked: Sequence[WantedAsk]
) -> list[Wanted]:
    """What is wanted instead of these lines, or a refusal; lines for which nothing is named are exchanged for the same."""
    if not asked:
        return []
    wishes = {wish.line_no: wish for wish in asked}
    if (
        kind is not Kind.exchange
        or len(wishes) != len(asked)
        or wishes.keys() - {one.line_no for one in lines}
    ):
        raise Invalid(field="wanted", detail="wanted")
    known = {line.line_no: line for line in order.lines}
    choices = await _choices(work, [known[line_no] for line_no in sorted(wishes)])
    wanted = []
    for one in lines:
        wish = wishes.get(one.line_no)
        if wish is None or (int(wish.sku_id) == one.sku_id and wish.quantity == one.quantity):
            continue
        found = choices.get(one.line_no, {}).get(int(wish.sku_id))
        if found is None:
            raise CannotSwap(line_no=one.line_no)
        goods, price_e4 = found
        if goods.free < wish.quantity:
            raise catalogue.OutOfStock(sku_id=wish.sku_id, wanted=wish.quantity, free=goods.free)
        wanted.append(
            Wanted(
                line_no=one.line_no,
                sku_id=goods.sku_id,
                options=goods.options,
                quantity=wish.quantity,
                price_e4=price_e4,
                difference_minor=difference_of(
                    known[one.line_no], one.quantity, price_e4, wish.quantity, one.goods_most
                ),
            )
        )
    if sum(one.difference_minor for one in wanted):
        raise NotSamePrice
    return wanted


async def swaps_of(work: Work, lines: Sequence[ordering.Line]) -> dict[int, list[SwapView]]:
    """For what each of these lines could be exchanged, and what a piece would cost more or less."""
    found = await _choices(work, lines)
    return {
        line.line_no: [
            SwapView(
                sku_id=str(goods.sku_id),
                options=goods.options,
                free=goods.free,
                price_e4=price_e4,
                piece_difference_minor=difference_of(line, 1, price_e4, 1, line.paid_worth(1)),
            )
            for goods, price_e4 in found.get(line.line_no, {}).values()
        ]
        for line in lines
    }


async def _choices(
    work: Work, lines: Sequence[ordering.Line]
) -> dict[int, dict[int, tuple[catalogue.Goods, int]]]:
    """By line and SKU the other goods that its pieces can be exchanged for, with their price as of the order."""
    lines = [line for line in lines if not line.is_sample]
    found = await catalogue.siblings(work, {(line.offer_id, line.offer_version) for line in lines})
    goods = {one.goods.sku_id: one.goods for siblings in found.values() for one in siblings}
    versions = {(line.book_id, line.book_version) for line in lines if line.book_id}
    books = await pricebook.prices_under(work, versions, goods.values())
    return {
        line.line_no: {
            one.goods.sku_id: (
                one.goods,
                _price_e4(line, one, books.get((line.book_id, line.book_version), {})),
            )
            for one in found.get((line.offer_id, line.offer_version), ())
            if one.goods.on_sale and one.goods.sku_id != line.sku_id
        }
        for line in lines
    }


def _price_e4(line: ordering.Line, one: Sibling, books: Mapping[int, tuple[catalogue.BookPrice, ...]]) -> int:
    counted = max(line.step_from, line.quantity)
    return one.price_e4(counted, books.get(one.goods.sku_id, ()), line.quantity)
