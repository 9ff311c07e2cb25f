"""The house that carries our mail and SMS."""

from typing import Protocol

import msgspec


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """One mail or SMS as it leaves us; `ref` is the same whenever it is sent again."""

    ref: str
    to: str
    channel: str
    subject: str
    text: str
    lang: str


class Mail(Protocol):
    """Carries messages to people. Sending one `ref` twice delivers it once."""

    async def send(self, message: Message) -> None:
        """Hands a message over; raises where it is unknown whether it went."""
        ...
