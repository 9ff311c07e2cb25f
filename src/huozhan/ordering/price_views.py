"""What people and programs see of a line's goods and price, and of what stands against ordering it."""

from collections.abc import Mapping

from huozhan.kernel.shapes import Bilingual, View


class WayView(View, frozen=True, kw_only=True):
    """One way out of a trouble, ready for one tap; the words are under `way.<kind>`."""

    kind: str
    offer_id: str
    sku_id: str
    seller_id: str
    quantity: int
    amount_minor: int
    cost_minor: int


class TroubleView(View, frozen=True, kw_only=True):
    """Why something cannot be ordered as it stands; the words are under `trouble.<code>`."""

    code: str
    offer_id: str
    sku_id: str
    facts: Mapping[str, int]
    ways: list[WayView]


class PriceView(View, frozen=True, kw_only=True):
    """A line's price and what explains it; `pieces_more` 0 means that no cheaper step is left.

    `list_price_e4` is what everybody pays at this quantity, `book_version` the version of the price book that `basis` names.
    """

    price_e4: int
    amount_minor: int
    basis: str
    step_from: int
    counted_quantity: int
    pieces_more: int = 0
    next_price_e4: int = 0
    list_price_e4: int = 0
    book_version: int = 0
    takes_coupons: bool = True


class GoodsView(View, frozen=True, kw_only=True):
    """The goods of a line, by the words and the picture they are known by."""

    sku_id: str
    offer_id: str
    category_id: str
    title: Bilingual
    options: Bilingual
    picture: str | None
    unit: str
