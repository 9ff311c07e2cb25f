"""An order as fulfilment sees it."""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from huozhan.kernel.shapes import Bilingual
from huozhan.ordering.exemption import Exemption


class LineToShip(msgspec.Struct, frozen=True, kw_only=True):
    """What fulfilment must know of a line."""

    line_no: int
    sku_id: int
    title: Bilingual
    options: Bilingual
    picture: str | None
    unit: str
    quantity: int
    to_ship: int
    to_receive: int
    weight_g: int
    category_id: str


class OrderToShip(msgspec.Struct, frozen=True, kw_only=True):
    """An order as fulfilment sees it, locked."""

    order_id: int
    number: str
    buyer_id: int
    seller_id: int
    state: str
    paid_at: datetime | None
    ship_promise_at: datetime | None
    region_code: str
    lines: tuple[LineToShip, ...]
    rule_pins: Mapping[str, int]
    placed_at: datetime
    exemptions: tuple[Exemption, ...] = ()


class OrderToPack(msgspec.Struct, frozen=True, kw_only=True):
    """An order of the actor's organisation as it is picked and packed."""

    goods: OrderToShip
    ship_promise_at: datetime | None
    buyer: Bilingual
    buyer_note: str
    country: str
    province: str
    city: str
    county: str
    postcode: str
