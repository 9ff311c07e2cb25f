"""Reading: the lists of both sides, one conversation, and how far each side has read."""

from datetime import datetime

from huozhan import parties
from huozhan.kernel.paging import BadCursor, read_cursor, write_cursor
from huozhan.kernel.refusals import NotFound
from huozhan.kernel.shapes import Bilingual, Done
from huozhan.kernel.work import Work, use_case
from huozhan.messaging.asks import (
    CountUnread,
    FindConversation,
    ListConversations,
    MessagePicture,
    ReadMessages,
    ShowConversation,
)
from huozhan.messaging.conversation import Conversation, Said, Side
from huozhan.messaging.store import conversations as store
from huozhan.messaging.views import (
    ConversationCard,
    ConversationPage,
    ConversationsView,
    FoundConversation,
    LastMessage,
    MessageView,
    UnreadView,
)
from huozhan.messaging.writing import UNREAD_TIMERS, moved

COUNT_MAX = 1_000
LAST_TEXT_MAX = 120


@use_case("order.view", writes=False)
async def conversations(work: Work, ask: ListConversations) -> ConversationsView:
    """List the conversations of the buying or the selling side, the latest first, or those in which a buyer waits."""
    side = Side.seller if ask.selling else Side.buyer
    is_queue = ask.waiting and side is Side.seller
    at = _read_cursor(ask.cursor)
    found = (
        await store.waiting(work, at, ask.size + 1)
        if is_queue
        else await store.newest(work, side, at, ask.size + 1)
    )
    shown = found[: ask.size]
    others = {
        one.conversation.conversation_id: one.conversation.seller_id
        if side is Side.buyer
        else one.conversation.buyer_id
        for one in shown
    }
    faces = await parties.org_faces(work, set(others.values()))
    unread, waiting = await store.counts(work, side, COUNT_MAX)
    return ConversationsView(
        items=[_card(one, side, others[one.conversation.conversation_id], faces) for one in shown],
        unread=unread,
        waiting=waiting,
        at_most=COUNT_MAX,
        next_cursor=_cursor(shown[-1], is_queue=is_queue) if len(found) > ask.size else None,
    )


def _read_cursor(cursor: str | None) -> tuple[datetime, int] | None:
    keys = read_cursor(cursor, str, int)
    return (read_moment(keys), int(keys[1])) if keys else None


def read_moment(keys: tuple[int | str, ...]) -> datetime:
    """The moment at the head of a cursor's keys; refuses what was not given out as one."""
    try:
        at = datetime.fromisoformat(str(keys[0]))
    except ValueError as error:
        raise BadCursor from error
    if at.tzinfo is None:
        raise BadCursor
    return at


def _cursor(one: store.Listed, *, is_queue: bool) -> str:
    found = one.conversation
    at = (found.waiting_since if is_queue else None) or found.last_at
    return write_cursor(at.isoformat(), found.conversation_id)


def _card(
    one: store.Listed, side: Side, other_id: int, faces: dict[int, parties.OrgFace]
) -> ConversationCard:
    found = one.conversation
    return ConversationCard(
        conversation_id=str(found.conversation_id),
        counterparty_id=str(other_id),
        counterparty=_name(faces, other_id),
        unread=found.unread_by(side),
        last=_last(one.last),
        waiting_since=found.waiting_since,
        answer_by=found.answer_by,
        is_blocked=bool(found.buyer_blocked_at or found.seller_blocked_at),
    )


def _name(faces: dict[int, parties.OrgFace], org_id: int) -> Bilingual:
    face = faces.get(org_id)
    return face.name if face else Bilingual()


def _last(said: Said) -> LastMessage:
    is_recalled = said.recalled_at is not None
    return LastMessage(
        side=said.side,
        is_automatic=said.is_automatic,
        text="" if is_recalled else said.text[:LAST_TEXT_MAX],
        pictures=0 if is_recalled else len(said.pictures),
        is_recalled=is_recalled,
        at=said.sent_at,
    )


@use_case("order.view", writes=False)
async def unread_conversations(work: Work, ask: CountUnread) -> UnreadView:
    """Tell in how many conversations one's side has not read everything."""
    side = Side.seller if ask.selling else Side.buyer
    return UnreadView(unread=await store.unread(work, side, COUNT_MAX), at_most=COUNT_MAX)


