"""Talking about a case: both sides may write to each other with the case at hand."""

from huozhan import messaging
from huozhan.aftersales.asks import WriteAboutCase
from huozhan.aftersales.case import Case, CaseLine
from huozhan.aftersales.store import cases as store
from huozhan.kernel.work import Work, use_case


@use_case("order.view", writes=True)
async def write_about_case(work: Work, ask: WriteAboutCase) -> messaging.views.WrittenView:
    """Write to the other side of a case about it."""
    case = await store.read(work, int(ask.case_id))
    line = (await store.first_lines(work, [case]))[case.case_id]
    words = messaging.content_of(ask, _subject(case, line))
    return await messaging.say(work, (case.buyer_id, case.seller_id), words)


def _subject(case: Case, line: CaseLine) -> messaging.Subject:
    return messaging.Subject(
        kind="case",
        subject_id=str(case.case_id),
        number=case.number,
        title=line.title,
        picture=line.picture,
        category_id=line.category_id,
        amount_minor=case.asked_minor,
    )
