"""The market and what others say to each other: it reads only what was reported or is in dispute, on record."""

from huozhan import aftersales, messaging
from huozhan.kernel.shapes import Ask, Done, Id, Reason, View
from huozhan.kernel.work import Work, use_case
from huozhan.operations.audit import note_act


class ReadTalk(Ask, frozen=True, kw_only=True):
    """What the two sides of a case said to each other, and why the market must know."""

    case_id: Id
    reason: Reason


class TalkOnFile(View, frozen=True, kw_only=True):
    """What was said last, in the order it was written; also what was taken back."""

    items: list[messaging.views.FileView]


@use_case("market.operate", writes=True, is_secret=True)
async def read_talk(work: Work, ask: ReadTalk) -> TalkOnFile:
    """Shows what the two sides of a case before the market said to each other, and writes down who read it and why."""
    case = await aftersales.case_on_file(work, aftersales.asks.CaseRef(case_id=ask.case_id))
    items = await messaging.talk_of(work, int(case.buyer_id), int(case.seller_id))
    await note_act(work, "talk.read", about=ask.case_id, reason=ask.reason)
    return TalkOnFile(items=items)


@use_case("market.operate", writes=True)
async def judge_report(work: Work, ask: messaging.asks.JudgeReport) -> Done:
    """Upholds or dismisses a report of a conversation, and writes down who did."""
    judged = await messaging.judge_report(work, ask)
    await note_act(work, "talk.judge", about=ask.report_id, reason=ask.reason, outcome=ask.outcome)
    return judged
