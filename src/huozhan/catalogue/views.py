"""What the catalogue shows: cards for lists and for the index, pages of offers and shops."""

from datetime import datetime

import msgspec

from huozhan.catalogue.customisation import Customisation
from huozhan.catalogue.dropship import DropshipView
from huozhan.catalogue.goods import MixRule, QuoteType, Step
from huozhan.catalogue.hints import Hint
from huozhan.catalogue.offer import Axis, OfferState, PublishOffer
from huozhan.catalogue.services import Service, ServiceView
from huozhan.catalogue.terms import CreditTerms
from huozhan.kernel.shapes import Bilingual, Id, View
from huozhan.parties import OrgFace


class Repurchase(View, frozen=True, kw_only=True):
    """Of an offer's buyers over `search.repeat_days`, how many bought it on two days or more.

    The rate in 1/10 000 is None where they are too few to tell, and its careful end (`is_bound`) where they are not many.
    """

    buyers: int
    repeat_buyers: int
    rate_bp: int | None
    is_bound: bool


class OfferCard(View, frozen=True, kw_only=True):
    """An offer on a result page; prices and stock are the database's."""

    offer_id: Id
    offer_code: str
    seller_id: Id
    title: Bilingual
    picture: str | None
    unit: str
    price_low_e4: int
    price_high_e4: int
    moq: int
    lot: int
    mixable: bool
    promise_hours: int
    category_id: str
    has_sample: bool
    free: int
    sold: int
    skus: int
    reviews: int = 0
    """How many reviews count."""
    points_e2: int | None = None
    """The mean of their points, in hundredths; None until there is one."""
    repurchase: Repurchase | None = None
    """How many of its buyers came back; None where nobody bought it lately."""
    can_be_had: bool = True
    """Whether so much is free that an order for it can be placed."""
    is_booked: bool = False
    """Whether its shop has prices for the one who looks; `pricebook.offer_prices` says which."""


class IndexCard(msgspec.Struct, frozen=True, kw_only=True):
    """What search needs of an offer on sale."""

    offer_id: int
    offer_code: str
    seller_id: int
    title: Bilingual
    category_id: str
    category_path: tuple[str, ...]
    category_names: tuple[Bilingual, ...]
    attribute_texts: tuple[str, ...]
    description: Bilingual
    option_texts: tuple[str, ...]
    sku_codes: tuple[str, ...]
    price_low_e4: int
    moq: int
    mixable: bool
    promise_hours: int
    published_at: datetime
    has_picture: bool
    free: int
    sold: int
    lot: int = 1
    has_sample: bool = False
    mixes: bool = False
    """Whether it may be fewer than its minimum together with other goods of its shop."""
    prices_e4: tuple[int, ...] = ()
    """The lowest unit price at each of `filtering.QUANTITIES`."""
    values: tuple[tuple[str, str], ...] = ()
    """Handles of attributes, options among them, and a value of each: its key in `attribute_values`."""
    services: tuple[str, ...] = ()
    takes_lent: bool = False
    custom: tuple[str, ...] = ()
    """Kinds of light customisation."""
    dropship: bool = False
    invoices: tuple[str, ...] = ()
    """Kinds that its shop issues."""
    credit_days: int = 0
    """For how long its shop grants credit to buyers it does not know yet; 0 where it does not."""
    ships_free: bool = False
    reach: tuple[str, ...] = ()
    """Where it can be ordered to, as `filtering.reach_terms` says it."""


class OfferHome(msgspec.Struct, frozen=True, kw_only=True):
    """Where an offer belongs: whose it is, in which category, since when; and where it stands."""

    offer_id: int
    seller_id: int
    category_id: str
    published_at: datetime
    state: OfferState


class ListableOffer(msgspec.Struct, frozen=True, kw_only=True):
    """Goods that can be bought now: whose they are, in which branch of the tree, since when."""

    offer_id: int
    seller_id: int
    category_path: tuple[str, ...]
    published_at: datetime


