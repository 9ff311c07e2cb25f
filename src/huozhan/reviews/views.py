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
    followed: int


class LaterWords(View, frozen=True, kw_only=True):
    """What was said after a review: by its buyer after some time, or by its supplier."""

    text: str
    pictures: list[str]
    is_outside: bool
    at: datetime


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
    follow_up: LaterWords | None
    reply: LaterWords | None


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
    hidden_why: str
    """Why the market took the review away; empty while it is shown."""
    appeal: str
    """What became of one's appeal: open, upheld, dismissed, or empty where there is none."""
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


class ShopReview(View, frozen=True, kw_only=True):
    """A review of one's own goods, as their supplier reads it."""

    offer_id: str
    title: Bilingual
    picture: str | None
    category_id: str
    order_id: str
    number: str
    state: str
    review: ReviewView
    can: list[str]


class ShopReviewsPage(View, frozen=True, kw_only=True):
    """A page of reviews of one's own goods, the newest first."""

    items: list[ShopReview]
    next_cursor: str | None


class ReviewDoubtView(View, frozen=True, kw_only=True):
    """What the market has to judge: a report, a text that was there before, or an appeal, with the review."""

    doubt_id: str
    kind: str
    cause: str
    note: str
    raised_by: Bilingual
    raised_at: datetime
    offer_id: str
    title: Bilingual
    seller_id: str
    seller: Bilingual
    buyer: Bilingual
    state: str
    hidden_why: str
    review: ReviewView


class ReviewDoubtsPage(View, frozen=True, kw_only=True):
    """A page of what waits to be judged, the oldest first."""

    items: list[ReviewDoubtView]
    next_cursor: str | None


class OwnWords(View, frozen=True, kw_only=True):
    """What the reader wrote as a buyer, for whoever wants all that is stored about them."""

    review_id: str
    offer_id: str
    points: int
    text: str
    pictures: int
    written_at: datetime
    follow_up: str
    followed_at: datetime | None


class OwnWordsPage(View, frozen=True, kw_only=True):
    """A page of what the reader wrote, the newest first."""

    items: list[OwnWords]
    next_cursor: str | None
