"""What is shown of favourites and of history."""

from datetime import datetime

from huozhan.catalogue import OfferCard
from huozhan.interest.watch import Standing, WatchKind, WatchState
from huozhan.kernel.shapes import Bilingual, Id, View
from huozhan.parties import OrgFace


class ShownOffer(View, frozen=True, kw_only=True):
    """An offer's card and who sells it."""

    card: OfferCard
    seller: OrgFace | None


class OffersView(View, frozen=True, kw_only=True):
    """Offers on sale, in the order in which they were asked for; others are left out."""

    offers: list[ShownOffer]


class KeptOffer(View, frozen=True, kw_only=True):
    """An offer that is kept; `shown` is None where it is not on sale now.

    `fallen_e4` is how much lower its lowest unit price is than when it was kept, in 1/10 000; 0 where it is not lower.
    """

    offer_id: Id
    title: Bilingual
    shown: ShownOffer | None
    kept_at: datetime
    kept_price_e4: int
    fallen_e4: int


class KeptShop(View, frozen=True, kw_only=True):
    """A shop that is kept."""

    seller_id: Id
    seller: OrgFace
    kept_at: datetime


class ShownShop(View, frozen=True, kw_only=True):
    """A shop by who keeps it."""

    seller_id: Id
    seller: OrgFace


class ShopsView(View, frozen=True, kw_only=True):
    """Shops that sell, in the order in which they were asked for; others are left out."""

    shops: list[ShownShop]


class KeptIds(View, frozen=True, kw_only=True):
    """Which of those that were asked for are kept."""

    offers: list[Id]
    shops: list[Id]


class SeenOffer(View, frozen=True, kw_only=True):
    """An offer that the reader looked at; `shown` is None where it is not on sale now."""

    offer_id: Id
    title: Bilingual
    shown: ShownOffer | None
    seen_at: datetime
    times: int


class OwnGlance(View, frozen=True, kw_only=True):
    """An offer that a person looked at, as it stands in the export of their data."""

    offer_id: Id
    seen_at: datetime
    times: int


class TakenAlong(View, frozen=True, kw_only=True):
    """What of a browser's memory is the account's now. `kept` is false where nobody buys yet: the favourites wait."""

    kept: bool
    offers: int
    shops: int
    seen: int


class WatchView(View, frozen=True, kw_only=True):
    """A watch, and what is seen of its goods now.

    `pieces` are wished for, `ordered_pieces` what would be ordered of them: at least the MOQ, in whole lots. `price_e4` is what one
    of them costs the reader's organisation now, by its price books, less sales and full reductions and without coupons;
    `base_e4` what it cost when the watch began. `times_told` counts the notices.
    """

    watch_id: Id
    offer_id: Id
    sku_id: Id | None
    title: Bilingual
    options: Bilingual
    picture: str | None
    category_id: str
    unit: str
    kind: WatchKind
    state: WatchState
    standing: Standing
    pieces: int
    ordered_pieces: int
    limit_e4: int | None
    base_e4: int | None
    price_e4: int | None
    is_met: bool
    free: int
    told_at: datetime | None
    times_told: int
    made_at: datetime
    until_at: datetime
    ended_at: datetime | None


class OwnWatch(View, frozen=True, kw_only=True):
    """A watch as it stands in the export of a person's data."""

    org_id: Id
    offer_id: Id
    sku_id: Id | None
    kind: WatchKind
    pieces: int
    limit_e4: int | None
    made_at: datetime
    until_at: datetime
    ended_at: datetime | None