class SkuView(View, frozen=True, kw_only=True):
    """One cell of an offer's matrix, with what is free to buy."""

    sku_id: Id
    sku_code: str
    choice: tuple[int, ...]
    options: Bilingual
    price_e4: int | None
    ladder: tuple[Step, ...]
    weight_g: int
    free: int


class NamedValue(View, frozen=True, kw_only=True):
    """An attribute by its name."""

    handle: str
    name: Bilingual
    value: Bilingual


class FreightTo(View, frozen=True, kw_only=True):
    """What sending a quantity to a region costs; no fee where the seller does not deliver there."""

    region: str
    quantity: int
    fee_minor: int | None


class OfferPage(View, frozen=True, kw_only=True):
    """Everything a buyer sees of an offer."""

    offer_id: Id
    offer_code: str
    version: int
    seller_id: Id
    seller: OrgFace | None
    state: OfferState
    title: Bilingual
    description: Bilingual
    category_id: str
    attributes: tuple[NamedValue, ...]
    unit: str
    quote_type: QuoteType
    ladder: tuple[Step, ...]
    price_low_e4: int
    price_high_e4: int
    options: tuple[Axis, ...]
    skus: tuple[SkuView, ...]
    moq: int
    lot: int
    mixable: bool
    shop_mix: MixRule | None
    sample_price_e4: int | None
    origin_code6: str
    weight_g: int
    length_mm: int
    width_mm: int
    height_mm: int
    promise_hours: int
    customisation: Customisation | None
    dropship: DropshipView | None
    freight_template_id: Id
    pictures: tuple[str, ...]
    source: str
    free: int
    sold: int
    published_at: datetime
    changed_at: datetime
    is_promoted: bool = False
    """Whether its shop takes something off now; `promotion.shop_promotions` says what."""
    is_booked: bool = False
    """Whether its shop has prices for the one who looks; `pricebook.offer_prices` says which."""
    freight: FreightTo | None = None
    reviews: int = 0
    """How many reviews count; `reviews.offer_reviews` shows them."""
    points_e2: int | None = None
    """The mean of their points, in hundredths; None until there is one."""
    repurchase: Repurchase | None = None
    """How many of its buyers came back; None where nobody bought it lately."""
    services: list[ServiceView] = []
    """What its shop promises for orders placed now."""
    invoices: tuple[str, ...] = ()
    """Kinds of invoices that its shop issues."""
    credit: CreditTerms | None = None
    """Credit terms that its shop grants to buyers it does not know yet."""


class ShopPage(View, frozen=True, kw_only=True):
    """A shop: who it is, its mixed batch, and one page of its offers, newest first."""

    seller_id: Id
    seller: OrgFace
    mix: MixRule | None
    services: list[ServiceView]
    offers: tuple[OfferCard, ...]
    next_cursor: str | None


class ShopSettings(View, frozen=True, kw_only=True):
    """What a seller sets for the whole shop."""

    mix: MixRule | None
    reopens_late: bool
    not_sold_to: tuple[str, ...] = ()
    services: tuple[Service, ...] = ()
    choices: list[ServiceView] = []
    """What it may promise beyond the law."""


class OfferRowView(View, frozen=True, kw_only=True):
    """One line of the seller's own list."""

    offer_id: Id
    offer_code: str
    title: Bilingual
    picture: str | None
    state: OfferState
    version: int
    category_id: str
    quote_type: QuoteType
    price_low_e4: int
    price_high_e4: int
    ladder: tuple[Step, ...]
    moq: int
    skus: int
    free: int
    reserved: int
    sold: int
    hints: tuple[Hint, ...]
    changed_at: datetime


class OfferToEdit(View, frozen=True, kw_only=True):
    """An offer as its seller edits it: what would publish it again as it stands, and what it lacks."""

    offer_id: Id
    version: int
    state: OfferState
    reason: str
    offer: PublishOffer
    sku_ids: dict[str, Id]
    hints: tuple[Hint, ...]


class OfferVersion(View, frozen=True, kw_only=True):
    """What was offered under one version: the snapshot that orders point to."""

    offer_id: Id
    version: int
    published_at: datetime
    shown: dict[str, object]
