"""What people and programs see of reviews."""

from datetime import datetime

from huozhan.kernel.shapes import Bilingual, View


class ReviewSummary(View, frozen=True, kw_only=True):
    """What the reviews of an offer that count come to; points are hundredths of a mean and None until there is one."""

    offer_id: str
    reviews: int
    points_e2: int | None
    good: int
    good_bp: int | None
    by_points: list[int]
    """How many gave 1, 2, 3, 4 and 5 points."""
    pictured: int


class ReviewView(View, frozen=True, kw_only=True):
    """A review as everybody sees it; who asked for it is called by a first letter only."""

    review_id: str
    points: int
    text: str
    pictures: list[str]
    options: Bilingual
    quantity: int
    unit: str
    buyer: Bilingual
    is_anonymous: bool
    is_mine: bool
    counts: bool
    is_outside: bool
    written_at: datetime


class ReviewsPage(View, frozen=True, kw_only=True):
    """A page of reviews of an offer, the newest first, with what all of them come to."""

    summary: ReviewSummary
    items: list[ReviewView]
    next_cursor: str | None


class OwnReview(View, frozen=True, kw_only=True):
    """A line of one's own order: until when it may be reviewed, or what was said of it."""

    order_id: str
    number: str
    line_no: int
    offer_id: str
    title: Bilingual
    options: Bilingual
    picture: str | None
    category_id: str
    quantity: int
    unit: str
    seller_id: str
    seller: Bilingual
    state: str
    write_by: datetime
    review: ReviewView | None
    can: list[str]


class OwnReviewsPage(View, frozen=True, kw_only=True):
    """A page of one's own lines, and how many may still be reviewed (counted up to `at_most`)."""

    items: list[OwnReview]
    to_write: int
    at_most: int
    next_cursor: str | None


class OrderReviewsView(View, frozen=True, kw_only=True):
    """The lines of an order that may be reviewed or were."""

    lines: list[OwnReview]


class WrittenReview(View, frozen=True, kw_only=True):
    """Where a review stands now that it was written."""

    review_id: str
    offer_id: str
    written_at: datetime
