"""What people and programs see of notices."""

from datetime import datetime

from huozhan.kernel.shapes import Bilingual, Id, View


class DisruptionView(View, frozen=True, kw_only=True):
    """A published notice as everybody may see it; `runs` tells whether it holds now or only later."""

    suspension_id: Id
    kind: str
    title: Bilingual
    regions: list[str]
    direction: str
    carriers: list[str]
    categories: list[str]
    from_at: datetime
    until_at: datetime
    evidence_url: str
    published_at: datetime
    runs: bool


class DisruptionsView(View, frozen=True, kw_only=True):
    """Published notices that are not over, those that end first before the others."""

    items: list[DisruptionView]


class EndView(View, frozen=True, kw_only=True):
    """Another end that waits for a second operator."""

    was_until_at: datetime
    until_at: datetime
    reason: str
    proposed_at: datetime
    proposed_by: str
    is_mine: bool


class NoticeMoveView(View, frozen=True, kw_only=True):
    """What was done to a notice; the words are under `disruption.move.<event>`."""

    event: str
    at: datetime
    person: str
    reason: str


class SuspensionView(View, frozen=True, kw_only=True):
    """A notice as operators see it; `can` tells what this one may do now."""

    suspension_id: Id
    state: str
    kind: str
    title: Bilingual
    regions: list[str]
    direction: str
    carriers: list[str]
    categories: list[str]
    from_at: datetime
    until_at: datetime
    evidence_url: str
    drafted_at: datetime
    drafted_by: str
    approved_by: str
    published_at: datetime | None
    is_mine: bool
    can: list[str]
    end: EndView | None = None
    moves: list[NoticeMoveView] = []
