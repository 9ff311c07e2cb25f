"""Dropshipping 一件代发: goods sent one by one to a buyer's customers, as if the buyer had sent them.

Whoever offers it sells from one piece, so what one costs is what the offer's own prices say; there is no second price. The
parcel never holds the supplier's slip or advertisement; how it is packed is the supplier's choice.
"""

from collections.abc import Iterable
from enum import StrEnum

from huozhan.catalogue.filtering import PriceModel
from huozhan.catalogue.goods import Step
from huozhan.kernel.shapes import View


class Packing(StrEnum):
    """How a parcel for a buyer's customer is packed; the words are under `dropship.<packing>`."""

    plain = "plain"
    """In a plain parcel that names nobody."""
    buyers = "buyers"
    """With the buyer's own slip, card or label, which the buyer hands in."""


class DropshipView(View, frozen=True, kw_only=True):
    """How an offer is sent to a buyer's customers, and the lowest and the highest price of one piece, in 1/10 000."""

    packing: Packing
    price_low_e4: int
    price_high_e4: int


def dropship_view(
    packing: str | None, ladder: tuple[Step, ...], skus: Iterable[tuple[tuple[Step, ...], int | None]]
) -> DropshipView | None:
    """The same of an offer as it stands, with the ladder or the price of each SKU; none where it is not sent so."""
    if not packing:
        return None
    own = [(Step(1, price_e4),) if price_e4 else steps for steps, price_e4 in skus]
    model = PriceModel(ladders=(ladder,) if ladder else tuple(steps for steps in own if steps))
    low_e4, high_e4 = model.at(1)
    return DropshipView(packing=Packing(packing), price_low_e4=low_e4, price_high_e4=high_e4)
