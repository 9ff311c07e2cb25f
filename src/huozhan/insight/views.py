"""What is shown to somebody who picks. Unit prices in 1/10 000, amounts in minor units."""

from datetime import date, datetime

from huozhan import interest, messaging, ordering, scenes, search
from huozhan.catalogue import ServiceView, Step
from huozhan.insight.asks import BuildAssortment
from huozhan.insight.lists import ListKind
from huozhan.kernel.shapes import Bilingual, Id, View
from huozhan.parties import OrgFace


class SkuChoice(View, frozen=True, kw_only=True):
    """One SKU among which the reader may choose."""

    sku_id: Id
    options: Bilingual
    free: int


class ComparedOffer(View, frozen=True, kw_only=True):
    """One offer of a comparison, reckoned at `pieces`: the asked quantity raised to its minimum and to whole lots.

    `freight_minor` and what follows from it are None where no place is given or the goods are not delivered there.
    `goods_minor` is what the goods cost after what promotions take off; `landed_e4` is a piece at the reader's door.
    """

    offer_id: Id
    title: Bilingual
    picture: str | None
    category_id: str
    unit: str
    seller_id: Id
    seller: OrgFace | None
    response: messaging.views.ResponseView
    service: scenes.views.ServiceFace
    sku_id: Id
    options: Bilingual
    skus: list[SkuChoice]
    pieces: int
    price_e4: int
    goods_minor: int
    off_minor: int
    freight_minor: int | None
    landed_minor: int | None
    landed_e4: int | None
    is_delivered: bool
    is_enough: bool
    moq: int
    lot: int
    mixable: bool
    steps: list[Step]
    sample_price_e4: int | None
    free: int
    sold: int
    promise_hours: int
    services: list[ServiceView]
    weight_g: int


class Landed(View, frozen=True, kw_only=True):
    """What `pieces` of one SKU come to: goods after promotions and the reader's own coupons, freight, both together, one piece.

    Amounts that a place decides are None where none is given or the goods are not delivered there.
    """

    sku_id: Id
    options: Bilingual
    pieces: int
    price_e4: int
    goods_minor: int
    off_minor: int
    freight_minor: int | None
    landed_minor: int | None
    landed_e4: int | None
    is_delivered: bool
    is_enough: bool


class AttributeRow(View, frozen=True, kw_only=True):
    """One attribute across the compared offers; None where an offer does not say it."""

    handle: str
    name: Bilingual
    values: list[Bilingual | None]
    differs: bool


class Comparison(View, frozen=True, kw_only=True):
    """Offers side by side. `cheapest` is the offer whose piece costs least at the door (without a place: of goods alone)."""

    quantity: int
    to: str
    offers: list[ComparedOffer]
    attributes: list[AttributeRow]
    missing: list[Id]
    cheapest: Id | None


class AssortmentLineView(View, frozen=True, kw_only=True):
    """One line of an assortment: `goods_minor` after what promotions take off, `margin_bp` of the goods alone."""

    sku_id: Id
    offer_id: Id
    title: Bilingual
    options: Bilingual
    picture: str | None
    category_id: str
    unit: str
    quantity: int
    free: int
    moq: int
    lot: int
    price_e4: int
    goods_minor: int
    retail_e4: int
    retail_minor: int
    margin_bp: int


class AssortmentShare(View, frozen=True, kw_only=True):
    """One supplier's part; `freight_minor` is None where the supplier does not deliver to the place."""

    seller_id: Id
    seller: OrgFace | None
    lines: list[AssortmentLineView]
    goods_minor: int
    off_minor: int
    freight_minor: int | None


class AssortmentPage(View, frozen=True, kw_only=True):
    """An assortment at its reader's prices now. `is_best` tells that nothing earned more when it was made and it was not changed since.

    `left_minor` is what is left of the budget, below nothing where it is overdrawn; `gone` are SKUs that cannot be bought any more.
    """

    assortment_id: Id
    link_key: str
    is_own: bool
    is_best: bool
    made_at: datetime
    wishes: BuildAssortment
    shares: list[AssortmentShare]
    goods_minor: int
    off_minor: int
    freight_minor: int
    landed_minor: int
    retail_minor: int
    profit_minor: int
    margin_bp: int
    left_minor: int
    troubles: list[ordering.views.TroubleView]
    gone: list[Id]
    is_delivered: bool


class AssortmentFace(View, frozen=True, kw_only=True):
    """One assortment of a list."""

    assortment_id: Id
    made_at: datetime
    budget_minor: int
    words: str
    to: str
    lines: int
    pieces: int


class AlsoOffer(View, frozen=True, kw_only=True):
    """An offer that goes with others: how many organisations bought both; None where it is only popular."""

    offer: interest.views.ShownOffer
    buyers: int | None


class AlsoStockedView(View, frozen=True, kw_only=True):
    """What goes with some offers, the best first."""

    offers: list[AlsoOffer]


class RestockOffer(View, frozen=True, kw_only=True):
    """Goods that the organisation bought: the SKU it took last and how much of it is usual; when it comes due, where that can be told."""

    offer: interest.views.ShownOffer
    sku_id: Id
    quantity: int
    times: int
    last_at: datetime
    every_days: int | None
    due_at: datetime | None
    is_due: bool


class RestockList(View, frozen=True, kw_only=True):
    """What may be stocked up again; what is due comes first."""

    items: list[RestockOffer]


class ListedGoods(View, frozen=True, kw_only=True):
    """Goods on a list, and why they stand there.

    hot, new: `buyers` organisations ordered them `many` times. rising: `buyers` bought `many` times in the last days, `few` times in
    the span before; `score` is the smoothed growth in 1/10 000. back: of `many` buyers `few` came back; `score` is the least share of
    which one can be sure, in 1/10 000. The seller's own organisation counts nowhere.
    """

    place: int
    found: search.FoundOffer
    score: int
    buyers: int
    many: int
    few: int


class DailyList(View, frozen=True, kw_only=True):
    """A list of the day up to which was counted; None where nothing was yet. `rules` are the versions it was made under, `spans` their days."""

    kind: ListKind
    category: str
    belt: str
    name: Bilingual
    on_day: date | None
    rules: dict[str, int]
    spans: dict[str, int]
    places: list[ListedGoods]


class FilledList(View, frozen=True, kw_only=True):
    """A list that has goods on it: of all of the market, of a category, or of a belt."""

    kind: ListKind
    category: str
    belt: str
    name: Bilingual
    places: int


class FilledLists(View, frozen=True, kw_only=True):
    """Which lists of the day have goods on them."""

    on_day: date | None
    lists: list[FilledList]
