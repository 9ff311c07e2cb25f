"""What is shown to somebody who picks. Unit prices in 1/10 000, amounts in minor units."""

from huozhan import messaging, scenes
from huozhan.catalogue import ServiceView, Step
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
