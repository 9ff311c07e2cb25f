"""Conversations: one for each pair, read by its two sides only, counted rightly, answered under a clock."""

import pytest

from huozhan import messaging, parties
from huozhan.kernel.clock import MovableClock
from huozhan.kernel.refusals import Forbidden, NotFound, TooMany
from huozhan.messaging.asks import FindConversation, RecallMessage, WriteMessage, WriteToShop
from huozhan.messaging.conversation import NothingSaid, RecallOver
from tests import world
from tests.messaging.talking import Talk


def texts(page: messaging.views.ConversationPage) -> list[tuple[str, str]]:
    return [(one.side, one.text) for one in page.items]


async def test_a_pair_has_one_conversation_in_the_order_it_was_written(talk: Talk) -> None:
    first = await talk.ask("有货吗")
    again = await talk.ask("急")
    answer = await talk.say(talk.chenguang, first.conversation_id, "有")
    assert first.conversation_id == again.conversation_id == answer.conversation_id
    assert [first.message_no, again.message_no, answer.message_no] == [1, 2, 3]
    page = await talk.page(talk.li, first.conversation_id)
    assert texts(page) == [("buyer", "有货吗"), ("buyer", "急"), ("seller", "有")]
    assert [one.is_mine for one in page.items] == [True, True, False]
    assert page.seller.zh == "义乌市晨光小商品有限公司"


async def test_nobody_else_finds_a_conversation(talk: Talk) -> None:
    begun = await talk.ask()
    with pytest.raises(NotFound):
        await talk.page(talk.stranger, begun.conversation_id)
    with pytest.raises(NotFound):
        await talk.say(talk.stranger, begun.conversation_id)
    with pytest.raises(NotFound):
        await talk.read(talk.stranger, begun.conversation_id, 1)
    assert (await talk.listed(talk.stranger)).items == []
    with pytest.raises(Forbidden):
        await talk.page(talk.operator, begun.conversation_id)


async def test_only_a_shop_is_written_to_and_not_ones_own(talk: Talk) -> None:
    for org_id in (talk.stranger.org_id, 5):
        with pytest.raises(NotFound):
            ask = WriteToShop(seller_id=str(org_id), text="在吗")
            await talk.hall.run(messaging.write_to_shop, ask, talk.li)
    with pytest.raises(NotFound):
        ask = WriteToShop(seller_id=str(talk.chenguang.org_id), text="自言自语")
        await talk.hall.run(messaging.write_to_shop, ask, talk.chenguang)


async def test_a_viewer_reads_and_does_not_write(talk: Talk) -> None:
    viewer = await world.member(talk.hall, talk.li, "sun@example.cn", parties.Role.viewer)
    begun = await talk.ask()
    assert (await talk.page(viewer, begun.conversation_id)).can == []
    with pytest.raises(Forbidden):
        await talk.say(viewer, begun.conversation_id)
    with pytest.raises(Forbidden):
        await talk.read(viewer, begun.conversation_id, 1)


async def test_nothing_is_no_message(talk: Talk) -> None:
    with pytest.raises(NothingSaid):
        await talk.ask("  \n ")
    shown = await talk.ask("", pictures=("ab" * 16,))
    assert (await talk.page(talk.li, shown.conversation_id)).items[0].pictures == ["ab" * 16]


async def test_unread_counts_what_the_other_side_wrote_until_it_is_read(talk: Talk) -> None:
    begun = await talk.ask("一")
    await talk.ask("二")
    await talk.ask("三")
    listed = await talk.listed(talk.chenguang, selling=True)
    assert [(one.unread, one.last.text) for one in listed.items] == [(3, "三")]
    assert (listed.unread, (await talk.listed(talk.li)).unread) == (1, 0)
    await talk.read(talk.chenguang, begun.conversation_id, 2)
    assert (await talk.page(talk.chenguang, begun.conversation_id)).unread == 1
    page = await talk.page(talk.li, begun.conversation_id)
    assert [one.is_read for one in page.items] == [True, True, False]
    await talk.read(talk.chenguang, begun.conversation_id, 1)  # nobody reads back
    assert (await talk.page(talk.chenguang, begun.conversation_id)).unread == 1
    await talk.say(talk.chenguang, begun.conversation_id, "都有")  # who answers has read
    assert (await talk.page(talk.chenguang, begun.conversation_id)).unread == 0
    assert (await talk.page(talk.li, begun.conversation_id)).unread == 1


async def test_a_repeat_by_key_is_the_same_message(talk: Talk) -> None:
    first = await talk.ask("有货吗", key="k-1")
    again = await talk.ask("有货吗", key="k-1")
    assert (first.message_no, again.message_no) == (1, 1)
    assert len((await talk.page(talk.li, first.conversation_id)).items) == 1


async def test_earlier_messages_come_stretch_by_stretch(talk: Talk) -> None:
    begun = await talk.ask("1")
    for n in range(2, 8):
        await talk.ask(f"{n}")
    last = await talk.page(talk.li, begun.conversation_id, size=3)
    assert [one.message_no for one in last.items] == [5, 6, 7]
    assert last.has_earlier
    before = await talk.page(talk.li, begun.conversation_id, size=4, before_no=5)
    assert [one.message_no for one in before.items] == [1, 2, 3, 4]
    assert not before.has_earlier
    after = await talk.page(talk.li, begun.conversation_id, after_no=5)
    assert [one.message_no for one in after.items] == [6, 7]


