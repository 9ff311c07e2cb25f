"""What stops the clocks of one order: notices that hit it, exemptions granted to it, questions that must be answered first. Pure."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from huozhan.disruption import Stop, due_at, stands_still_until
from huozhan.kernel.moves import Moves
from huozhan.kernel.shapes import Bilingual

NOTICE, SINGLE = "notice", "single"
"""Where an exemption comes from: a published notice, or what an operator granted to one order."""

Wait = tuple[datetime, datetime]
"""From when until when money back was asked for and not answered."""


class Exemption(msgspec.Struct, frozen=True, kw_only=True):
    """Something that stops clocks of an order; with carriers, only those of parcels that travel with one of them."""

    exemption_id: int
    source: str
    kind: str
    title: Bilingual
    carriers: tuple[str, ...]
    from_at: datetime
    until_at: datetime
    published_at: datetime


def stops_of(
    exemptions: Iterable[Exemption], *, began: datetime, grace: timedelta, carrier: str = ""
) -> list[Stop]:
    """The stops of an order that was paid at `began`, for goods that travel with a carrier, or with none yet.

    Who paid before the notice was published could not count on it, and gets `grace` once it is over (B1.8).
    """
    return [
        Stop(
            from_at=one.from_at,
            until_at=one.until_at,
            leaves=grace if began < one.published_at else timedelta(),
        )
        for one in exemptions
        if not one.carriers or carrier in one.carriers
    ]


class Promise(msgspec.Struct, frozen=True, kw_only=True):
    """A promise to ship within so many hours, and all that makes its clock stand still.

    `out_at` is when the last goods left or were given back: what comes after moves the promise no more.
    """

    began: datetime
    hours: int
    waits: Sequence[Wait] = ()
    exemptions: Sequence[Exemption] = ()
    out_at: datetime | None = None

    def due(self, grace: timedelta) -> datetime:
        """Until when the goods must have left."""
        counting = [one for one in self.exemptions if self.out_at is None or one.from_at < self.out_at]
        return self._due(stops_of(counting, began=self.began, grace=grace))

    @property
    def plain_due(self) -> datetime:
        """The same if nothing had been exempt."""
        return self._due([])

    def _due(self, stops: list[Stop]) -> datetime:
        asked = [Stop(from_at=from_at, until_at=until_at) for from_at, until_at in self.waits]
        return due_at(self.began, timedelta(hours=self.hours), [*asked, *stops])


def suspended_until(exemptions: Iterable[Exemption], moment: datetime) -> datetime | None:
    """Until when an order's goods are held up at a moment; None where they are not."""
    return stands_still_until(moment, stops_of(exemptions, began=moment, grace=timedelta()))


class LongerState(StrEnum):
    """Where a question for a longer promise stands."""

    asked = "asked"
    agreed = "agreed"
    refused = "refused"


LONGER_MOVES = Moves(
    "longer_promise",
    LongerState.asked,
    {
        (LongerState.asked, "agree"): LongerState.agreed,
        (LongerState.asked, "refuse"): LongerState.refused,
    },
)


class FilingState(StrEnum):
    """Where a filing for a single exemption stands."""

    filed = "filed"
    granted = "granted"
    rejected = "rejected"


FILING_MOVES = Moves(
    "exemption_filing",
    FilingState.filed,
    {
        (FilingState.filed, "grant"): FilingState.granted,
        (FilingState.filed, "reject"): FilingState.rejected,
    },
)
