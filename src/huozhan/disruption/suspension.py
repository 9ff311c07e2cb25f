"""A notice that a disruption stops the clocks: what it says, its one table of moves, and whom it hits."""

from collections.abc import Collection, Iterable
from datetime import datetime
from enum import StrEnum

import msgspec

from huozhan.kernel.moves import Moves
from huozhan.kernel.shapes import Bilingual


class SuspensionKind(StrEnum):
    """What happened; the words are under `disruption.kind.<kind>`."""

    epidemic = "epidemic"
    weather = "weather"
    traffic = "traffic"
    event = "event"
    holiday = "holiday"


class Direction(StrEnum):
    """Which end of an order must lie in the regions; `both` means either."""

    origin = "origin"
    destination = "destination"
    both = "both"


class SuspensionState(StrEnum):
    """Where a notice stands; only a published one stops clocks."""

    draft = "draft"
    approved = "approved"
    published = "published"
    dropped = "dropped"


_S = SuspensionState
MOVES = Moves(
    "suspension",
    _S.draft,
    {
        (_S.draft, "edit"): _S.draft,
        (_S.draft, "approve"): _S.approved,
        (_S.draft, "drop"): _S.dropped,
        (_S.approved, "drop"): _S.dropped,
        (_S.approved, "publish"): _S.published,
        (_S.published, "propose"): _S.published,
        (_S.published, "move_end"): _S.published,
        (_S.published, "keep_end"): _S.published,
    },
)


class Suspension(msgspec.Struct, frozen=True, kw_only=True):
    """A notice as it is read from its row."""

    suspension_id: int
    state: SuspensionState
    kind: SuspensionKind
    title: Bilingual
    regions: tuple[str, ...]
    direction: Direction
    carriers: tuple[str, ...]
    categories: tuple[str, ...]
    from_at: datetime
    until_at: datetime
    evidence_url: str
    drafted_at: datetime
    drafted_by: int
    approved_by: int | None = None
    published_at: datetime | None = None

    @property
    def origins(self) -> list[str]:
        """How the codes of places begin that goods must leave from; empty where that does not count."""
        return prefixes(self.regions) if self.direction is not Direction.destination else []

    @property
    def destinations(self) -> list[str]:
        """The same for the places that goods go to."""
        return prefixes(self.regions) if self.direction is not Direction.origin else []

    def hits(self, origin: str, destination: str, categories: Collection[str]) -> bool:
        """Tells whether goods that leave from here, go there and belong to one of these categories are held up.

        A notice for some carriers hits an order only once it travels with one of them: that is not asked here.
        """
        ends = _begins(origin, self.origins) or _begins(destination, self.destinations)
        return ends and (not self.categories or any(self._names(category) for category in categories))

    def _names(self, category_id: str) -> bool:
        """A category is named by itself or by one it lies in: aa-1-13 lies in aa-1."""
        return any(category_id == one or category_id.startswith(f"{one}-") for one in self.categories)


def prefixes(codes: Iterable[str]) -> list[str]:
    """Division codes without the zeros that fill them up: 650000 is 65, 330782 stays; a country is its two letters."""
    return [_prefix(code) for code in codes]


def _prefix(code: str) -> str:
    while code.endswith("00") and len(code) > 2:
        code = code[:-2]
    return code


def _begins(code: str, starts: Iterable[str]) -> bool:
    return bool(code) and code.startswith(tuple(starts))
