"""What follows from what happens: words to both sides, money that came back, people who leave."""

from collections.abc import Sequence

from huozhan import aftersales, messaging, ordering
from huozhan.kernel.paging import before_in, write_cursor
from huozhan.kernel.work import Work, use_case
from huozhan.reviews.asks import ListOwnWords
from huozhan.reviews.facts import ReviewMoved
from huozhan.reviews.review import Review, ReviewState
from huozhan.reviews.store import reviews as store
from huozhan.reviews.views import OwnWords, OwnWordsPage
from huozhan.reviews.writing import count, moved

_TO_SELLER = {"write": "review_written", "follow_up": "review_followed"}
_TO_BUYER = {"reply": "review_replied", "hide": "review_hidden", "restore": "review_restored"}


async def tell_of_reviews(work: Work, facts: Sequence[ReviewMoved]) -> None:
    """A supplier hears what was said of its goods, a buyer what was replied or decided."""
    told = [
        messaging.NoticeToTell(
            org_id=fact.seller_id, kind=_TO_SELLER[fact.event], link="/desk/reviews", permission="order.view"
        )
        for fact in facts
        if fact.event in _TO_SELLER
    ] + [
        messaging.NoticeToTell(
            org_id=fact.buyer_id,
            kind=_TO_BUYER[fact.event],
            link=f"/orders/{fact.order_id}/reviews?line={fact.line_no}",
            permission="order.view",
        )
        for fact in facts
        if fact.event in _TO_BUYER
    ]
    if told:
        await messaging.tell_all(work, told)


async def note_given_back(work: Work, facts: Sequence[aftersales.facts.CaseMoved]) -> None:
    """A line whose money all went back is not asked for any more, and what was said of it makes no points."""
    lines = await store.of_orders_for_update(work, {fact.order_id for fact in facts})
    if not lines:
        return
    order_ids = {line.order_id for line in lines}
    paid = {
        (one.order_id, one.line_no): one.paid_minor for one in await ordering.lines_to_review(work, order_ids)
    }
    back = await aftersales.given_back_after_release(work, order_ids)
    for line in lines:
        given = back.get(line.order_id, {}).get(line.line_no, 0)
        if given and given >= paid.get((line.order_id, line.line_no), 0):
            await _uncount(work, line)


async def _uncount(work: Work, line: Review) -> None:
    if line.state is ReviewState.invited:
        await store.save(work, line.moved("give_back", counts=False))
    elif line.counts and line.points is not None:
        if line.state is ReviewState.shown:
            await count(work, line, -1)
        await store.save(work, line.uncounted())
        moved(work, line, "uncount")


@use_case("self", writes=False)
async def my_words(work: Work, ask: ListOwnWords) -> OwnWordsPage:
    """Everything that the person who asks wrote in reviews, the newest first."""
    found = await store.by_person(work, before_in(ask.cursor), ask.size + 1)
    shown = found[: ask.size]
    return OwnWordsPage(
        items=[_own(one) for one in shown],
        next_cursor=write_cursor(int(shown[-1].review_id or 0)) if len(found) > ask.size else None,
    )


def _own(review: Review) -> OwnWords:
    assert review.points is not None
    assert review.written_at is not None
    return OwnWords(
        review_id=str(review.review_id),
        offer_id=str(review.offer_id),
        points=review.points,
        text=review.text,
        pictures=len(review.pictures) + len(review.follow_pictures),
        written_at=review.written_at,
        follow_up=review.follow_text,
        followed_at=review.followed_at,
    )


async def forget_author(work: Work, person_id: int) -> None:
    """Takes a person and their organisation's name off what they wrote; the words stay, other buyers picked by them."""
    await store.forget_author(work, person_id)
