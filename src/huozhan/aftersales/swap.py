"""A swap: what is wanted instead of a line's units, and what the difference is. Pure.

Both sides' prices are those of the order: the wanted SKU costs what it cost under the version of the offer that the line was
bought by, on the step of the ladder that the line had reached, or by the version of the price book that priced it. What the
seller took off the line, or amended it to, counts for the wanted SKU in the same proportion, so that equal prices differ by nothing.
"""

from collections.abc import Collection, Mapping, Sequence

import msgspec

from huozhan.aftersales.case import CaseLine
from huozhan.kernel.money import divide_half_up, split
from huozhan.kernel.shapes import Bilingual
from huozhan.ordering import Line


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What is wanted instead of a line's units: so many pieces of another SKU of the offer, and the difference.

    `difference_minor` is what the buyer pays more, or gets back where it is below nothing.
    """

    line_no: int
    sku_id: int
    options: Bilingual
    quantity: int
    price_e4: int
    difference_minor: int


def difference_of(
    line: Line, *, own_e4: int, returned: int, price_e4: int, wanted: int, most_minor: int
) -> int:
    """What so many pieces at a price cost more than the returned ones of a line did, in minor units; less is below nothing.

    `own_e4` is what the line's own SKU cost by the same rule as `price_e4`; what was paid for it may have been amended.
    Dearer pieces cost the buyer what the seller asks for them: the market's part of the line does not grow. Of cheaper ones
    the buyer gets the buyer's share back, never more than the returned pieces could have (`most_minor`).
    """
    more_e4 = price_e4 * wanted - own_e4 * returned
    of_e4 = own_e4 * line.quantity
    if more_e4 >= 0:
        return divide_half_up(more_e4 * line.goods_minor, of_e4)
    paid_minor = line.goods_minor - line.subsidy_minor
    return -min(divide_half_up(-more_e4 * paid_minor, of_e4), most_minor)


def difference_in_all(wanted: Collection[Wanted]) -> int:
    """What all of it costs more, or less; dearer lines stand against cheaper ones."""
    return sum(one.difference_minor for one in wanted)


def given_back(lines: Sequence[CaseLine], wanted: Mapping[int, Wanted], back_minor: int) -> list[CaseLine]:
    """The lines with what goes back of each: the whole of it shared out over those that are cheaper, and no freight."""
    cheaper = [max(-wanted[one.line_no].difference_minor, 0) if one.line_no in wanted else 0 for one in lines]
    return [
        msgspec.structs.replace(line, goods_minor=part, freight_minor=0)
        for line, part in zip(lines, split(back_minor, cheaper), strict=True)
    ]
