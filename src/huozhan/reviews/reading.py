"""Reading: what everybody sees of an offer's reviews, and a buyer of one's own."""

from datetime import datetime

from huozhan import ordering, parties
from huozhan.kernel.ids import human_number
from huozhan.kernel.paging import BadCursor, before_in, read_cursor, write_cursor
from huozhan.kernel.refusals import NotFound
from huozhan.kernel.shapes import Bilingual, Done
from huozhan.kernel.work import Work, use_case
from huozhan.reviews.asks import (
    OfferReviews,
    OrderReviews,
    OwnReviews,
    ReviewPicture,
    ReviewRef,
    ShopReviews,
)
from huozhan.reviews.review import POINTS, Review, ReviewState
from huozhan.reviews.store import doubts, tally
from huozhan.reviews.store import reviews as store
from huozhan.reviews.views import (
    LaterWords,
    OrderReviewsView,
    OwnReview,
    OwnReviewsPage,
    ReviewsPage,
    ReviewSummary,
    ReviewView,
    ShopReview,
    ShopReviewsPage,
)

COUNT_MAX = 1_000
WHOLE_BP = 10_000
MASK = "***"


@use_case("public", writes=False)
async def offer_reviews(work: Work, ask: OfferReviews) -> ReviewsPage:
    """Show what buyers say of an offer, the newest first, and what it comes to."""
    offer_id = int(ask.offer_id)
    found = await store.shown_of_offer(
        work, offer_id, before_in(ask.cursor), pictured=ask.pictured, followed=ask.followed, points=ask.points,
        limit=ask.size + 1,
    )  # fmt: skip
    shown = found[: ask.size]
    faces = await parties.org_faces(work, {one.buyer_id for one in shown}) if shown else {}
    return ReviewsPage(
        summary=await _summary(work, offer_id),
        items=[review_view(work, one, faces) for one in shown],
        next_cursor=write_cursor(int(shown[-1].review_id or 0)) if len(found) > ask.size else None,
    )


async def _summary(work: Work, offer_id: int) -> ReviewSummary:
    counts = await tally.of_offer(work, offer_id)
    by_points = [counts.get(f"points_{points}", 0) for points in POINTS]
    reviews = sum(by_points)
    good = sum(by_points[work.rule("review.good_from").value - 1 :])
    total = sum(n * points for n, points in zip(by_points, POINTS, strict=True))
    return ReviewSummary(
        offer_id=str(offer_id),
        reviews=reviews,
        points_e2=total * 100 // reviews if reviews else None,
        good=good,
        good_bp=good * WHOLE_BP // reviews if reviews else None,
        by_points=by_points,
        pictured=counts.get("pictured", 0),
        followed=counts.get("followed", 0),
    )


@use_case("order.view", writes=False)
async def my_reviews(work: Work, ask: OwnReviews) -> OwnReviewsPage:
    """List the lines that one's organisation may still review, those whose time ends first, or what it has written."""
    if ask.written:
        found = await store.written(work, before_in(ask.cursor), ask.size + 1)
    else:
        found = await store.to_write(work, _place(ask.cursor), ask.size + 1)
    shown = found[: ask.size]
    next_cursor = None
    if len(found) > ask.size:
        last = shown[-1]
        next_cursor = (
            write_cursor(int(last.review_id or 0))
            if ask.written
            else write_cursor(last.write_by.isoformat(), last.order_id, last.line_no)
        )
    return OwnReviewsPage(
        items=await _own(work, shown),
        to_write=await store.count_to_write(work, COUNT_MAX),
        at_most=COUNT_MAX,
        next_cursor=next_cursor,
    )


def _place(cursor: str | None) -> tuple[datetime, int, int] | None:
    keys = read_cursor(cursor, str, int, int)
    if keys is None:
        return None
    try:
        at = datetime.fromisoformat(str(keys[0]))
    except ValueError as error:
        raise BadCursor from error
    if at.tzinfo is None or not 0 <= int(keys[2]) < 2**31:
        raise BadCursor
    return at, int(keys[1]), int(keys[2])


@use_case("order.view", writes=False)
async def reviews_of_order(work: Work, ask: OrderReviews) -> OrderReviewsView:
    """List the lines of one's own order that may be reviewed or were; none before it came to a good end."""
    lines = await store.of_order(work, int(ask.order_id))
    if not lines:
        await ordering.must_have_bought(work, int(ask.order_id))
    return OrderReviewsView(lines=await _own(work, lines))


@use_case("order.view", writes=False)
async def shop_reviews(work: Work, ask: ShopReviews) -> ShopReviewsPage:
    """List what buyers say of one's own goods, the newest first."""
    bad_to = work.rule("review.bad_to").value if ask.bad else None
    found = await store.of_shop(
        work, before_in(ask.cursor), unanswered=ask.unanswered, bad_to=bad_to, limit=ask.size + 1
    )
    shown = found[: ask.size]
    faces = await parties.org_faces(work, {one.buyer_id for one in shown}) if shown else {}
    return ShopReviewsPage(
        items=[_of_shop(work, one, faces) for one in shown],
        next_cursor=write_cursor(int(shown[-1].review_id or 0)) if len(found) > ask.size else None,
    )


