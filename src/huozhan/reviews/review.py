"""A review: one line of an order as its buyer found the goods, from the invitation on, and the one table of its moves."""

import hashlib
import unicodedata
from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec

from huozhan.kernel.moves import Moves
from huozhan.kernel.refusals import Refusal, Sort
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
        (_S.invited, "give_back"): _S.lapsed,
        (_S.shown, "follow_up"): _S.shown,
        (_S.shown, "reply"): _S.shown,
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


class FollowedBefore(Refusal):
    """There is a follow-up already; there is one."""

    code = "reviews.followed_before"


class NothingSaid(Refusal):
    """A follow-up or a reply has words, or at least a picture."""

    code = "reviews.nothing_said"
    sort = Sort.invalid


class RepliedBefore(Refusal):
    """The supplier has replied already; there is one reply."""

    code = "reviews.replied_before"


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
    fingerprint: str = ""
    """Of its words as far as they can be told from others; empty for few."""
    follow_text: str = ""
    follow_pictures: tuple[str, ...] = ()
    follow_rule: int = 0
    followed_at: datetime | None = None
    reply_text: str = ""
    reply_rule: int = 0
    replied_at: datetime | None = None
    replied_by: int = 0
    hidden_why: str = ""
    """Why the market took it away, the last time it did."""
    hidden_at: datetime | None = None

    def moved(self, event: str, **changes: Any) -> "Review":
        """The review after an event, with what changed beside its state; refuses what its state does not allow."""
        return msgspec.structs.replace(self, state=MOVES.after(self.state, event), **changes)

    def uncounted(self) -> "Review":
        """The review where all of the line's money went back; it is shown as before."""
        return msgspec.structs.replace(self, counts=False)

    @property
    def is_pictured(self) -> bool:
        """Tells whether there is something to look at."""
        return bool(self.pictures or self.follow_pictures)


def fingerprint_of(text: str, least: int) -> str:
    """What two texts share that differ in blanks, signs, width and case only; empty below so many letters."""
    letters = "".join(one for one in unicodedata.normalize("NFKC", text).casefold() if one.isalnum())
    return hashlib.sha256(letters.encode()).hexdigest()[:32] if len(letters) >= least else ""
