"""What the scene of the access matrix has said: 小李 and 陈掌柜 talk, with a picture, and 小李 waits for an answer."""

from huozhan import messaging, ordering
from huozhan.messaging.asks import ListReports, ReportConversation, WriteMessage, WriteToShop
from huozhan.ordering.asks import WriteAboutOrder
from tests.ordering.trading import Trade

TALK_PICTURE = "00000000000000000000000000000008"


async def talk(trade: Trade, things: dict[str, str]) -> None:
    """A question about an order, its answer, and a last word of each that can still be taken back."""
    ask = WriteAboutOrder(order_id=things["paid_order"], text="什么时候发货", pictures=(TALK_PICTURE,))
    begun = await trade.hall.run(ordering.write_about_order, ask, trade.li)
    things["conversation"] = begun.conversation_id
    for actor in (trade.chenguang, trade.chenguang, trade.li):
        said = WriteMessage(conversation_id=begun.conversation_id, text="明天")
        await trade.hall.run(messaging.write_message, said, actor)
    other = WriteToShop(seller_id=things["seller_org"], text="Best price, pay by wire")
    theirs = await trade.hall.run(messaging.write_to_shop, other, trade.people.ashdown)
    report = ReportConversation(conversation_id=theirs.conversation_id, cause="spam", note="反复推销")
    await trade.hall.run(messaging.report_conversation, report, trade.people.ashdown)
    waiting = await trade.hall.run(messaging.reported_conversations, ListReports(), trade.people.operator)
    things["report"] = waiting.items[0].report_id
