"""Writing: a message is added under the conversation's lock, with what it does to counts and clocks."""

from datetime import timedelta

import msgspec

from huozhan import parties
from huozhan.kernel.refusals import NotFound, TooMany
from huozhan.kernel.work import Work, use_case
from huozhan.messaging import greeting, outside, responding
from huozhan.messaging.asks import RecallMessage, Words, WriteMessage, WriteToShop
from huozhan.messaging.conversation import (
    Content,
    Conversation,
    NothingSaid,
    Pair,
    RecallOver,
    Side,
    Subject,
    TooManyConversations,
)
from huozhan.messaging.facts import ConversationMoved, MessageWritten
from huozhan.messaging.store import conversations as store
from huozhan.messaging.views import WrittenView

A_DAY = timedelta(days=1)
A_MINUTE_SECONDS = 60
UNREAD_TIMERS = {Side.buyer: "talk_unread_buyer", Side.seller: "talk_unread_seller"}


@use_case("order.view", writes=True)
async def write_message(work: Work, ask: WriteMessage) -> WrittenView:
    """Say something in a conversation that has begun."""
    conversation = await store.for_update(work, int(ask.conversation_id))
    side = conversation.side_of(work.actor.org_id)
    work.actor.must(side.permission)
    return await _write(work, conversation, side, content_of(ask))


@use_case("order.place", writes=True)
async def write_to_shop(work: Work, ask: WriteToShop) -> WrittenView:
    """Say something to a shop; the first message begins the conversation."""
    return await say(work, (work.actor.org_id, int(ask.seller_id)), content_of(ask))


def content_of(words: Words, subject: Subject | None = None) -> Content:
    """What somebody says, hung on what it is about; blank messages are none."""
    text = words.text.strip()
    if not text and not words.pictures:
        raise NothingSaid(field="text")
    return Content(text=text, pictures=words.pictures, subject=subject)


async def say(work: Work, pair: Pair, content: Content) -> WrittenView:
    """Writes for the actor's side of a pair of buyer and supplier, who may never have talked before.

    The caller has seen that the pair has something to do with each other: an order, a case, an offer or a shop.
    """
    side = _side_in(pair, work.actor.org_id)
    work.actor.must(side.permission)
    conversation_id = await store.conversation_of(work, pair) or await _begin(work, pair)
    conversation = await store.for_update(work, conversation_id)
    return await _write(work, conversation, side, content)


def _side_in(pair: Pair, org_id: int) -> Side:
    if org_id not in pair or pair[0] == pair[1]:
        raise NotFound
    return Side.buyer if org_id == pair[0] else Side.seller


async def _begin(work: Work, pair: Pair) -> int:
    seller = (await parties.org_faces(work, [pair[1]])).get(pair[1])
    if seller is None or not seller.can_sell:
        raise NotFound(seller_id=str(pair[1]))
    most = work.rule("talk.new_per_day").value
    if await store.begun_since(work, pair[0], work.now - A_DAY, most) >= most:
        raise TooManyConversations(most=most)
    return await store.begin(work, pair)


async def _write(work: Work, conversation: Conversation, side: Side, content: Content) -> WrittenView:
    conversation.must_be_open()
    most = work.rule("talk.per_minute").value
    if await store.written_in_a_minute(work, conversation, side, most) >= most:
        raise TooMany(retry_after_seconds=A_MINUTE_SECONDS)
    begun = None
    if responding.begins_round(conversation, side, work.rules, work.now):
        begun = responding.new_round(conversation, work.rules, work.now, work.terms.timezone)
    number = await store.add(
        work, conversation, side, content, outside.version_that_warns(content.text, work.rule("talk.outside")), begun,
        answers=side is Side.seller and conversation.waiting_since is not None,
    )  # fmt: skip
    _tell_later(work, conversation, side)
    work.record(
        MessageWritten(
            conversation_id=conversation.conversation_id,
            buyer_id=conversation.buyer_id,
            seller_id=conversation.seller_id,
            message_no=number,
            side=side,
        )
    )
    if begun:
        await _greet(work, conversation, number, begun)
    return WrittenView(conversation_id=str(conversation.conversation_id), message_no=number, sent_at=work.now)


def _tell_later(work: Work, conversation: Conversation, side: Side) -> None:
    """Who writes has read; whoever has not read for a while will be told that something waits."""
    if conversation.unread_by(side):
        work.clear_timer(UNREAD_TIMERS[side], about=conversation.conversation_id)
    if not conversation.unread_by(side.other):
        due_at = work.now + work.rule("talk.notice_after").span
        work.set_timer(UNREAD_TIMERS[side.other], about=conversation.conversation_id, due_at=due_at)


async def _greet(work: Work, conversation: Conversation, number: int, begun: responding.Round) -> None:
    """Outside its hours a supplier answers by itself, which answers nothing."""
    text = await greeting.greeting_now(work, conversation.conversation_id, conversation.seller_id)
    if text:
        now = msgspec.structs.replace(conversation, last_no=number, round_no=begun.round_no)
        words = Content(text=text, is_automatic=True)
        await store.add(work, now, Side.seller, words, 0, None, answers=False)


def moved(work: Work, conversation: Conversation) -> None:
    """Tells open pages that something about a conversation is another now."""
    work.record(
        ConversationMoved(
            conversation_id=conversation.conversation_id,
            buyer_id=conversation.buyer_id,
            seller_id=conversation.seller_id,
        )
    )


@use_case("order.view", writes=True)
async def recall_message(work: Work, ask: RecallMessage) -> WrittenView:
    """Take back what one's own side just said; the other side then sees only that something was taken back."""
    conversation = await store.for_update(work, int(ask.conversation_id))
    side = conversation.side_of(work.actor.org_id)
    work.actor.must(side.permission)
    said = await store.message(work, conversation.conversation_id, ask.message_no)
    if said.side is not side or said.is_automatic:
        raise NotFound(message_no=ask.message_no)
    span = work.rules.at("talk.recall", said.sent_at).span
    if said.recalled_at is None:
        if said.sent_at + span < work.now:
            raise RecallOver(minutes=int(span.total_seconds() // 60))
        await store.recall(work, conversation, said)
        moved(work, conversation)
    return WrittenView(conversation_id=ask.conversation_id, message_no=ask.message_no, sent_at=said.sent_at)