@use_case("order.view", writes=False)
async def find_conversation(work: Work, ask: FindConversation) -> FoundConversation:
    """Tell whether one has talked with an organisation before, and what was said last."""
    mine, theirs = work.actor.org_id, int(ask.org_id)
    found = await store.of_pair(work, (theirs, mine) if ask.selling else (mine, theirs))
    if found is None:
        return FoundConversation(conversation_id="", unread=0, last=None)
    return FoundConversation(
        conversation_id=str(found.conversation.conversation_id),
        unread=found.conversation.unread_by(found.conversation.side_of(mine)),
        last=_last(found.last),
    )


@use_case("order.view", writes=False)
async def conversation(work: Work, ask: ShowConversation) -> ConversationPage:
    """Show a conversation to one of its two sides, with a stretch of its messages."""
    found = await store.read(work, int(ask.conversation_id))
    said = await store.messages(
        work, found.conversation_id, before_no=ask.before_no, after_no=ask.after_no, limit=ask.size
    )
    faces = await parties.org_faces(work, [found.buyer_id, found.seller_id])
    side = found.side_of(work.actor.org_id)
    return ConversationPage(
        conversation_id=ask.conversation_id,
        side=side,
        buyer_id=str(found.buyer_id),
        buyer=_name(faces, found.buyer_id),
        seller_id=str(found.seller_id),
        seller=_name(faces, found.seller_id),
        items=[_message(work, found, side, one) for one in said],
        has_earlier=bool(said) and said[0].message_no > 1,
        last_no=found.last_no,
        unread=found.unread_by(side),
        waiting_since=found.waiting_since,
        answer_by=found.answer_by,
        blocked_by=next((one for one in Side if found.blocked_by(one)), ""),
        can=_deeds(work, found, side),
    )


def _message(work: Work, found: Conversation, side: Side, said: Said) -> MessageView:
    is_recalled, is_mine = said.recalled_at is not None, said.side is side
    until = said.sent_at + work.rules.at("talk.recall", said.sent_at).span
    may_recall = is_mine and not is_recalled and not said.is_automatic and until >= work.now
    return MessageView(
        message_no=said.message_no,
        side=said.side,
        is_mine=is_mine,
        is_automatic=said.is_automatic,
        is_recalled=is_recalled,
        is_read=said.message_no <= found.read_by(said.side.other),
        is_outside=bool(said.outside_rule) and not is_mine and not is_recalled,
        can_recall_until=until if may_recall and work.actor.may(side.permission) else None,
        text="" if is_recalled else said.text,
        pictures=[] if is_recalled else list(said.pictures),
        subject=said.subject,
        sent_at=said.sent_at,
    )


def _deeds(work: Work, found: Conversation, side: Side) -> list[str]:
    """What the actor may do in a conversation now."""
    if not work.actor.may(side.permission):
        return []
    if found.blocked_by(side):
        return ["read", "unblock"]
    return ["read", "block"] if found.blocked_by(side.other) else ["read", "write", "block"]


@use_case("order.view", writes=True)
async def read_messages(work: Work, ask: ReadMessages) -> Done:
    """Note that one's own side has read up to a message; nobody reads back."""
    conversation_id = int(ask.conversation_id)
    found = await store.for_update(work, conversation_id)
    side = found.side_of(work.actor.org_id)
    work.actor.must(side.permission)
    up_to = min(ask.up_to, found.last_no)
    if up_to > found.read_by(side):
        if not await store.mark_read(work, found, side, up_to):
            work.clear_timer(UNREAD_TIMERS[side], about=conversation_id)
        moved(work, found)
    return Done()


@use_case("order.view", writes=False)
async def message_picture(work: Work, ask: MessagePicture) -> Done:
    """Tell whether a picture hangs in a conversation within reach; doors fetch the file."""
    found = await store.read(work, int(ask.conversation_id))
    if not await store.shows(work, found.conversation_id, ask.picture_id):
        raise NotFound(picture_id=ask.picture_id)
    return Done()
