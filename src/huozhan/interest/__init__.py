"""Interest 关注: what a buyer keeps an eye on. The front desk.

Asks and views are reached as `interest.asks.Keep`, `interest.views.KeptOffer`.
"""

from huozhan.interest import asks, views
from huozhan.interest.glance import Glance
from huozhan.interest.keeping import (
    drop_favourites,
    favourite_offers,
    favourite_shops,
    favourites_among,
    keep_favourites,
    take_along,
)
from huozhan.interest.looking_back import (
    forget_history,
    forget_old_history,
    forget_reader,
    my_history,
    note_glances,
)
from huozhan.interest.showing import offers_by_id, shops_by_id

__all__ = [
    "Glance",
    "asks",
    "drop_favourites",
    "favourite_offers",
    "favourite_shops",
    "favourites_among",
    "forget_history",
    "forget_old_history",
    "forget_reader",
    "keep_favourites",
    "my_history",
    "note_glances",
    "offers_by_id",
    "shops_by_id",
    "take_along",
    "views",
]
