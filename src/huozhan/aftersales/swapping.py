"""Swapping 换规格: which SKUs of its offer a line can be exchanged for, and which of them the buyer wants."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from huozhan import catalogue, ordering, pricebook
from huozhan.aftersales.asks import WantedAsk
from huozhan.aftersales.case import CaseLine, Kind
from huozhan.aftersales.swap import Wanted, difference_in_all, difference_of
from huozhan.aftersales.views import SwapView
from huozhan.kernel.money import written
from huozhan.kernel.refusals import Invalid, Refusal, Sort
from huozhan.kernel.work import Work


class CannotSwap(Refusal):
    """A line cannot be exchanged for this SKU: it is none of its offer's, was not there when it was ordered, or is not sold now."""

    code = "aftersales.cannot_swap"
    sort = Sort.invalid


class DifferenceDue(Refusal):
    """What is wanted costs more: the buyer has to say that this much is to be paid."""

    code = "aftersales.difference_due"


class DifferenceBack(Refusal):
    """What is wanted costs less: the buyer has to say that this much is to come back."""

    code = "aftersales.difference_back"


async def wanted_instead(
    work: Work,
    order: ordering.OrderInCase,
    kind: Kind,
    lines: Sequence[CaseLine],
    asked: Sequence[WantedAsk],
    difference_minor: int,
) -> list[Wanted]:
    """What is wanted instead of these lines, or a refusal; lines for which nothing is named are exchanged for the same.

    The buyer says with it which difference was seen; any other than the one that is found is refused with the one that is.
    """
    wanted = await _wanted(work, order, kind, lines, asked)
    found_minor = difference_in_all(wanted)
    if difference_minor and not wanted:
        raise Invalid(field="difference_minor", detail="wanted")
    if found_minor != difference_minor:
        if found_minor > 0:
            raise DifferenceDue(difference_minor=found_minor, amount=written(found_minor))
        raise DifferenceBack(difference_minor=found_minor, amount=written(-found_minor))
    return wanted


async def _wanted(
    work: Work, order: ordering.OrderInCase, kind: Kind, lines: Sequence[CaseLine], asked: Sequence[WantedAsk]
) -> list[Wanted]:
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
        found = choices.get(one.line_no)
        goods = found.others.get(int(wish.sku_id)) if found else None
        if found is None or goods is None:
            raise CannotSwap(line_no=one.line_no)
        if goods.free < wish.quantity:
            raise catalogue.OutOfStock(sku_id=wish.sku_id, wanted=wish.quantity, free=goods.free)
        wanted.append(
            Wanted(
                line_no=one.line_no,
                sku_id=goods.sku_id,
                options=goods.options,
                quantity=wish.quantity,
                price_e4=found.prices_e4[goods.sku_id],
                difference_minor=found.difference(goods.sku_id, one.quantity, wish.quantity, one.goods_most),
            )
        )
    return wanted


async def swaps_of(work: Work, lines: Sequence[ordering.Line]) -> dict[int, list[SwapView]]:
    """For what each of these lines could be exchanged, and what a piece would cost more or less."""
    found = await _choices(work, lines)
    return {
        line_no: [
            SwapView(
                sku_id=str(goods.sku_id),
                options=goods.options,
                free=goods.free,
                price_e4=one.prices_e4[goods.sku_id],
                piece_difference_minor=one.difference(goods.sku_id, 1, 1, one.line.paid_worth(1)),
            )
            for goods in one.others.values()
        ]
        for line_no, one in found.items()
    }


class _Choice(NamedTuple):
    """A line, the goods that it can be exchanged for, and what they and its own cost by the same rule."""

    line: ordering.Line
    others: Mapping[int, catalogue.Goods]
    prices_e4: Mapping[int, int]

    def difference(self, sku_id: int, returned: int, wanted: int, most_minor: int) -> int:
        """What so many pieces of another SKU cost more than the returned ones."""
        return difference_of(
            self.line, own_e4=self.prices_e4[self.line.sku_id], returned=returned,
            price_e4=self.prices_e4[sku_id], wanted=wanted, most_minor=most_minor,
        )  # fmt: skip


async def _choices(work: Work, lines: Sequence[ordering.Line]) -> dict[int, _Choice]:
    """By line for what it can be exchanged, priced as of the order; samples, and what has no such price, for nothing."""
    lines = [line for line in lines if not line.is_sample]
    found = await catalogue.siblings(work, {(line.offer_id, line.offer_version) for line in lines})
    goods = {one.goods.sku_id: one.goods for siblings in found.values() for one in siblings}
    versions = {(line.book_id, line.book_version) for line in lines if line.book_id}
    books = await pricebook.prices_under(work, versions, goods.values())
    choices = {}
    for line in lines:
        of_offer = found.get((line.offer_id, line.offer_version), ())
        said = books.get((line.book_id, line.book_version), {})
        counted = max(line.step_from, line.quantity)
        choices[line.line_no] = _Choice(
            line=line,
            others={
                one.goods.sku_id: one.goods
                for one in of_offer
                if one.goods.on_sale and one.goods.sku_id != line.sku_id
            },
            prices_e4={
                one.goods.sku_id: one.price_e4(counted, said.get(one.goods.sku_id, ()), line.quantity)
                for one in of_offer
            },
        )
    return choices
