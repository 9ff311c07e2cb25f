"""A conversation of one buyer and one supplier, its messages, and what they may hang on."""

from datetime import datetime
from enum import StrEnum
from typing import Literal

import msgspec

from huozhan.kernel.refusals import NotFound, Refusal, Sort
from huozhan.kernel.shapes import Bilingual

SubjectKind = Literal["offer", "order", "case"]


class Side(StrEnum):
    """One of the two who talk."""

    buyer = "buyer"
    seller = "seller"

    @property
    def other(self) -> "Side":
        """The one who is talked to."""
        return Side.seller if self is Side.buyer else Side.buyer

    @property
    def permission(self) -> str:
        """What a member needs to write for this side."""
        return "order.place" if self is Side.buyer else "sale.amend"


class Blocked(Refusal):
    """One of the two does not want to talk with the other any more."""

    code = "messaging.blocked"


class NothingSaid(Refusal):
    """A message has words or pictures."""

    code = "messaging.nothing_said"
    sort = Sort.invalid


class RecallOver(Refusal):
    """What was said stands; it was too long ago."""

    code = "messaging.recall_over"


class TooManyConversations(Refusal):
    """One buyer began as many conversations today as anybody may."""

    code = "messaging.too_many_conversations"
    sort = Sort.too_many


class Subject(msgspec.Struct, frozen=True, kw_only=True):
    """What a message is about, as it looked when it was written; its owner has checked that both sides may see it."""

    kind: SubjectKind
    subject_id: str
    number: str = ""
    title: Bilingual = Bilingual()
    picture: str | None = None
    category_id: str = ""
    amount_minor: int | None = None


class Conversation(msgspec.Struct, frozen=True, kw_only=True):
    """A conversation as it is read from its row. Messages count from 1; `*_read` is how far a side has read."""

    conversation_id: int
    buyer_id: int
    seller_id: int
    began_at: datetime
    last_no: int
    last_at: datetime
    buyer_read: int
    seller_read: int
    buyer_unread: int
    seller_unread: int
    round_no: int
    waiting_since: datetime | None
    """Since when the buyer waits for an answer by a person."""
    answer_by: datetime | None
    """Until when that answer counts as quick; none where the buyer wrote outside the hours that are measured."""
    buyer_blocked_at: datetime | None
    seller_blocked_at: datetime | None

    def side_of(self, org_id: int) -> Side:
        """Which side an organisation is; for everybody else there is no such conversation."""
        if org_id == self.buyer_id:
            return Side.buyer
        if org_id == self.seller_id:
            return Side.seller
        raise NotFound(conversation_id=str(self.conversation_id))

    def read_by(self, side: Side) -> int:
        """How far a side has read."""
        return self.buyer_read if side is Side.buyer else self.seller_read

    def unread_by(self, side: Side) -> int:
        """How many messages of the other side this one has not read."""
        return self.buyer_unread if side is Side.buyer else self.seller_unread

    def blocked_by(self, side: Side) -> datetime | None:
        """Since when a side does not want to hear from the other."""
        return self.buyer_blocked_at if side is Side.buyer else self.seller_blocked_at

    def must_be_open(self) -> None:
        """Refuses to add to a conversation that one of the two has ended."""
        if self.buyer_blocked_at or self.seller_blocked_at:
            raise Blocked(by=Side.buyer if self.buyer_blocked_at else Side.seller)


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """One message as it is read from its row; `outside_rule` is 0 or the version of the rule by which it is warned of."""

    conversation_id: int
    message_no: int
    side: Side
    is_automatic: bool
    person_id: int
    text: str
    pictures: tuple[str, ...]
    subject: Subject | None
    outside_rule: int
    sent_at: datetime
    recalled_at: datetime | None


class Content(msgspec.Struct, frozen=True, kw_only=True):
    """What is said: a text, pictures or both, and what it is about."""

    text: str = ""
    pictures: tuple[str, ...] = ()
    subject: Subject | None = None
    is_automatic: bool = False


Pair = tuple[int, int]
"""Buyer and supplier."""
