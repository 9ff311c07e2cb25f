"""What is said after a review: once by its buyer after some time, once by its supplier."""

from huozhan import messaging
from huozhan.kernel.work import Work, use_case
from huozhan.reviews.asks import FollowUp, ReplyToReview
from huozhan.reviews.review import FollowedBefore, NothingSaid, RepliedBefore, WindowOver
from huozhan.reviews.store import reviews as store
from huozhan.reviews.store import tally
from huozhan.reviews.views import WrittenReview
from huozhan.reviews.writing import moved


@use_case("order.place", writes=True)
async def follow_up(work: Work, ask: FollowUp) -> WrittenReview:
    """Add to one's own review what only time tells, once; the points stay."""
    found = await store.by_id_for_update(work, int(ask.review_id), "buyer")
    text = ask.text.strip()
    if found.followed_at is not None:
        raise FollowedBefore
    assert found.written_at is not None
    until = found.written_at + work.rules.at("review.follow_up", found.written_at).span
    if until <= work.now:
        raise WindowOver(until=until.isoformat())
    if not text and not ask.pictures:
        raise NothingSaid(field="text")
    followed = found.moved(
        "follow_up",
        follow_text=text,
        follow_pictures=tuple(dict.fromkeys(ask.pictures)),
        follow_rule=messaging.version_that_warns(text, work.rule("review.outside")),
        followed_at=work.now,
    )
    await store.save(work, followed)
    if followed.counts:
        await tally.follow(work, found, followed)
    moved(work, followed, "follow_up")
    return WrittenReview(review_id=ask.review_id, offer_id=str(found.offer_id), written_at=work.now)


@use_case("sale.amend", writes=True)
async def reply_to_review(work: Work, ask: ReplyToReview) -> WrittenReview:
    """Reply to a review of one's own goods, once, where everybody reads it."""
    found = await store.by_id_for_update(work, int(ask.review_id), "seller")
    text = ask.text.strip()
    if found.replied_at is not None:
        raise RepliedBefore
    if not text:
        raise NothingSaid(field="text")
    replied = found.moved(
        "reply",
        reply_text=text,
        reply_rule=messaging.version_that_warns(text, work.rule("review.outside")),
        replied_at=work.now,
        replied_by=work.actor.person_id,
    )
    await store.save(work, replied)
    moved(work, replied, "reply")
    return WrittenReview(review_id=ask.review_id, offer_id=str(found.offer_id), written_at=work.now)
