"""What people and programs see of price books."""

from datetime import datetime

from huozhan.kernel.shapes import Bilingual, Id, View


class PartyView(View, frozen=True, kw_only=True):
    """The other side of a book."""

    org_id: Id
    name: Bilingual


class RowView(View, frozen=True, kw_only=True):
    """What a book says of one SKU, or by how much an offer is cheaper; beside it what everybody pays now."""

    offer_id: Id
    offer_code: str
    title: Bilingual
    sku_id: Id | None
    sku_code: str
    options: Bilingual
    unit: str
    from_quantity: int
    price_e4: int | None
    off_bp: int
    list_low_e4: int
    list_high_e4: int
    is_above_list: bool
    """Somebody without this book may pay less."""


class VersionView(View, frozen=True, kw_only=True):
    """One version of a book; the words of its phase are under `price.version.<phase>`."""

    version: int
    state: str
    phase: str
    """Its state; one in force that has not begun is `ahead`, one whose time is up `over`."""
    starts_at: datetime
    ends_at: datetime
    allows_coupons: bool
    off_bp: int
    rows: int
    said_at: datetime
    answered_at: datetime | None
    reason: str


class BookView(View, frozen=True, kw_only=True):
    """A negotiated price or a contract: with whom, what holds now, and what waits for the buyer's yes."""

    book_id: Id
    kind: str
    side: str
    party: PartyView
    offer_title: Bilingual
    """The offer that a negotiated price is for."""
    rows: int
    version: int
    """The version that is in force; 0 where none is."""
    phase: str
    starts_at: datetime | None
    ends_at: datetime | None
    allows_coupons: bool
    waiting: int
    """The version that waits for an answer; 0 where none does."""
    waiting_from: datetime | None
    waiting_until: datetime | None


class BookList(View, frozen=True, kw_only=True):
    """One page of books, the newest first."""

    items: list[BookView]
    next_cursor: str | None


class BookPage(View, frozen=True, kw_only=True):
    """A book whole: every version, and what one of them says."""

    book_id: Id
    kind: str
    level: str
    side: str
    party: PartyView | None
    versions: list[VersionView]
    shown: VersionView
    rows: list[RowView]
    can: list[str]
    """What this side may do now with the version that is shown."""


class Said(View, frozen=True, kw_only=True):
    """A book said something new."""

    book_id: Id
    version: int
    state: str


class Assigned(View, frozen=True, kw_only=True):
    """The level that a buyer has now; empty where it has none."""

    buyer_id: Id
    level: str


class LevelRuleView(View, frozen=True, kw_only=True):
    """What brings a buyer to a level by itself: so much bought, or so many orders, within the last days."""

    least_minor: int
    least_orders: int
    days: int


class LevelView(View, frozen=True, kw_only=True):
    """One level of a shop and what its members pay."""

    level: str
    book_id: Id | None
    version: int
    off_bp: int
    rows: int
    members: int
    said_at: datetime | None
    rule: LevelRuleView | None


class LevelList(View, frozen=True, kw_only=True):
    """The five levels of a shop, the lowest first."""

    levels: list[LevelView]


class LevelPage(View, frozen=True, kw_only=True):
    """One level: what it says now, as it would be said again."""

    level: str
    version: int
    off_bp: int
    rows: list[RowView]
    rule: LevelRuleView | None


class MemberView(View, frozen=True, kw_only=True):
    """A member of a shop."""

    buyer: PartyView
    level: str
    is_by_rule: bool
    since: datetime


class MemberList(View, frozen=True, kw_only=True):
    """One page of members, those who came to their level last first."""

    items: list[MemberView]
    next_cursor: str | None


class MyLevel(View, frozen=True, kw_only=True):
    """The level of the one who looks, in one shop."""

    seller: PartyView
    level: str
    off_bp: int
    since: datetime


class MyLevels(View, frozen=True, kw_only=True):
    """The levels of the one who looks."""

    items: list[MyLevel]


class StepView(View, frozen=True, kw_only=True):
    """What a SKU costs the one who looks, from so many pieces on."""

    source: str
    version: int
    from_quantity: int
    price_e4: int | None
    off_bp: int
    takes_coupons: bool


class SkuSteps(View, frozen=True, kw_only=True):
    """What the books say of one SKU, in the order in which they decide."""

    sku_id: Id
    offer_id: Id
    steps: list[StepView]


class CardPrice(View, frozen=True, kw_only=True):
    """The lowest price that books say of an offer, and which of them."""

    source: str
    price_e4: int


class OfferPricesView(View, frozen=True, kw_only=True):
    """What some offers cost the one who looks, by SKU; offers without a price of their own are left out.

    `off_bp` counts for SKUs that are not named, by offer.
    """

    skus: list[SkuSteps]
    offers: dict[str, StepView]
