"""What is asked of conversations, and within which limits."""

from typing import Annotated, Literal

import msgspec

from huozhan.kernel.shapes import PAGE_SIZE, Ask, Cursor, Id, PageSize, Reason

TEXT_MAX = 2_000
PICTURES_MAX = 9
MESSAGES_MAX = 2_000_000_000
SHOWN_MAX = 100
SHOWN = 40

MessageText = Annotated[str, msgspec.Meta(max_length=TEXT_MAX)]
PictureId = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{32}(?!\n)$")]
Pictures = Annotated[tuple[PictureId, ...], msgspec.Meta(max_length=PICTURES_MAX)]
MessageNo = Annotated[int, msgspec.Meta(ge=1, le=MESSAGES_MAX)]


class Words(Ask, frozen=True, kw_only=True):
    """What is said: a text, pictures, or both."""

    text: MessageText = ""
    pictures: Pictures = ()


class WriteMessage(Words, frozen=True, kw_only=True):
    """Says something in a conversation that has begun."""

    conversation_id: Id


class WriteToShop(Words, frozen=True, kw_only=True):
    """Says something to a shop as a buyer."""

    seller_id: Id


class ListConversations(Ask, frozen=True, kw_only=True):
    """Which of one's conversations: as a buyer or as a seller; at the desk only those where the buyer waits."""

    selling: bool = False
    waiting: bool = False
    cursor: Cursor | None = None
    size: PageSize = PAGE_SIZE


class ConversationRef(Ask, frozen=True, kw_only=True):
    """One conversation."""

    conversation_id: Id


class ShowConversation(Ask, frozen=True, kw_only=True):
    """One conversation with its latest messages, or with those before or after a number."""

    conversation_id: Id
    before_no: MessageNo | None = None
    after_no: Annotated[int, msgspec.Meta(ge=0, le=MESSAGES_MAX)] | None = None
    size: Annotated[int, msgspec.Meta(ge=1, le=SHOWN_MAX)] = SHOWN


class FindConversation(Ask, frozen=True, kw_only=True):
    """The conversation with another organisation, as a buyer or as a seller."""

    org_id: Id
    selling: bool = False


class CountUnread(Ask, frozen=True, kw_only=True):
    """Of which side the unread messages are counted."""

    selling: bool = False


class ReadMessages(Ask, frozen=True, kw_only=True):
    """Up to which message one's own side has read."""

    conversation_id: Id
    up_to: MessageNo


class RecallMessage(Ask, frozen=True, kw_only=True):
    """Takes back what one's own side just said."""

    conversation_id: Id
    message_no: MessageNo


class MessagePicture(Ask, frozen=True, kw_only=True):
    """A picture of a conversation."""

    conversation_id: Id
    picture_id: PictureId


class ResponseOf(Ask, frozen=True, kw_only=True):
    """How one supplier answers."""

    seller_id: Id


class ResponseRounds(Ask, frozen=True, kw_only=True):
    """Which of the enquiries that one's own figures are made of."""

    missed: bool = False
    cursor: Cursor | None = None
    size: PageSize = PAGE_SIZE


GREETING_MAX = 500
REPLIES_MAX = 20
DAY_MINUTES = 1_440


class QuickReplyAsk(Ask, frozen=True, kw_only=True):
    """A few words that are often needed, under a name."""

    title: Annotated[str, msgspec.Meta(min_length=1, max_length=20)]
    text: Annotated[str, msgspec.Meta(min_length=1, max_length=GREETING_MAX)]


class EditAnswering(Ask, frozen=True, kw_only=True):
    """How the shop answers by itself outside its hours, and in few words."""

    greeting: Annotated[str, msgspec.Meta(max_length=GREETING_MAX)] = ""
    is_on: bool = False
    from_minute: Annotated[int, msgspec.Meta(ge=0, le=DAY_MINUTES - 1)] = 540
    until_minute: Annotated[int, msgspec.Meta(ge=1, le=DAY_MINUTES)] = 1_080
    days: Annotated[tuple[Annotated[int, msgspec.Meta(ge=1, le=7)], ...], msgspec.Meta(max_length=7)] = (
        1,
        2,
        3,
        4,
        5,
    )
    replies: Annotated[tuple[QuickReplyAsk, ...], msgspec.Meta(max_length=REPLIES_MAX)] = ()


class ListOwnMessages(Ask, frozen=True, kw_only=True):
    """Which page of what one wrote oneself."""

    cursor: Cursor | None = None
    size: PageSize = PAGE_SIZE


class ReportConversation(Ask, frozen=True, kw_only=True):
    """What is the matter with the other side of a conversation."""

    conversation_id: Id
    cause: Literal["outside", "fraud", "abuse", "spam"]
    note: Annotated[str, msgspec.Meta(max_length=500)] = ""


class ListReports(Ask, frozen=True, kw_only=True):
    """Which page of the reports that wait."""

    cursor: Cursor | None = None
    size: PageSize = PAGE_SIZE


class ReportRef(Ask, frozen=True, kw_only=True):
    """One report."""

    report_id: Id


class JudgeReport(Ask, frozen=True, kw_only=True):
    """What the market makes of a report, and why."""

    report_id: Id
    outcome: Literal["upheld", "dismissed"]
    reason: Reason
