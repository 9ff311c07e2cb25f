"""What is done about a conversation rather than in it: told of, ended by one of the two, forgotten in time."""

from huozhan.kernel.actor import ActorKind
from huozhan.kernel.paging import before_in, write_cursor
from huozhan.kernel.shapes import Ask, Done, Id
from huozhan.kernel.work import Work, use_case
from huozhan.messaging.asks import ConversationRef, ListOwnMessages
from huozhan.messaging.conversation import Side
from huozhan.messaging.notice import NoticeToTell, tell_all
from huozhan.messaging.store import conversations as store
from huozhan.messaging.store import minding, notices, rounds
from huozhan.messaging.views import OwnMessages
from huozhan.messaging.writing import UNREAD_TIMERS, moved

LINKS = {Side.buyer: "/messages", Side.seller: "/desk/messages"}


class UnreadDue(Ask, frozen=True):
    """The time to read is over; asked by the worker for one conversation."""

    about_id: Id


@use_case("system", writes=True)
async def buyer_unread_due(work: Work, ask: UnreadDue) -> Done:
    """Tell a buyer that a supplier's messages wait."""
    return await _tell(work, int(ask.about_id), Side.buyer)


@use_case("system", writes=True)
async def seller_unread_due(work: Work, ask: UnreadDue) -> Done:
    """Tell a supplier that a buyer's messages wait."""
    return await _tell(work, int(ask.about_id), Side.seller)


async def _tell(work: Work, conversation_id: int, side: Side) -> Done:
    assert work.actor.kind is ActorKind.system
    found = await store.of_clock(work, conversation_id)
    unread = found.unread_by(side)
    if unread and await work.timer_is_due(UNREAD_TIMERS[side], about=conversation_id):
        notice = NoticeToTell(
            org_id=found.buyer_id if side is Side.buyer else found.seller_id,
            kind="messages_unread",
            facts={"count": unread},
            link=f"{LINKS[side]}/{conversation_id}",
            permission="order.view",
        )
        await tell_all(work, [notice])
    return Done()


@use_case("order.view", writes=True)
async def block_conversation(work: Work, ask: ConversationRef) -> Done:
    """Hear no more from the other side; neither can write until this side opens the conversation again."""
    return await _block(work, ask, is_blocked=True)


@use_case("order.view", writes=True)
async def unblock_conversation(work: Work, ask: ConversationRef) -> Done:
    """Open a conversation again that one's own side had ended."""
    return await _block(work, ask, is_blocked=False)


async def _block(work: Work, ask: ConversationRef, *, is_blocked: bool) -> Done:
    found = await store.for_update(work, int(ask.conversation_id))
    side = found.side_of(work.actor.org_id)
    work.actor.must(side.permission)
    if bool(found.blocked_by(side)) != is_blocked:
        await minding.block(work, found, side, is_blocked=is_blocked)
        moved(work, found)
    return Done()


@use_case("self", writes=False)
async def my_messages(work: Work, ask: ListOwnMessages) -> OwnMessages:
    """Everything that the person who asks wrote in conversations, the latest first."""
    found = await minding.written_by(work, before_in(ask.cursor), ask.size + 1)
    shown = found[: ask.size]
    return OwnMessages(
        items=[one.view for one in shown],
        next_cursor=write_cursor(shown[-1].place) if len(found) > ask.size else None,
    )


async def forget_author(work: Work, person_id: int) -> None:
    """Takes a person's name off what they wrote, and drops what they alone were told.

    The words stay with the two organisations: they are records of a trade.
    """
    await minding.forget_author(work, person_id)
    await notices.forget_person(work, person_id)


async def forget_old_messages(work: Work, rows_max: int) -> int:
    """Drops messages and rounds once records of a trade need not be kept any longer."""
    before = work.now - work.rule("talk.kept").span
    return await minding.forget_old(work, before, rows_max) + await rounds.forget_old(work, before, rows_max)
