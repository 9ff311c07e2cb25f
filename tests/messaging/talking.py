"""What the tests of conversations share: who talks, and the shortest way to say something."""

from typing import Any

import msgspec

from huozhan import messaging
from huozhan.doors.hall import Hall
from huozhan.kernel.actor import Actor
from huozhan.messaging.asks import (
    ConversationRef,
    ListConversations,
    ReadMessages,
    ShowConversation,
    WriteMessage,
    WriteToShop,
)
from huozhan.messaging.views import ConversationPage, ConversationsView, WrittenView
from tests import world


class Talk(msgspec.Struct, kw_only=True):
    """小李 buys, 晨光 sells, 宏发 sells too; somebody else is nobody's buyer."""

    hall: Hall
    operator: Actor
    li: Actor
    chenguang: Actor
    stranger: Actor

    async def ask(self, text: str = "在吗", *, key: str | None = None, **more: Any) -> WrittenView:
        """小李 writes to 晨光."""
        ask = WriteToShop(seller_id=str(self.chenguang.org_id), text=text, **more)
        return await self.hall.run(messaging.write_to_shop, ask, self.li, key=key)

    async def say(
        self, actor: Actor, conversation_id: str, text: str = "在的", *, key: str | None = None, **more: Any
    ) -> WrittenView:
        """Somebody writes in a conversation that has begun."""
        ask = WriteMessage(conversation_id=conversation_id, text=text, **more)
        return await self.hall.run(messaging.write_message, ask, actor, key=key)

    async def page(self, actor: Actor, conversation_id: str, **more: Any) -> ConversationPage:
        """The conversation as somebody sees it."""
        return await self.hall.run(
            messaging.conversation, ShowConversation(conversation_id=conversation_id, **more), actor
        )

    async def read(self, actor: Actor, conversation_id: str, up_to: int) -> None:
        """Somebody reads up to a message."""
        ask = ReadMessages(conversation_id=conversation_id, up_to=up_to)
        await self.hall.run(messaging.read_messages, ask, actor)

    async def listed(self, actor: Actor, **more: Any) -> ConversationsView:
        """Somebody's list."""
        return await self.hall.run(messaging.conversations, ListConversations(**more), actor)


async def open_talk(hall: Hall) -> Talk:
    """A market with two who might talk, and somebody who is neither."""
    operator = await world.first_operator(hall)
    chenguang = await world.supplier(
        hall, operator, "义乌市晨光小商品有限公司", "chenguang@example.cn", uscc="91330782MA28A1B2X4"
    )
    li = await world.buyer(hall, "小李杂货店", "li@example.cn")
    stranger = await world.buyer(hall, "别家", "bie@example.cn")
    return Talk(hall=hall, operator=operator, li=li, chenguang=chenguang, stranger=stranger)


__all__ = ["ConversationRef", "Talk", "open_talk"]
