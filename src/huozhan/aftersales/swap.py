"""A swap: what is wanted instead of a line's units, and what the difference is. Pure.

Both sides' prices are those of the order: the wanted SKU costs what it cost under the version of the offer that the line was
bought by, on the step of the ladder that the line had reached, or by the version of the price book that priced it. What the
seller took off the line, or amended it to, counts for the wanted SKU in the same proportion, so that equal prices differ by nothing.
"""

import msgspec

from huozhan.kernel.money import divide_half_up
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


def difference_of(line: Line, returned: int, price_e4: int, wanted: int, most_minor: int) -> int:
    """What so many pieces at a price cost more than the returned ones of a line did, in minor units; less is below nothing.

    Dearer pieces cost the buyer what the seller asks for them: the market's part of the line does not grow. Of cheaper ones
    the buyer gets the buyer's share back, never more than the returned pieces could have (`most_minor`).
    """
    more_e4 = price_e4 * wanted - line.price_e4 * returned
    of_e4 = line.price_e4 * line.quantity
    if more_e4 >= 0:
        return divide_half_up(more_e4 * line.goods_minor, of_e4)
    paid_minor = line.goods_minor - line.subsidy_minor
    return -min(divide_half_up(-more_e4 * paid_minor, of_e4), most_minor)