async def test_a_flood_is_stopped(talk: Talk, clock: MovableClock) -> None:
    most = talk.hall.rules.at("talk.per_minute", clock.now()).value
    begun = await talk.ask()
    for _ in range(most - 1):
        await talk.ask()
    with pytest.raises(TooMany):
        await talk.ask()
    await talk.say(talk.chenguang, begun.conversation_id)  # the other side may still answer
    clock.pass_(seconds=61)
    await talk.ask()


async def test_what_was_just_said_can_be_taken_back(talk: Talk, clock: MovableClock) -> None:
    begun = await talk.ask("发错了")
    await talk.ask("有货吗")
    ask = RecallMessage(conversation_id=begun.conversation_id, message_no=1)
    with pytest.raises(NotFound):
        await talk.hall.run(messaging.recall_message, ask, talk.chenguang)
    await talk.hall.run(messaging.recall_message, ask, talk.li)
    await talk.hall.run(messaging.recall_message, ask, talk.li)  # again changes nothing
    page = await talk.page(talk.chenguang, begun.conversation_id)
    assert [(one.is_recalled, one.text) for one in page.items] == [(True, ""), (False, "有货吗")]
    assert page.unread == 1
    clock.pass_(minutes=2, seconds=1)
    with pytest.raises(RecallOver):
        late = RecallMessage(conversation_id=begun.conversation_id, message_no=2)
        await talk.hall.run(messaging.recall_message, late, talk.li)


@pytest.mark.parametrize(
    ("text", "is_warned"),
    [
        ("加我 微信 聊", True),
        ("go to https://pay.example/x", True),
        ("write to me@example.com", True),
        ("电话 13812345678", False),
        ("5 个红色 7 个蓝色，58 元可以吗", False),
    ],
)
async def test_the_reader_of_trade_outside_is_warned(talk: Talk, text: str, *, is_warned: bool) -> None:
    begun = await talk.ask(text)
    assert (await talk.page(talk.chenguang, begun.conversation_id)).items[0].is_outside is is_warned
    assert not (await talk.page(talk.li, begun.conversation_id)).items[0].is_outside


async def test_one_finds_whom_one_talked_with(talk: Talk) -> None:
    ask = FindConversation(org_id=str(talk.chenguang.org_id))
    assert (await talk.hall.run(messaging.find_conversation, ask, talk.li)).conversation_id == ""
    begun = await talk.ask("在吗")
    found = await talk.hall.run(messaging.find_conversation, ask, talk.li)
    assert found.conversation_id == begun.conversation_id
    theirs = FindConversation(org_id=str(talk.li.org_id), selling=True)
    shown = await talk.hall.run(messaging.find_conversation, theirs, talk.chenguang)
    assert (shown.unread, shown.last.text if shown.last else "") == (1, "在吗")


async def test_who_waits_longest_stands_first_at_the_desk(talk: Talk, clock: MovableClock) -> None:
    hengxin = await world.buyer(talk.hall, "恒信", "zhao@example.cn")
    first = await talk.ask("先问的")
    clock.pass_(minutes=1)
    ask = WriteToShop(seller_id=str(talk.chenguang.org_id), text="后问的")
    second = await talk.hall.run(messaging.write_to_shop, ask, hengxin)
    clock.pass_(minutes=1)
    await talk.ask("还在吗")
    waiting = await talk.listed(talk.chenguang, selling=True, waiting=True)
    assert [one.conversation_id for one in waiting.items] == [first.conversation_id, second.conversation_id]
    assert waiting.waiting == 2
    await talk.say(talk.chenguang, first.conversation_id, "在的")
    waiting = await talk.listed(talk.chenguang, selling=True, waiting=True)
    assert [one.conversation_id for one in waiting.items] == [second.conversation_id]
    page = await talk.listed(talk.chenguang, selling=True, size=1)
    rest = await talk.listed(talk.chenguang, selling=True, size=1, cursor=page.next_cursor)
    assert [one.conversation_id for one in (*page.items, *rest.items)] == [
        first.conversation_id,
        second.conversation_id,
    ]


async def test_writing_twice_to_a_conversation_needs_its_id_only(talk: Talk) -> None:
    begun = await talk.ask()
    ask = WriteMessage(conversation_id=begun.conversation_id, text="还有吗")
    assert (await talk.hall.run(messaging.write_message, ask, talk.li)).message_no == 2


async def test_what_was_taken_back_is_not_unread_however_far_one_reads(talk: Talk) -> None:
    begun = await talk.ask("一")
    for text in ("二", "三", "四"):
        await talk.ask(text)
    for number in (2, 4):
        ask = RecallMessage(conversation_id=begun.conversation_id, message_no=number)
        await talk.hall.run(messaging.recall_message, ask, talk.li)
    assert (await talk.page(talk.chenguang, begun.conversation_id)).unread == 2
    await talk.read(talk.chenguang, begun.conversation_id, 1)
    assert (await talk.page(talk.chenguang, begun.conversation_id)).unread == 1
