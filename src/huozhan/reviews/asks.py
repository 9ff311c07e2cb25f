"""What is asked of reviews, and within which limits."""

from typing import Annotated, Literal

import msgspec

from huozhan.kernel.shapes import PAGE_SIZE, Ask, Cursor, Id, PageSize, Reason

TEXT_MAX = 1_000
PICTURES_MAX = 6
REPLY_MAX = 500
LINES_MAX = 10_000

ReviewText = Annotated[str, msgspec.Meta(max_length=TEXT_MAX)]
PictureId = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{32}(?!\n)$")]
Pictures = Annotated[tuple[PictureId, ...], msgspec.Meta(max_length=PICTURES_MAX)]
Points = Annotated[int, msgspec.Meta(ge=1, le=5)]
LineNo = Annotated[int, msgspec.Meta(ge=1, le=LINES_MAX)]


class ReviewedLine(Ask, frozen=True, kw_only=True):
    """One line of an order."""

    order_id: Id
    line_no: LineNo


class WriteReview(ReviewedLine, frozen=True, kw_only=True):
    """How the goods of a line are: points from 1 to 5, words and pictures if there are any."""

    points: Points
    text: ReviewText = ""
    pictures: Pictures = ()
    is_anonymous: bool = False


class OfferReviews(Ask, frozen=True, kw_only=True):
    """Which reviews of an offer: all, or those with pictures, a follow-up or so many points."""

    offer_id: Id
    pictured: bool = False
    followed: bool = False
    points: Points | None = None
    cursor: Cursor | None = None
    size: PageSize = PAGE_SIZE


class OwnReviews(Ask, frozen=True, kw_only=True):
    """Which page of the lines that one's organisation may still review, or of what it has written."""

    written: bool = False
    cursor: Cursor | None = None
    size: PageSize = PAGE_SIZE


class OrderReviews(Ask, frozen=True, kw_only=True):
    """Which order's lines."""

    order_id: Id


class ReviewPicture(Ask, frozen=True, kw_only=True):
    """One picture of a review."""

    review_id: Id
    picture_id: PictureId


class ListOwnWords(Ask, frozen=True, kw_only=True):
    """Which page of what one wrote oneself."""

    cursor: Cursor | None = None
    size: PageSize = PAGE_SIZE


class ReviewRef(Ask, frozen=True, kw_only=True):
    """One review."""

    review_id: Id


class FollowUp(ReviewRef, frozen=True, kw_only=True):
    """What one has to say of the goods after some time."""

    text: ReviewText = ""
    pictures: Pictures = ()


class ReplyToReview(ReviewRef, frozen=True, kw_only=True):
    """What the supplier says to a review."""

    text: Annotated[str, msgspec.Meta(min_length=1, max_length=REPLY_MAX)]


class ShopReviews(Ask, frozen=True, kw_only=True):
    """Which reviews of one's own goods: all, those that wait for a reply, or those of few points."""

    unanswered: bool = False
    bad: bool = False
    cursor: Cursor | None = None
    size: PageSize = PAGE_SIZE


class ReportReview(ReviewRef, frozen=True, kw_only=True):
    """What is the matter with a review."""

    cause: Literal["outside", "fraud", "abuse", "spam", "unrelated"]
    note: Annotated[str, msgspec.Meta(max_length=500)] = ""


class AppealHiding(ReviewRef, frozen=True, kw_only=True):
    """Why one's own review should be shown again."""

    reason: Reason


class ListReviewDoubts(Ask, frozen=True, kw_only=True):
    """Which page of what waits to be judged."""

    cursor: Cursor | None = None
    size: PageSize = PAGE_SIZE


class JudgeReviewDoubt(Ask, frozen=True, kw_only=True):
    """What the market makes of a report, a duplicate or an appeal, and why."""

    doubt_id: Id
    outcome: Literal["upheld", "dismissed"]
    reason: Reason
