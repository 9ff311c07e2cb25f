"""How a supplier answers by itself outside its hours, and the words that its people often need."""

from datetime import datetime
from zoneinfo import ZoneInfo

from huozhan.kernel.refusals import Refusal, Sort
from huozhan.kernel.shapes import Nothing
from huozhan.kernel.work import Work, use_case
from huozhan.messaging.asks import EditAnswering
from huozhan.messaging.store import answering as store
from huozhan.messaging.views import AnsweringView, QuickReply


class NoHours(Refusal):
    """A day's work ends after it begins."""

    code = "messaging.no_hours"
    sort = Sort.invalid


class NoGreeting(Refusal):
    """A shop that answers by itself needs words to do so."""

    code = "messaging.no_greeting"
    sort = Sort.invalid


@use_case("sale.amend", writes=False)
async def answering(work: Work, _ask: Nothing) -> AnsweringView:
    """Show how the shop answers by itself, and its quick replies."""
    return await store.read(work)


@use_case("sale.amend", writes=True)
async def edit_answering(work: Work, ask: EditAnswering) -> AnsweringView:
    """Change how the shop answers by itself, and its quick replies."""
    if ask.until_minute <= ask.from_minute:
        raise NoHours(field="until")
    if ask.is_on and not ask.greeting.strip():
        raise NoGreeting(field="greeting")
    kept = AnsweringView(
        greeting=ask.greeting.strip(),
        is_on=ask.is_on,
        from_minute=ask.from_minute,
        until_minute=ask.until_minute,
        days=sorted(set(ask.days)),
        replies=[QuickReply(title=one.title.strip(), text=one.text.strip()) for one in ask.replies],
    )
    await store.write(work, kept)
    return kept


async def greeting_now(work: Work, conversation_id: int, seller_id: int) -> str:
    """What a supplier says by itself to a buyer who begins to wait now; nothing in its hours, or soon after the last time."""
    found = await store.greeting(
        work, conversation_id, seller_id, work.now - work.rule("talk.greeting_again").span
    )
    return found.greeting if found and not is_at_work(found, work.now, work.terms.timezone) else ""


def is_at_work(found: AnsweringView, now: datetime, timezone: str) -> bool:
    """Tells whether a moment is within the hours."""
    local = now.astimezone(ZoneInfo(timezone))
    return local.isoweekday() in found.days and (
        found.from_minute <= local.hour * 60 + local.minute < found.until_minute
    )
