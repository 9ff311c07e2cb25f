"""A review: one line of an order as its buyer found the goods, from the invitation on, and the one table of its moves."""

from datetime import datetime
from enum import StrEnum

import msgspec

from huozhan.kernel.moves import Moves
from huozhan.kernel.refusals import Refusal
from huozhan.kernel.shapes import Bilingual

WINDOW_TIMER = "review_window"
"""At its end whoever has not written writes no more; nothing is written in their place."""
POINTS = (1, 2, 3, 4, 5)


class ReviewState(StrEnum):
    """Where the review of a line stands."""

    invited = "invited"
    lapsed = "lapsed"
    shown = "shown"
    hidden = "hidden"


_S = ReviewState

MOVES = Moves(
    "review",
    _S.invited,
    {
        (_S.invited, "write"): _S.shown,
        (_S.invited, "lapse"): _S.lapsed,
        (_S.shown, "hide"): _S.hidden,
        (_S.hidden, "restore"): _S.shown,
    },
)


class WrittenBefore(Refusal):
    """The line was reviewed already; a review stands as it was written."""

    code = "reviews.written_before"


class WindowOver(Refusal):
    """The time to review the line is over."""

    code = "reviews.window_over"


class Review(msgspec.Struct, frozen=True, kw_only=True):
    """A row of reviews: what was bought, until when it may be reviewed, and what was said of it."""

    order_id: int
    line_no: int
    offer_id: int
    sku_id: int
    seller_id: int
    buyer_id: int
    title: Bilingual
    options: Bilingual
    picture: str | None
    category_id: str
    unit: str
    quantity: int
    state: ReviewState
    counts: bool
    """Not where all of the line's money went back: it is shown and makes no points."""
    invited_at: datetime
    write_by: datetime
    review_id: int | None = None
    """Its public number; an order is nobody else's business."""
    points: int | None = None
    text: str = ""
    pictures: tuple[str, ...] = ()
    is_anonymous: bool = False
    outside_rule: int = 0
    """The version of the rule by which readers are warned of trade outside the market; 0 where they are not."""
    person_id: int = 0
    written_at: datetime | None = None

    def moved(self, event: str) -> "Review":
        """The review after an event; refuses what its state does not allow."""
        return msgspec.structs.replace(self, state=MOVES.after(self.state, event))
