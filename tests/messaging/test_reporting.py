"""What is reported to the market, and what the market reads of others' words: only that, with a reason, on record."""

import pytest

from huozhan import messaging, operations
from huozhan.kernel.refusals import Forbidden, NotFound
from huozhan.messaging.asks import JudgeReport, ListReports, ReportConversation, ReportRef
from huozhan.messaging.reporting import AlreadyJudged, ReportIsOpen
from huozhan.operations import ListAudit
from tests.messaging.talking import Talk


async def reported(talk: Talk) -> str:
    """小李 reports 晨光 after two messages; tells the report's id."""
    begun = (await talk.ask("加微信便宜")).conversation_id
    await talk.say(talk.chenguang, begun, "线下付款")
    ask = ReportConversation(conversation_id=begun, cause="outside", note="让我线下付款")
    await talk.hall.run(messaging.report_conversation, ask, talk.li)
    with pytest.raises(ReportIsOpen):
        await talk.hall.run(messaging.report_conversation, ask, talk.li)
    with pytest.raises(NotFound):
        await talk.hall.run(messaging.report_conversation, ask, talk.stranger)
    await talk.say(talk.chenguang, begun, "后来的话")
    waiting = await talk.hall.run(messaging.reported_conversations, ListReports(), talk.operator)
    assert [(one.side, one.cause) for one in waiting.items] == [("buyer", "outside")]
    return waiting.items[0].report_id


async def test_the_market_reads_what_was_said_before_a_report(talk: Talk) -> None:
    ref = ReportRef(report_id=await reported(talk))
    file = await talk.hall.run(messaging.report_on_file, ref, talk.operator)
    assert [(one.side, one.text, one.is_outside) for one in file.items] == [
        ("buyer", "加微信便宜", True),
        ("seller", "线下付款", True),
    ]
    with pytest.raises(Forbidden):
        await talk.hall.run(messaging.report_on_file, ref, talk.chenguang)


async def test_a_report_is_judged_once_and_both_hear_of_it(talk: Talk) -> None:
    report_id = await reported(talk)
    ask = JudgeReport(report_id=report_id, outcome="upheld", reason="引导站外付款")
    await talk.hall.run(operations.judge_report, ask, talk.operator)
    with pytest.raises(AlreadyJudged):
        await talk.hall.run(operations.judge_report, ask, talk.operator)
    kinds = [
        [one.kind for one in (await talk.hall.run(messaging.notices, messaging.Notices(), actor)).items]
        for actor in (talk.li, talk.chenguang)
    ]
    assert (kinds[0][0], kinds[1][0]) == ("report_upheld", "reported")
    (entry,) = (await talk.hall.run(operations.audit_log, ListAudit(act="talk.judge"), talk.operator)).items
    assert (entry.about, entry.reason) == (report_id, "引导站外付款")
    assert (await talk.hall.run(messaging.reported_conversations, ListReports(), talk.operator)).items == []
