"""The mail and SMS house, reached over signed HTTP."""

from huozhan.kernel.signed_http import SignedHttp
from huozhan.messaging.ports import Message


class HttpMail:
    """The mail port over signed HTTP, as docs/stand-ins.md says."""

    def __init__(self, http: SignedHttp) -> None:
        self._http = http

    async def send(self, message: Message) -> None:
        """Hands a message over; the house keeps one per reference."""
        await self._http.post("messages", message)
