"""What was taken off some lines as people see it: summed by promotion, and how far the next step is."""

from collections.abc import Iterable
from typing import Protocol

from huozhan.kernel.shapes import Bilingual
from huozhan.promotion.cutting import Nudge
from huozhan.promotion.promotion import Step, funder_of
from huozhan.promotion.views import NudgeView, OffView


class Lowered(Protocol):
    """Anything that says by how much a line was lowered, and by what."""

    @property
    def step(self) -> str:
        """The step in which it was taken off."""

    @property
    def promotion_id(self) -> int:
        """By which promotion."""

    @property
    def name(self) -> Bilingual:
        """How the promotion was called then."""

    @property
    def amount_minor(self) -> int:
        """How much."""


def off_views(cuts: Iterable[Lowered]) -> list[OffView]:
    """What was taken off some lines, summed by promotion, in the order of the steps."""
    sums: dict[tuple[Step, int], OffView] = {}
    for cut in cuts:
        step = Step(cut.step)
        known = sums.get((step, cut.promotion_id))
        sums[step, cut.promotion_id] = OffView(
            step=step,
            funder=funder_of(step),
            promotion_id=str(cut.promotion_id),
            name=cut.name,
            amount_minor=cut.amount_minor + (known.amount_minor if known else 0),
        )
    return sorted(sums.values(), key=lambda off: list(Step).index(Step(off.step)))


def nudge_of(nudges: Iterable[Nudge], seller_id: int) -> NudgeView | None:
    """How far a shop's next full reduction is."""
    for nudge in nudges:
        if nudge.seller_id == seller_id:
            return NudgeView(
                promotion_id=str(nudge.promotion_id),
                from_minor=nudge.from_minor,
                off_minor=nudge.off_minor,
                missing_minor=nudge.missing_minor,
            )
    return None
