"""What is done about a conversation: automatic words, notices, blocking, one's own data, and what is forgotten."""

from datetime import timedelta
from typing import Any

import pytest

from huozhan import messaging, operations, parties
from huozhan.doors.jobs.table import TIMERS
from huozhan.doors.jobs.timers import fire_once
from huozhan.kernel.actor import Actor, system
from huozhan.kernel.clock import MovableClock
from huozhan.kernel.refusals import Forbidden
from huozhan.messaging.asks import ConversationRef, EditAnswering, ListOwnMessages, QuickReplyAsk
from huozhan.messaging.conversation import Blocked
from huozhan.messaging.greeting import NoGreeting, NoHours
from tests import world
from tests.messaging.talking import Talk


async def set_up(talk: Talk, **more: Any) -> None:
    ask = EditAnswering(greeting="您好，已下班", is_on=True, **more)
    await talk.hall.run(messaging.edit_answering, ask, talk.chenguang)


async def notices(talk: Talk, actor: Actor) -> list[tuple[str, dict[str, Any], str]]:
    shown = await talk.hall.run(messaging.notices, messaging.Notices(), actor)
    return [(one.kind, one.facts, one.link) for one in shown.items if one.kind == "messages_unread"]


async def test_outside_its_hours_a_shop_answers_by_itself_once(talk: Talk, clock: MovableClock) -> None:
    await set_up(talk, days=(1, 2, 3, 4, 5, 6, 7))
    inside = await talk.ask("10:00")
    assert len((await talk.page(talk.li, inside.conversation_id)).items) == 1
    await talk.say(talk.chenguang, inside.conversation_id)
    clock.pass_(hours=9)
    await talk.ask("19:00")
    page = await talk.page(talk.li, inside.conversation_id)
    assert [(one.side, one.is_automatic) for one in page.items[2:]] == [("buyer", False), ("seller", True)]
    assert page.items[-1].text == "您好，已下班"
    assert page.unread == 0  # nobody wrote it, so nobody has to read it
    waiting = await talk.page(talk.chenguang, inside.conversation_id)
    assert (waiting.waiting_since, waiting.unread) == (page.items[2].sent_at, 1)  # and it answers nothing
    await talk.say(talk.chenguang, inside.conversation_id)
    await talk.ask("again")
    assert (await talk.page(talk.li, inside.conversation_id)).last_no == 6  # not so soon again


async def test_on_a_day_without_work_it_answers_all_day(talk: Talk) -> None:
    await set_up(talk, days=(1,))  # the market opens on a Sunday
    begun = await talk.ask()
    assert (await talk.page(talk.li, begun.conversation_id)).last_no == 2


async def test_odd_hours_and_no_words_are_refused(talk: Talk) -> None:
    with pytest.raises(NoHours):
        await set_up(talk, from_minute=600, until_minute=600)
    with pytest.raises(NoGreeting):
        ask = EditAnswering(greeting=" ", is_on=True)
        await talk.hall.run(messaging.edit_answering, ask, talk.chenguang)
    with pytest.raises(Forbidden):
        await talk.hall.run(messaging.edit_answering, EditAnswering(), talk.li)
    ask = EditAnswering(replies=(QuickReplyAsk(title="发货", text="48 小时内发货"),))
    kept = await talk.hall.run(messaging.edit_answering, ask, talk.chenguang)
    assert [(one.title, one.text) for one in kept.replies] == [("发货", "48 小时内发货")]


async def test_who_does_not_read_is_told_once_without_the_words(talk: Talk, clock: MovableClock) -> None:
    begun = await talk.ask("悄悄话")
    clock.pass_(minutes=5)
    await talk.ask("再问一句")
    clock.pass_(minutes=4, seconds=59)
    await fire_once(talk.hall, TIMERS)
    assert await notices(talk, talk.chenguang) == []
    clock.pass_(seconds=1)
    await fire_once(talk.hall, TIMERS)
    await fire_once(talk.hall, TIMERS)
    link = f"/desk/messages/{begun.conversation_id}"
    assert await notices(talk, talk.chenguang) == [("messages_unread", {"count": 2}, link)]
    assert await notices(talk, talk.li) == []


async def test_who_reads_in_time_is_not_told(talk: Talk, clock: MovableClock) -> None:
    begun = await talk.ask()
    await talk.read(talk.chenguang, begun.conversation_id, 1)
    clock.pass_(minutes=30)
    await fire_once(talk.hall, TIMERS)
    assert await notices(talk, talk.chenguang) == []


async def test_whom_one_blocks_writes_no_more_until_one_opens_again(talk: Talk) -> None:
    begun = await talk.ask()
    ref = ConversationRef(conversation_id=begun.conversation_id)
    await talk.hall.run(messaging.block_conversation, ref, talk.li)
    for actor in (talk.li, talk.chenguang):
        with pytest.raises(Blocked):
            await talk.say(actor, begun.conversation_id)
    page = await talk.page(talk.chenguang, begun.conversation_id)
    assert (page.can, page.blocked_by, page.waiting_since) == (["read", "block"], "buyer", None)
    await talk.hall.run(messaging.unblock_conversation, ref, talk.chenguang)  # not theirs to open
    with pytest.raises(Blocked):
        await talk.say(talk.chenguang, begun.conversation_id)
    await talk.hall.run(messaging.unblock_conversation, ref, talk.li)
    await talk.say(talk.chenguang, begun.conversation_id)


async def test_one_reads_all_that_one_wrote_and_goes_without_a_name(talk: Talk, clock: MovableClock) -> None:
    clerk = await world.member(talk.hall, talk.li, "clerk@example.cn", parties.Role.buyer)
    begun = (await talk.ask("掌柜的话")).conversation_id
    for n in range(5):
        clock.pass_(seconds=1)
        await talk.say(clerk, begun, f"{n}")
    first = await talk.hall.run(messaging.my_messages, ListOwnMessages(size=3), clerk)
    rest = await talk.hall.run(
        messaging.my_messages, ListOwnMessages(size=3, cursor=first.next_cursor), clerk
    )
    assert [one.text for one in (*first.items, *rest.items)] == ["4", "3", "2", "1", "0"]
    await talk.hall.run(operations.erase_me, parties.EraseMe(password=world.PASSWORD), clerk)
    async with talk.hall.working(system()) as work:
        authors = await work.db.fetch("SELECT DISTINCT person_id FROM message ORDER BY 1")
    assert [row[0] for row in authors] == [0, talk.li.person_id]
    assert len((await talk.page(talk.li, begun)).items) == 6  # the record of the trade stays


async def test_messages_are_forgotten_after_their_time(talk: Talk, clock: MovableClock) -> None:
    begun = (await talk.ask("旧")).conversation_id
    clock.pass_(days=1_000)
    await talk.ask("新")

    async def forget() -> int:
        async with talk.hall.working(system()) as work:
            return await messaging.forget_old_messages(work, 100)

    assert await forget() == 0
    clock.put(clock.now() + timedelta(days=97))
    assert await forget() == 2  # the message and the round it began
    assert [one.text for one in (await talk.page(talk.li, begun)).items] == ["新"]
