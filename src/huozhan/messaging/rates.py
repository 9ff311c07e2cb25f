"""How quickly a supplier answers: rounds of the last days, counted every day, down to each conversation (B3.1)."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from huozhan import parties
from huozhan.kernel.paging import read_cursor, write_cursor
from huozhan.kernel.shapes import Bilingual
from huozhan.kernel.shares import lower_bound_bp
from huozhan.kernel.work import Work, use_case
from huozhan.messaging.asks import ResponseOf, ResponseRounds
from huozhan.messaging.reading import read_moment
from huozhan.messaging.store import rounds as store
from huozhan.messaging.views import RateView, ResponsePage, ResponseView, RoundView

A_DAY = timedelta(days=1)


@use_case("public", writes=False)
async def response_of(work: Work, ask: ResponseOf) -> ResponseView:
    """Tell how often a supplier's people answer within minutes and within a day, with how many enquiries that is of."""
    return await _response(work, int(ask.seller_id))


@use_case("order.view", writes=False)
async def my_response(work: Work, ask: ResponseRounds) -> ResponsePage:
    """Show one's own figures and every enquiry that they are made of, the latest first."""
    response = await _response(work, work.actor.org_id)
    end = midnight_of(response.until_on or day_of(work), work.terms.timezone)
    from_at = end - work.rules.at("talk.rate_days", end).span
    found = await store.rounds(
        work, from_at, end, _before(ask.cursor), missed_only=ask.missed, limit=ask.size + 1
    )
    shown = found[: ask.size]
    faces = await parties.org_faces(work, {one.buyer_id for one in shown})
    return ResponsePage(
        response=response,
        items=[_round(one, end, faces) for one in shown],
        next_cursor=_cursor(shown[-1]) if len(found) > ask.size else None,
    )


def _before(cursor: str | None) -> tuple[datetime, int, int] | None:
    keys = read_cursor(cursor, str, int, int)
    return (read_moment(keys), int(keys[1]), int(keys[2])) if keys else None


def _cursor(one: store.RoundRow) -> str:
    return write_cursor(one.began_at.isoformat(), one.conversation_id, one.round_no)


async def count_rates(work: Work) -> int:
    """Counts the rounds of every supplier up to the last midnight; once a day there is something to do."""
    on = day_of(work)
    end = midnight_of(on, work.terms.timezone)
    return await store.count_rates(work, on, end - work.rule("talk.rate_days").span, end)


async def rates_of_all(work: Work) -> list[store.SellerRate]:
    """What was counted of every supplier up to the last midnight, for those who measure how they serve."""
    return await store.rates_on(work, day_of(work))


def day_of(work: Work) -> date:
    """The day it is where the market is."""
    return work.now.astimezone(ZoneInfo(work.terms.timezone)).date()


def midnight_of(on: date, timezone: str) -> datetime:
    """The moment a day begins where the market is."""
    return datetime(on.year, on.month, on.day, tzinfo=ZoneInfo(timezone))


async def responses_of(work: Work, seller_ids: Collection[int]) -> dict[int, ResponseView]:
    """How suppliers answer, each of those asked for; what was counted before yesterday is no figure any more."""
    found = await store.latest_rates(work, seller_ids, day_of(work) - A_DAY)
    return {seller_id: _view(work, found.get(seller_id)) for seller_id in seller_ids}


async def _response(work: Work, seller_id: int) -> ResponseView:
    return (await responses_of(work, [seller_id]))[seller_id]


def _view(work: Work, found: store.RateRow | None) -> ResponseView:
    if found is None:
        return ResponseView(until_on=None, quick=NO_RATE, reply=NO_RATE)
    return ResponseView(
        until_on=found.until_on,
        quick=rate_of(work, found.quick_kept, found.quick_due),
        reply=rate_of(work, found.reply_kept, found.reply_due),
    )


NO_RATE = RateView(kept=0, due=0, rate_bp=None, is_at_least=False)


def rate_of(work: Work, kept: int, due: int) -> RateView:
    """A rate with its size: none of few, at least so much of not many."""
    if due < work.rule("talk.rate_least").value:
        return RateView(kept=kept, due=due, rate_bp=None, is_at_least=False)
    if due < work.rule("talk.rate_plain").value:
        return RateView(kept=kept, due=due, rate_bp=lower_bound_bp(kept, due), is_at_least=True)
    return RateView(kept=kept, due=due, rate_bp=kept * 10_000 // due, is_at_least=False)


def _round(one: store.RoundRow, end: datetime, faces: dict[int, parties.OrgFace]) -> RoundView:
    face = faces.get(one.buyer_id)
    answered = one.answered_at if one.answered_at and one.answered_at < end else None

    def judged(by: datetime | None) -> str:
        if by is None:
            return ""
        if answered and answered <= by:
            return "kept"
        return "missed" if by <= end else "open"

    return RoundView(
        conversation_id=str(one.conversation_id),
        buyer=face.name if face else Bilingual(),
        began_at=one.began_at,
        answered_at=answered,
        quick=judged(one.answer_by),
        reply=judged(one.reply_by),
    )
