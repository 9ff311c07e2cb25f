"""Words to the market about reviews: reports, texts that were there before, appeals; an operator decides."""

from huozhan import parties
from huozhan.kernel.paging import read_cursor, write_cursor
from huozhan.kernel.refusals import Refusal
from huozhan.kernel.shapes import Bilingual, Done
from huozhan.kernel.work import Work, use_case
from huozhan.reviews.asks import AppealHiding, JudgeReviewDoubt, ListReviewDoubts, ReportReview
from huozhan.reviews.reading import named, review_view
from huozhan.reviews.review import MOVES, Review, ReviewState
from huozhan.reviews.store import doubts
from huozhan.reviews.store import reviews as store
from huozhan.reviews.views import ReviewDoubtsPage, ReviewDoubtView
from huozhan.reviews.writing import count, moved

APPEAL = "appeal"


class ReportIsOpen(Refusal):
    """One's own report about this review waits for the market already."""

    code = "reviews.report_is_open"


class AppealOver(Refusal):
    """The time to appeal is over, or the market has answered already."""

    code = "reviews.appeal_over"


class AlreadyJudged(Refusal):
    """The market has judged this already."""

    code = "reviews.already_judged"


@use_case("order.view", writes=True)
async def report_review(work: Work, ask: ReportReview) -> Done:
    """Report a review that is shown to the market; an operator looks at it."""
    found = await store.shown(work, int(ask.review_id))
    work.actor.must("order.place" if found.seller_id != work.actor.org_id else "sale.amend")
    if not await doubts.add(work, found, "report", work.actor.org_id, ask.cause, ask.note.strip()):
        raise ReportIsOpen
    return Done()


@use_case("order.place", writes=True)
async def appeal_hiding(work: Work, ask: AppealHiding) -> Done:
    """Ask the market, once, to show one's own review again that it took away."""
    found = await store.by_id_for_update(work, int(ask.review_id), "buyer")
    MOVES.after(found.state, "restore")
    assert found.hidden_at is not None
    is_over = found.hidden_at + work.rules.at("review.appeal", found.hidden_at).span <= work.now
    if is_over or not await doubts.add(work, found, APPEAL, work.actor.org_id, "", ask.reason.strip()):
        raise AppealOver
    return Done()


@use_case("market.view", writes=False)
async def review_doubts(work: Work, ask: ListReviewDoubts) -> ReviewDoubtsPage:
    """List what waits to be judged about reviews, the oldest first."""
    after = read_cursor(ask.cursor, int)
    found = await doubts.waiting(work, int(after[0]) if after else 0, ask.size + 1)
    shown = found[: ask.size]
    lines = {
        (one.order_id, one.line_no): one
        for one in await store.of_orders(work, {one.order_id for one in shown})
    }
    of = [lines[one.order_id, one.line_no] for one in shown]
    orgs = {org_id for one in of for org_id in (one.buyer_id, one.seller_id)} | {one.org_id for one in shown}
    faces = await parties.org_faces(work, orgs - {0}) if shown else {}
    return ReviewDoubtsPage(
        items=[_doubt(work, one, line, faces) for one, line in zip(shown, of, strict=True)],
        next_cursor=write_cursor(shown[-1].doubt_id) if len(found) > ask.size else None,
    )


def _doubt(work: Work, one: doubts.Doubt, line: Review, faces: dict[int, parties.OrgFace]) -> ReviewDoubtView:
    return ReviewDoubtView(
        doubt_id=str(one.doubt_id),
        kind=one.kind,
        cause=one.cause,
        note=one.note,
        raised_by=named(faces, one.org_id) if one.org_id else Bilingual(),
        raised_at=one.raised_at,
        offer_id=str(line.offer_id),
        title=line.title,
        seller_id=str(line.seller_id),
        seller=named(faces, line.seller_id),
        buyer=named(faces, line.buyer_id),
        state=line.state,
        hidden_why=line.hidden_why,
        review=review_view(work, line, faces),
    )


async def doubts_waiting(work: Work, limit: int) -> int:
    """How much waits to be judged about reviews; counted up to a bound."""
    return await doubts.count(work, limit)


async def judge_doubt(work: Work, ask: JudgeReviewDoubt) -> ReviewDoubtView:
    """Decides: a report or a duplicate that is upheld hides the review, an appeal that is upheld shows it again.

    Operations calls it on record. What was hidden meanwhile stays so.
    """
    one = await doubts.read(work, int(ask.doubt_id))
    (line,) = [
        line for line in await store.of_order_for_update(work, one.order_id) if line.line_no == one.line_no
    ]
    if not await doubts.judge(work, one, ask.outcome, ask.reason):
        raise AlreadyJudged
    event = "restore" if one.kind == APPEAL else "hide"
    if ask.outcome == "upheld" and MOVES.allows(line.state, event):
        line = await _decided(work, line, event, ask.reason)
    return _doubt(work, one, line, await parties.org_faces(work, {line.buyer_id, line.seller_id}))


async def _decided(work: Work, line: Review, event: str, reason: str) -> Review:
    why = {"hidden_why": reason, "hidden_at": work.now} if event == "hide" else {}
    now = line.moved(event, **why)
    await store.save(work, now)
    await count(work, now, 1 if now.state is ReviewState.shown else -1)
    moved(work, now, event)
    return now
