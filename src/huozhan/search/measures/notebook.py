"""The notebook of one web process: what visitors looked for and opened, written down in memory and put away soon.

Nothing on the way of a request waits for the database. What a killed process had not put away yet is lost: a second or
two of searches and views. When the database is away for long, the oldest notes give way.
"""

from collections import deque
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

import msgspec

from huozhan.kernel.actor import Actor, ActorKind
from huozhan.kernel.work import Work

NOTES_MAX = 20_000

Touch = Literal["view", "cart"]


class NotedSearch(msgspec.Struct, frozen=True, kw_only=True):
    """One page of results that somebody was shown, with what put each offer where it stood.

    `asked` is the ask as it came, `by_photo` whether a photo was looked for (which one is nobody's business later), `scores` the engine's own, `factors` those of ranking packed into one number an offer;
    `marks` says in one sign per offer how it came to its place: "." by its rank.
    """

    at: datetime
    actor: Actor
    asked: Any
    total: int
    is_relaxed: bool
    offer_ids: Sequence[int]
    scores: Sequence[float] = ()
    factors: Sequence[int] = ()
    marks: str = ""
    ranking: int = 0
    trial_id: int = 0
    by_photo: bool = False


class NotedTouch(msgspec.Struct, frozen=True, kw_only=True):
    """An offer that somebody opened, or put into the cart."""

    at: datetime
    actor: Actor
    kind: Touch
    offer_id: int


Note = NotedSearch | NotedTouch


class Notebook:
    """Bounded; the oldest notes give way, and how many did is counted."""

    def __init__(self, most: int = NOTES_MAX) -> None:
        self._notes: deque[Note] = deque(maxlen=most)
        self.dropped = 0
        self.trial: Any = None
        """The trial of another ranking that runs, as this process last read it; none of its own notes' business."""

    def add(self, note: Note) -> None:
        """Writes one thing down."""
        if len(self._notes) == self._notes.maxlen:
            self.dropped += 1
        self._notes.append(note)

    def take(self, most: int) -> list[Note]:
        """Takes the oldest notes out."""
        return [self._notes.popleft() for _ in range(min(most, len(self._notes)))]

    def put_back(self, notes: Sequence[Note]) -> None:
        """Puts notes back that could not be put away; none where newer ones have taken their room."""
        room = (self._notes.maxlen or 0) - len(self._notes)
        self.dropped += max(len(notes) - room, 0)
        self._notes.extendleft(reversed(notes[-room:] if room else ()))

    def __len__(self) -> int:
        return len(self._notes)


def is_known(actor: Actor) -> bool:
    """Whether it can be told who looks: a member of an organisation, or a browser that brought its key back.

    Programs that keep no cookies, and robots, are nobody here; what nobody does is neither noted nor counted.
    """
    if actor.kind in (ActorKind.person, ActorKind.app):
        return bool(actor.org_id or actor.person_id)
    return actor.kind is ActorKind.anonymous and bool(actor.visitor)


def note_touch(work: Work, kind: Touch, offer_ids: Sequence[int]) -> None:
    """Notes that these offers were opened or put into the cart."""
    if work.notes is not None and is_known(work.actor):
        for offer_id in offer_ids:
            work.notes.add(NotedTouch(at=work.now, actor=work.actor, kind=kind, offer_id=offer_id))