def _of_shop(work: Work, review: Review, faces: dict[int, parties.OrgFace]) -> ShopReview:
    may_reply = review.state is ReviewState.shown and not review.replied_at and work.actor.may("sale.amend")
    return ShopReview(
        offer_id=str(review.offer_id),
        title=review.title,
        picture=review.picture,
        category_id=review.category_id,
        order_id=str(review.order_id),
        number=human_number(review.order_id),
        state=review.state,
        review=review_view(work, review, faces),
        can=["reply"] if may_reply else [],
    )


@use_case("public", writes=False)
async def one_review(work: Work, ask: ReviewRef) -> ReviewView:
    """Show one review that everybody may see."""
    found = await store.shown(work, int(ask.review_id))
    return review_view(work, found, await parties.org_faces(work, [found.buyer_id]))


@use_case("public", writes=False)
async def review_picture(work: Work, ask: ReviewPicture) -> Done:
    """Tell whether a picture hangs in a review that one may see; doors fetch the file."""
    if not await store.shows(work, int(ask.review_id), ask.picture_id):
        raise NotFound(picture_id=ask.picture_id)
    return Done()


async def _own(work: Work, lines: list[Review]) -> list[OwnReview]:
    orgs = {org_id for one in lines for org_id in (one.seller_id, one.buyer_id)}
    faces = await parties.org_faces(work, orgs) if lines else {}
    hidden = {one.order_id for one in lines if one.hidden_at}
    appeals = await doubts.appeals_of(work, hidden) if hidden else {}
    return [_own_line(work, one, faces, appeals.get((one.order_id, one.line_no), "")) for one in lines]


def _own_line(work: Work, line: Review, faces: dict[int, parties.OrgFace], appeal: str) -> OwnReview:
    return OwnReview(
        order_id=str(line.order_id),
        number=human_number(line.order_id),
        line_no=line.line_no,
        offer_id=str(line.offer_id),
        title=line.title,
        options=line.options,
        picture=line.picture,
        category_id=line.category_id,
        quantity=line.quantity,
        unit=line.unit,
        seller_id=str(line.seller_id),
        seller=named(faces, line.seller_id),
        state=line.state,
        write_by=line.write_by,
        review=review_view(work, line, faces) if line.points is not None else None,
        hidden_why=line.hidden_why if line.state is ReviewState.hidden else "",
        appeal=appeal,
        can=_deeds(work, line, appeal),
    )


def _deeds(work: Work, line: Review, appeal: str) -> list[str]:
    """What the actor may do with a line now."""
    if not work.actor.may("order.place"):
        return []
    match line.state:
        case ReviewState.invited if line.write_by > work.now:
            return ["write"]
        case ReviewState.shown if not line.followed_at and _still(work, "review.follow_up", line.written_at):
            return ["follow_up"]
        case ReviewState.hidden if not appeal and _still(work, "review.appeal", line.hidden_at):
            return ["appeal"]
    return []


def _still(work: Work, code: str, since: datetime | None) -> bool:
    """Tells whether the span of a rule that ran since a moment is not over."""
    return since is not None and since + work.rules.at(code, since).span > work.now


def review_view(work: Work, review: Review, faces: dict[int, parties.OrgFace]) -> ReviewView:
    """A written review as whoever asks may see it."""
    assert review.points is not None
    assert review.written_at is not None
    name = named(faces, review.buyer_id)
    return ReviewView(
        review_id=str(review.review_id),
        points=review.points,
        text=review.text,
        pictures=list(review.pictures),
        options=review.options,
        quantity=review.quantity,
        unit=review.unit,
        buyer=masked(name) if review.is_anonymous else name,
        is_anonymous=review.is_anonymous,
        is_mine=bool(work.actor.org_id) and work.actor.org_id == review.buyer_id,
        counts=review.counts,
        is_outside=bool(review.outside_rule),
        written_at=review.written_at,
        follow_up=LaterWords(
            text=review.follow_text,
            pictures=list(review.follow_pictures),
            is_outside=bool(review.follow_rule),
            at=review.followed_at,
        )
        if review.followed_at
        else None,
        reply=LaterWords(
            text=review.reply_text, pictures=[], is_outside=bool(review.reply_rule), at=review.replied_at
        )
        if review.replied_at
        else None,
    )


def masked(name: Bilingual) -> Bilingual:
    """A name of which only the first letter is told."""
    return Bilingual(*(f"{text[:1]}{MASK}" if text else "" for text in (name.zh, name.en)))


def named(faces: dict[int, parties.OrgFace], org_id: int) -> Bilingual:
    face = faces.get(org_id)
    return face.name if face else Bilingual()
