"""A client that costs little: one keep-alive connection, requests written by hand, answers read to their length."""

import asyncio
import contextlib
import urllib.parse
from typing import Any

import msgspec


class Refused(Exception):
    """The market answered something else than was expected."""

    def __init__(self, asked: str, status: int, body: bytes) -> None:
        super().__init__(f"{asked}: {status} {body[:500].decode(errors='replace')}")
        self.status = status
        self._body = body

    @property
    def code(self) -> str:
        """The refusal's code, as the problem document names it."""
        return str(msgspec.json.decode(self._body)["code"])


class Client:
    """One buyer's connection; `calls` and `bytes_read` count what it took."""

    def __init__(self, url: str, token: str = "") -> None:
        self._address = urllib.parse.urlsplit(url)
        self._token = token
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None
        self._turn = asyncio.Lock()
        self.calls = 0
        self.bytes_read = 0

    async def get(self, path: str, *, accept: str = "application/json") -> bytes:
        """The body of a page or view."""
        return await self._call("GET", path, b"", {"Accept": accept})

    async def ask(self, method: str, path: str, body: Any = None, *, key: str = "", **headers: str) -> Any:
        """Sends JSON, reads JSON."""
        content = msgspec.json.encode(body) if body is not None else b""
        more = {"Content-Type": "application/json", **headers}
        if key:
            more["Idempotency-Key"] = key
        return msgspec.json.decode(await self._call(method, path, content, more))

    async def close(self) -> None:
        """Ends the connection."""
        if self._writer:
            self._writer.close()
            with contextlib.suppress(OSError):
                await self._writer.wait_closed()
            self._writer = None

    async def _call(self, method: str, path: str, content: bytes, headers: dict[str, str]) -> bytes:
        head = [
            f"{method} {path} HTTP/1.1",
            f"Host: {self._address.netloc}",
            f"Content-Length: {len(content)}",
        ]
        if self._token:
            head.append(f"Authorization: Bearer {self._token}")
        head += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        request = "\r\n".join([*head, "", ""]).encode() + content
        async with self._turn:
            status, body = await self._exchange(request)
        if status >= 400:
            raise Refused(f"{method} {path}", status, body)
        return body

    async def _exchange(self, request: bytes) -> tuple[int, bytes]:
        try:
            raw = await self._send(request)
        except (asyncio.IncompleteReadError, ConnectionError):
            # The market ends connections that were silent for some seconds.
            raw = await self._send(request, anew=True)
        assert self._reader
        status = int(raw.split(b" ", 2)[1])
        length = next(
            int(line.partition(b":")[2])
            for line in raw.split(b"\r\n")
            if line.lower().startswith(b"content-length:")
        )
        body = await self._reader.readexactly(length)
        self.calls += 1
        self.bytes_read += len(raw) + length
        return status, body

    async def _send(self, request: bytes, *, anew: bool = False) -> bytes:
        if anew:
            await self.close()
        if self._writer is None:
            self._reader, self._writer = await asyncio.open_connection(
                self._address.hostname, self._address.port
            )
        assert self._reader
        self._writer.write(request)
        return await self._reader.readuntil(b"\r\n\r\n")
