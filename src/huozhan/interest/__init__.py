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
    seen_by,
)
from huozhan.interest.showing import offers_by_id, shops_by_id
from huozhan.interest.watch import Standing, WatchKind, WatchState
from huozhan.interest.watch_rounds import (
    forget_ended_watches,
    note_watched,
    note_watched_shops,
    watch_round,
)
from huozhan.interest.watching import (
    OVER_TIMER,
    edit_watch,
    end_watch,
    forget_watches,
    my_watches,
    one_watch,
    watch_goods,
    watch_over_due,
    watches_of,
)

__all__ = [
    "OVER_TIMER",
    "Glance",
    "Standing",
    "WatchKind",
    "WatchState",
    "asks",
    "drop_favourites",
    "edit_watch",
    "end_watch",
    "favourite_offers",
    "favourite_shops",
    "favourites_among",
    "forget_ended_watches",
    "forget_history",
    "forget_old_history",
    "forget_reader",
    "forget_watches",
    "keep_favourites",
    "my_history",
    "my_watches",
    "note_glances",
    "note_watched",
    "note_watched_shops",
    "offers_by_id",
    "one_watch",
    "seen_by",
    "shops_by_id",
    "take_along",
    "views",
    "watch_goods",
    "watch_over_due",
    "watch_round",
    "watches_of",
]
