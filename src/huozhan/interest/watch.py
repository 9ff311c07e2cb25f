"""A watch: what a person waits for of some goods, and when what is seen of them is news. Pure.

A price is told of when it is met and lower than the one told last; a rise takes that one along, so that the next fall is news
again. Goods are told of when they are there and were not before. What cannot be had now is no news, and changes nothing of
what was told of its price.
"""

from datetime import datetime
from enum import StrEnum

import msgspec

from huozhan.kernel.moves import Moves


class WatchKind(StrEnum):
    """What is waited for."""

    price = "price"
    stock = "stock"


class WatchState(StrEnum):
    """Where a watch stands: it waits, its time is over, or the market took the goods off for good."""

    open = "open"
    over = "over"
    banned = "banned"


MOVES = Moves(
    "watch",
    WatchState.open,
    {
        (WatchState.open, "edit"): WatchState.open,
        (WatchState.open, "end"): WatchState.over,
        (WatchState.open, "ban"): WatchState.banned,
        (WatchState.over, "edit"): WatchState.open,
        (WatchState.banned, "edit"): WatchState.open,
    },
)


class Standing(StrEnum):
    """Whether goods can be had as they are watched."""

    there = "there"
    short = "short"
    away = "away"
    unreached = "unreached"
    banned = "banned"


class Seen(msgspec.Struct, frozen=True):
    """What is seen of goods for one watch: so many pieces would be ordered, each at this price (None: nobody can say)."""

    standing: Standing
    pieces: int
    price_e4: int | None = None
    free: int = 0


class Watch(msgspec.Struct, frozen=True, kw_only=True):
    """One watch, with what was told last."""

    watch_id: int
    org_id: int
    person_id: int
    offer_id: int
    sku_id: int
    kind: WatchKind
    state: WatchState
    pieces: int
    limit_e4: int | None = None
    base_e4: int | None = None
    told_e4: int | None = None
    was_there: bool = False
    told_at: datetime | None = None
    times_told: int = 0
    edition: int = 1
    made_at: datetime
    until_at: datetime
    ended_at: datetime | None = None

    def is_met_by(self, price_e4: int) -> bool:
        """Whether a piece costs as little as is waited for."""
        if self.limit_e4 is not None:
            return price_e4 <= self.limit_e4
        return self.base_e4 is not None and price_e4 < self.base_e4


class Verdict(msgspec.Struct, frozen=True):
    """What is remembered after a look, and whether it is news."""

    told_e4: int | None
    was_there: bool
    is_news: bool


def judge(watch: Watch, seen: Seen) -> Verdict:
    """Whether what is seen is news for a watch."""
    is_there = seen.standing is Standing.there
    if watch.kind is WatchKind.stock:
        return Verdict(None, is_there, is_there and not watch.was_there)
    if not is_there or seen.price_e4 is None:
        return Verdict(watch.told_e4, is_there, is_news=False)
    if not watch.is_met_by(seen.price_e4):
        return Verdict(None, is_there, is_news=False)
    is_lower = watch.told_e4 is None or seen.price_e4 < watch.told_e4
    return Verdict(seen.price_e4, is_there, is_lower)
