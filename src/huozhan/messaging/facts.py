"""What happens in a conversation, told to others after commit; never what was said."""

from huozhan.kernel.facts import Fact


class ConversationFact(Fact, frozen=True, kw_only=True):
    """Every fact about a conversation says which one and between whom; the lists of both change with it."""

    conversation_id: int
    buyer_id: int
    seller_id: int

    @property
    def about_id(self) -> int:
        return self.conversation_id

    @property
    def news(self) -> tuple[tuple[int, int], ...]:
        """Both hear of the conversation and, under their own number, of their list of conversations."""
        sides = (self.buyer_id, self.seller_id)
        return tuple((side, about) for side in sides for about in (self.conversation_id, side))


class MessageWritten(ConversationFact, frozen=True, kw_only=True):
    """One side said something."""

    name = "messaging.message_written"
    message_no: int
    side: str


class ConversationMoved(ConversationFact, frozen=True, kw_only=True):
    """One side read, took back, blocked or opened again."""

    name = "messaging.conversation_moved"
