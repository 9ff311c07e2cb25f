"""Writing: what a buyer says of a line, once; it stands as it was written."""

import msgspec

from huozhan import catalogue, messaging
from huozhan.kernel.work import Work, use_case
from huozhan.reviews.asks import WriteReview
from huozhan.reviews.facts import ReviewMoved
from huozhan.reviews.review import (
    POINTS,
    Review,
    ReviewState,
    WindowOver,
    WrittenBefore,
    fingerprint_of,
)
from huozhan.reviews.store import doubts, tally
from huozhan.reviews.store import reviews as store
from huozhan.reviews.views import WrittenReview


@use_case("order.place", writes=True)
async def write_review(work: Work, ask: WriteReview) -> WrittenReview:
    """Say how the goods of a line are, once, while its window is open."""
    line = await store.for_update(work, int(ask.order_id), ask.line_no)
    if line.points is not None:
        raise WrittenBefore
    if line.state is not ReviewState.invited or line.write_by <= work.now:
        raise WindowOver(until=line.write_by.isoformat())
    text = ask.text.strip()
    written = msgspec.structs.replace(
        line.moved("write"),
        review_id=work.new_id(),
        points=ask.points,
        text=text,
        pictures=tuple(dict.fromkeys(ask.pictures)),
        is_anonymous=ask.is_anonymous,
        fingerprint=fingerprint_of(text, work.rule("review.duplicate_least").value),
        outside_rule=messaging.version_that_warns(text, work.rule("review.outside")),
        person_id=work.actor.person_id,
        written_at=work.now,
    )
    await store.save(work, written)
    if written.fingerprint and await store.was_said(work, written):
        await doubts.add(work, written, "duplicate", 0, "", "")
    await count(work, written, 1)
    moved(work, written, "write")
    return WrittenReview(
        review_id=str(written.review_id), offer_id=str(written.offer_id), written_at=work.now
    )


async def count(work: Work, review: Review, by: int) -> None:
    """Adds a review that is shown and counts to what its offer's reviews come to, or takes it out."""
    if review.counts:
        by_points = await tally.add(work, review, by)
        total = sum(n * points for n, points in zip(by_points, POINTS, strict=True))
        await catalogue.note_points(work, review.offer_id, reviews=sum(by_points), points_sum=total)


def moved(work: Work, review: Review, event: str) -> None:
    """Tells others that something about a review is another now."""
    work.record(
        ReviewMoved(
            order_id=review.order_id,
            line_no=review.line_no,
            offer_id=review.offer_id,
            buyer_id=review.buyer_id,
            seller_id=review.seller_id,
            event=event,
        )
    )
