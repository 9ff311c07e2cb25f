"""What people and programs see of conversations."""

from datetime import date, datetime

from huozhan.kernel.shapes import Bilingual, View
from huozhan.messaging.conversation import Subject


class WrittenView(View, frozen=True, kw_only=True):
    """Where a message stands now that it was written."""

    conversation_id: str
    message_no: int
    sent_at: datetime


class LastMessage(View, frozen=True, kw_only=True):
    """The end of a conversation, as a list shows it."""

    side: str
    is_automatic: bool
    text: str
    pictures: int
    is_recalled: bool
    at: datetime


class ConversationCard(View, frozen=True, kw_only=True):
    """A conversation in a list."""

    conversation_id: str
    counterparty_id: str
    counterparty: Bilingual
    unread: int
    last: LastMessage
    waiting_since: datetime | None
    answer_by: datetime | None
    is_blocked: bool


class ConversationsView(View, frozen=True, kw_only=True):
    """One page of conversations; how many hold unread messages, and in how many a buyer waits (counted up to `at_most`)."""

    items: list[ConversationCard]
    unread: int
    waiting: int
    at_most: int
    next_cursor: str | None


class UnreadView(View, frozen=True, kw_only=True):
    """How many conversations hold messages that one's side has not read, counted up to `at_most`."""

    unread: int
    at_most: int


class FoundConversation(View, frozen=True, kw_only=True):
    """The conversation with an organisation; empty where none has begun."""

    conversation_id: str
    unread: int
    last: LastMessage | None


class MessageView(View, frozen=True, kw_only=True):
    """One message. What was taken back says nothing more; `is_outside` warns its reader of trade outside the market."""

    message_no: int
    side: str
    is_mine: bool
    is_automatic: bool
    is_recalled: bool
    is_read: bool
    is_outside: bool
    can_recall_until: datetime | None
    text: str
    pictures: list[str]
    subject: Subject | None
    sent_at: datetime


class ConversationPage(View, frozen=True, kw_only=True):
    """A conversation for one of its two sides, with a stretch of its messages in the order they were written."""

    conversation_id: str
    side: str
    buyer_id: str
    buyer: Bilingual
    seller_id: str
    seller: Bilingual
    items: list[MessageView]
    has_earlier: bool
    last_no: int
    unread: int
    waiting_since: datetime | None
    answer_by: datetime | None
    blocked_by: str
    can: list[str]


class RateView(View, frozen=True, kw_only=True):
    """How many of what was due were kept; the rate in 1/10 000, none where too few were due to tell.

    Where not many were, it is at least so much.
    """

    kept: int
    due: int
    rate_bp: int | None
    is_at_least: bool


class ResponseView(View, frozen=True, kw_only=True):
    """How a supplier answers: `quick` within minutes while people work, `reply` within a day; up to the day it was counted."""

    until_on: date | None
    quick: RateView
    reply: RateView


class RoundView(View, frozen=True, kw_only=True):
    """One enquiry and how it counts: kept, missed, still open, or not at all."""

    conversation_id: str
    buyer: Bilingual
    began_at: datetime
    answered_at: datetime | None
    quick: str
    reply: str


class ResponsePage(View, frozen=True, kw_only=True):
    """One's own figures and the enquiries they are made of."""

    response: ResponseView
    items: list[RoundView]
    next_cursor: str | None


class QuickReply(View, frozen=True, kw_only=True):
    """A few words that are often needed."""

    title: str
    text: str


class AnsweringView(View, frozen=True, kw_only=True):
    """How a supplier answers by itself outside its hours, and in few words."""

    greeting: str
    is_on: bool
    from_minute: int
    until_minute: int
    days: list[int]
    replies: list[QuickReply]


class OwnMessage(View, frozen=True, kw_only=True):
    """A message that the reader wrote, for whoever wants all that is stored about them."""

    conversation_id: str
    message_no: int
    text: str
    pictures: int
    sent_at: datetime
    recalled_at: datetime | None


class OwnMessages(View, frozen=True, kw_only=True):
    """A page of what the reader wrote, the latest first."""

    items: list[OwnMessage]
    next_cursor: str | None


class FileView(View, frozen=True, kw_only=True):
    """A message as the market reads it in a dispute or a report; also one that was taken back."""

    side: str
    is_automatic: bool
    is_recalled: bool
    is_outside: bool
    text: str
    pictures: int
    sent_at: datetime


class ReportCard(View, frozen=True, kw_only=True):
    """A report in a list: which side reports the other, for what cause, with what words."""

    report_id: str
    side: str
    buyer: Bilingual
    seller: Bilingual
    cause: str
    note: str
    reported_at: datetime


class ReportsView(View, frozen=True, kw_only=True):
    """A page of reports that wait."""

    items: list[ReportCard]
    next_cursor: str | None


class ReportFile(View, frozen=True, kw_only=True):
    """A report with what was said last before it; the outcome is empty until it is judged."""

    report: ReportCard
    outcome: str
    items: list[FileView]
