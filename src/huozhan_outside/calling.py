"""A small HTTP/1.1 client for one origin, the market, with connections kept open."""

import asyncio
import ssl
from typing import cast
from urllib.parse import urlsplit

import httptools

TIMEOUT_S = 15
MOST_IDLE = 8


class NoAnswer(Exception):
    """The market could not be reached or did not answer in time."""


class _Line(asyncio.Protocol):
    """One connection; carries one question at a time."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._answer: asyncio.Future[int] | None = None
        self._parser: httptools.HttpResponseParser | None = None
        self.open = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports do everything an asyncio.Transport does without descending from it.
        self._transport = cast(asyncio.Transport, transport)
        self.open = True

    def ask(self, question: bytes) -> asyncio.Future[int]:
        """Send a request; the future brings the status."""
        assert self._transport is not None
        self._answer = asyncio.get_running_loop().create_future()
        self._parser = httptools.HttpResponseParser(self)
        self._transport.write(question)
        return self._answer

    def close(self) -> None:
        self.open = False
        if self._transport is not None:
            self._transport.close()

    def data_received(self, data: bytes) -> None:
        if self._parser is None:
            self.close()
            return
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError as problem:
            self._fail(str(problem))

    def on_message_complete(self) -> None:
        assert self._parser is not None
        status = self._parser.get_status_code()
        if status < 200:
            return
        if not self._parser.should_keep_alive():
            self.close()
        self._parser = None
        answer, self._answer = self._answer, None
        if answer is not None and not answer.done():
            answer.set_result(status)

    def connection_lost(self, exc: Exception | None) -> None:
        self._fail(str(exc or "connection closed"))

    def _fail(self, reason: str) -> None:
        self.close()
        answer, self._answer = self._answer, None
        if answer is not None and not answer.done():
            answer.set_exception(NoAnswer(reason))


class Market:
    """The market as a party reaches it."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.origin = f"{parts.scheme}://{parts.netloc}"
        self._host = parts.hostname or "127.0.0.1"
        self._port = parts.port or (443 if parts.scheme == "https" else 80)
        self._ssl = ssl.create_default_context() if parts.scheme == "https" else None
        self._head = (
            f"Host: {parts.netloc}\r\nContent-Type: application/json\r\nUser-Agent: huozhan-outside\r\n"
        )
        self._idle: list[_Line] = []

    def path_of(self, notify_url: str) -> str | None:
        """The path behind a notify URL, or nothing when it leads elsewhere."""
        path = notify_url
        if not path.startswith("/"):
            if not notify_url.startswith(self.origin + "/"):
                return None
            path = notify_url[len(self.origin) :]
        return path if path.isascii() and path.isprintable() and " " not in path else None

    async def post(self, path: str, headers: dict[str, str], body: bytes) -> int:
        """Post a body and return the status of the answer."""
        named = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        head = f"POST {path} HTTP/1.1\r\n{self._head}{named}Content-Length: {len(body)}\r\n\r\n"
        try:
            async with asyncio.timeout(TIMEOUT_S):
                return await self._ask(head.encode() + body)
        except (OSError, TimeoutError) as problem:
            raise NoAnswer(str(problem)) from problem

    async def _ask(self, question: bytes) -> int:
        while self._idle:
            line = self._idle.pop()
            if not line.open:
                continue
            try:
                return await self._ask_on(line, question)
            except NoAnswer:
                # The market may have closed an idle connection just now; a fresh one tells.
                break
        _, fresh = await asyncio.get_running_loop().create_connection(
            _Line, self._host, self._port, ssl=self._ssl
        )
        return await self._ask_on(fresh, question)

    async def _ask_on(self, line: _Line, question: bytes) -> int:
        try:
            status = await line.ask(question)
        except BaseException:
            line.close()
            raise
        if line.open and len(self._idle) < MOST_IDLE:
            self._idle.append(line)
        else:
            line.close()
        return status
