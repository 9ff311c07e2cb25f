"""The mail and SMS house: keeps what it was given in a mailbox that a demo can open."""

from typing import Annotated, Literal, NamedTuple

import msgspec

from huozhan_outside.asking import Answer, Asked, NamedAsk, Refused, Route, json_answer, page_answer
from huozhan_outside.clock import as_text
from huozhan_outside.pages import mailbox_page, receivers_page
from huozhan_outside.party import Party

SCHEMA = """
CREATE TABLE IF NOT EXISTS message (
    seq INTEGER PRIMARY KEY,
    ref TEXT NOT NULL UNIQUE,
    receiver TEXT NOT NULL,
    asked BLOB NOT NULL,
    at_ms INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS message_by_receiver ON message (receiver, seq);
"""

MOST_SHOWN = 200


class SendMessage(NamedAsk, frozen=True):
    """A message for one receiver."""

    to: Annotated[str, msgspec.Meta(min_length=3, max_length=254)]
    channel: Literal["email", "sms"]
    subject: Annotated[str, msgspec.Meta(max_length=300)]
    text: Annotated[str, msgspec.Meta(min_length=1, max_length=20_000)]
    lang: Literal["zh", "en"]


class Message(msgspec.Struct, frozen=True):
    """A message that was taken."""

    ref: str
    to: str
    channel: str
    subject: str
    text: str
    lang: str
    at: str


class _Kept(NamedTuple):
    message: SendMessage
    at_ms: int


_MESSAGES = msgspec.json.Decoder(SendMessage)


class Mail(Party):
    """The mail and SMS house."""

    name = "mail"
    schema = SCHEMA

    def routes(self) -> list[Route]:
        """The mail house's endpoints."""
        return [
            Route("POST", "/mail/messages", self.take, SendMessage, fate="messages"),
            Route("GET", "/mail/messages", self.show_messages),
            Route("GET", "/mail/mailbox", self.show_mailbox, signed=False),
        ]

    def take(self, asked: Asked) -> Answer:
        """Take a message; the same message twice is one message."""
        message: SendMessage = asked.ask
        kept = self.store.row("SELECT asked, at_ms FROM message WHERE ref = ?", message.ref)
        if kept is None:
            with self.store.writing():
                at_ms = self.happened("message", message.ref, message.to)
                self.store.write(
                    "INSERT INTO message (ref, receiver, asked, at_ms) VALUES (?, ?, ?, ?)",
                    message.ref,
                    message.to,
                    message.fingerprint(),
                    at_ms,
                )
            return json_answer(_view(message, at_ms))
        if kept[0] != message.fingerprint():
            raise Refused(409, "other_body", f"{message.ref} was sent with another body")
        return json_answer(_view(message, kept[1]))

    def show_messages(self, asked: Asked) -> Answer:
        """Everything one receiver got, newest first."""
        if "to" not in asked.query:
            raise Refused(422, "invalid", "to names the receiver")
        return json_answer(
            {"messages": [_view(kept.message, kept.at_ms) for kept in self._kept(asked.query["to"])]}
        )

    def show_mailbox(self, asked: Asked) -> Answer:
        """The mailbox of one receiver as a page, or the list of receivers."""
        if not asked.from_this_machine:
            raise Refused(404, "not_found")
        receiver = asked.query.get("to")
        if receiver is not None:
            return page_answer(mailbox_page(receiver, self._kept(receiver), asked.language))
        receivers = self.store.rows(
            "SELECT receiver, count(*), max(at_ms) FROM message GROUP BY receiver ORDER BY max(seq) DESC LIMIT ?",
            MOST_SHOWN,
        )
        return page_answer(
            receivers_page([(name, count, at_ms) for name, count, at_ms in receivers], asked.language)
        )

    def _kept(self, receiver: str) -> list[_Kept]:
        rows = self.store.rows(
            "SELECT asked, at_ms FROM message WHERE receiver = ? ORDER BY seq DESC LIMIT ?",
            receiver,
            MOST_SHOWN,
        )
        return [_Kept(_MESSAGES.decode(asked), at_ms) for asked, at_ms in rows]


def _view(message: SendMessage, at_ms: int) -> Message:
    return Message(
        message.ref, message.to, message.channel, message.subject, message.text, message.lang, as_text(at_ms)
    )
