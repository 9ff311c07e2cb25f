"""The entrance: every request gets a number, a language and an actor before a door sees it.

One ASGI layer around the whole app: it writes the security headers and the log line, counts, and turns a fault
into a numbered apology instead of a stack trace.
"""

import asyncio
import functools
import re
import secrets
import time
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs

import asyncpg
import msgspec
import structlog
from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPReceiveMessage, HTTPScope, Message, Receive, Scope, Send
from prometheus_client import Counter, Histogram

from huozhan import parties
from huozhan.doors.hall import Hall
from huozhan.doors.problems import (
    DATABASE_AWAY,
    PROBLEM,
    PROGRAMS,
    RETRY_SECONDS,
    Problem,
    TooSlow,
    fault,
    problem_of,
)
from huozhan.kernel.actor import Actor, anonymous, system
from huozhan.kernel.refusals import Busy
from huozhan.kernel.wording import DEFAULT_LANGUAGE, LANGUAGES

SESSION_COOKIE = "hz_session"
CSRF_COOKIE = "hz_csrf"
LANG_COOKIE = "hz_lang"
VISITOR_COOKIE = "hz_visitor"
LANGUAGE_PARAMETER = "lang"
_YEAR_SECONDS = 31_536_000
_UNATTENDED = ("/static/", "/media/", "/health/", "/metrics", "/favicon.ico")
SILENCE_SECONDS = 20.0
"""How long the next piece of a body may let wait for itself."""
COUNTERS_MAX = 2_000
_VISITOR = re.compile(r"[A-Za-z0-9_-]{20,64}")
_PROGRAM = re.compile(
    rb"bot|crawl|spider|slurp|preview|scrap|headless|lighthouse|monitor|curl|wget|python|java/|go-http|okhttp|axios|node",
    re.IGNORECASE,
)
_REQUEST_ID = re.compile(r"^[A-Za-z0-9_-]{8,64}$")

REQUESTS = Counter("huozhan_requests", "Requests answered", ["method", "route", "status"])
SECONDS = Histogram(
    "huozhan_request_seconds",
    "Time to answer",
    ["route"],
    buckets=(0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 3, 10),
)
log = structlog.get_logger()

# A form may be sent on to the payment channel's own page, and nowhere else.
_CONTENT_POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; style-src 'self'; script-src 'self'; object-src 'none';"
    " base-uri 'self'; frame-ancestors 'none'; form-action 'self' {channel}"
)
SECURITY_HEADERS = [
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=(), payment=()"),
]
_NOT_KEPT = (b"cache-control", b"no-store")
"""Whatever a door does not say itself: nobody between here and the reader keeps it."""
_TRANSPORT_SECURITY = (b"strict-transport-security", b"max-age=31536000; includeSubDomains")


class Entrance:
    """The outermost layer of the web process."""

    def __init__(self, app: ASGIApp, hall: Hall) -> None:
        self.app = app
        self.hall = hall
        channel = hall.outside.channel
        policy = _CONTENT_POLICY.format(channel=" ".join(channel.page_origins) if channel else "").strip()
        self.headers = [*SECURITY_HEADERS, (b"content-security-policy", policy.encode())]
        if hall.settings.secure_cookies:
            self.headers.append(_TRANSPORT_SECURITY)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Receives one request."""
        if scope["type"] != ScopeType.HTTP:
            await self.app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        state: dict[str, Any] = scope.setdefault("state", {})
        given_id = headers.get(b"x-request-id", b"").decode("latin-1")
        request_id = given_id if _REQUEST_ID.match(given_id) else secrets.token_hex(8)
        state["request_id"] = request_id
        started, status, begun = time.perf_counter(), 500, False

        async def send_with_headers(message: Message) -> None:
            nonlocal status, begun
            if message["type"] == "http.response.start":
                status, begun = message["status"], True
                said = list(message["headers"])
                if not any(name.lower() == b"cache-control" for name, _ in said):
                    said.append(_NOT_KEPT)
                message["headers"] = [
                    *said, *self.headers, (b"x-request-id", request_id.encode()), *state.get("set_cookies", [])
                ]  # fmt: skip
            await send(message)

        structlog.contextvars.bind_contextvars(request_id=request_id)
        path: str = scope["path"]
        if scope["method"] == "HEAD":
            # Whatever can be read can be asked for its headers; the server leaves the body out.
            scope["method"] = "GET"
        try:
            state["cookies"] = _cookies(headers)
            state["lang"] = self._language(scope, headers, state)
            unattended = path.startswith(_UNATTENDED)
            state["actor"] = (
                anonymous(state["lang"]) if unattended else await self._actor(scope, headers, state)
            )
            await self.app(scope, _until_gone(receive, state), send_with_headers)
        except Exception as error:
            log.exception("request.failed", method=scope["method"], path=_route(scope))
            if not begun:
                lang = state.get("lang", DEFAULT_LANGUAGE)
                is_away = isinstance(error, DATABASE_AWAY)
                problem = (
                    problem_of(self.hall, Busy(), lang, request_id)
                    if is_away
                    else fault(self.hall, lang, request_id)
                )
                await _apologise(send_with_headers, path, problem)
        finally:
            _note_answer(scope, status, time.perf_counter() - started)
            structlog.contextvars.clear_contextvars()

    def _language(self, scope: Scope, headers: dict[bytes, bytes], state: dict[str, Any]) -> str:
        """?lang= (remembered), then the cookie, then Accept-Language, then Chinese."""
        asked = (
            parse_qs(scope["query_string"].decode("latin-1")).get("lang", [""])[0]
            if b"lang=" in scope["query_string"]
            else ""
        )
        if asked in LANGUAGES:
            set_cookie(
                state, LANG_COOKIE, asked, max_age=_YEAR_SECONDS, secure=self.hall.settings.secure_cookies
            )
            return asked
        kept = state["cookies"].get(LANG_COOKIE, "")
        if kept in LANGUAGES:
            return str(kept)
        for part in headers.get(b"accept-language", b"").decode("latin-1").split(","):
            tag = part.split(";")[0].strip()[:2].lower()
            if tag in LANGUAGES:
                return tag
        return DEFAULT_LANGUAGE

    async def _actor(self, scope: Scope, headers: dict[bytes, bytes], state: dict[str, Any]) -> Actor:
        """The one who knocks: by bearer token at the API, by session cookie elsewhere."""
        lang = state["lang"]
        door = scope["path"].strip("/").split("/", 1)[0] or "web"
        client = scope.get("client")
        address = client[0] if client else ""
        state["authorization"] = headers.get(b"authorization", b"").decode("latin-1")
        found = await who_knocks(self.hall, state)
        visitor = visitor_of(headers, state["cookies"].get(VISITOR_COOKIE, ""))
        return (found or anonymous(lang)).using(lang=lang, door=door, address=address, visitor=visitor)


def visitor_of(headers: dict[bytes, bytes], kept: str) -> str:
    """The key that a browser brought back; none of a program's, nor of one that does not want to be told apart (GPC)."""
    program = headers.get(b"user-agent", b"")
    if not kept or not program or _PROGRAM.search(program) or headers.get(b"sec-gpc") == b"1":
        return ""
    return kept if _VISITOR.fullmatch(kept) else ""


def _until_gone(receive: Receive, state: dict[str, Any]) -> Receive:
    """Receives a body that may not be silent for too long, and notes when there is nobody any more to answer."""
    is_whole = False

    async def receive_next() -> HTTPReceiveMessage:
        nonlocal is_whole
        try:
            async with asyncio.timeout(None if is_whole else SILENCE_SECONDS):
                message: HTTPReceiveMessage = await receive()  # type: ignore[assignment]  # only HTTP comes here
        except TimeoutError as error:
            raise TooSlow(seconds=int(SILENCE_SECONDS)) from error
        state["is_gone"] = message["type"] == "http.disconnect"
        is_whole = not message.get("more_body", False)
        return message

    return receive_next


def _note_answer(scope: HTTPScope, status: int, took: float) -> None:
    route = _route(scope)
    answered, seconds = _counters(scope["method"], route, status)
    answered.inc()
    seconds.observe(took)
    facts = {"method": scope["method"], "route": route, "status": status}
    if status >= 500:
        log.error("request.answered", **facts)
    else:
        log.debug("request.answered", **facts, ms=int(took * 1000))


@functools.lru_cache(COUNTERS_MAX)
def _counters(method: str, route: str, status: int) -> tuple[Counter, Histogram]:
    """What counts these answers: methods, routes and statuses are few, and a metric looks its own up slowly."""
    return REQUESTS.labels(method, route, str(status)), SECONDS.labels(route)


async def who_knocks(hall: Hall, state: dict[str, Any]) -> Actor | None:
    """Whose bearer token or session a request carries, as of now; None where it is nobody's."""
    scheme, _, token = state["authorization"].partition(" ")
    session = state["cookies"].get(SESSION_COOKIE)
    state["by_token"] = scheme.lower() == "bearer"
    if not state["by_token"] and not session:
        return None

    async def ask(db: asyncpg.Connection) -> Actor | None:
        work = hall.work(db, system("entrance"))
        if state["by_token"]:
            return await parties.actor_of_token(work, token.strip())
        return await parties.actor_of_session(work, str(session))

    return await hall.alone(ask)


def set_cookie(
    state: dict[str, Any], name: str, value: str, *, max_age: int, secure: bool, http_only: bool = True
) -> None:
    """Adds a cookie to the answer that is being made."""
    parts = [f"{name}={value}", "Path=/", f"Max-Age={max_age}", "SameSite=Lax"]
    if http_only:
        parts.append("HttpOnly")
    if secure:
        parts.append("Secure")
    state.setdefault("set_cookies", []).append((b"set-cookie", "; ".join(parts).encode("latin-1")))


def _cookies(headers: dict[bytes, bytes]) -> dict[str, str]:
    raw = headers.get(b"cookie")
    if not raw:
        return {}
    try:
        return {name: morsel.value for name, morsel in SimpleCookie(raw.decode("latin-1")).items()}
    except CookieError:
        return {}


def _route(scope: Scope) -> str:
    """The route's template, so that labels stay few."""
    return str(scope.get("path_template") or "unknown")


async def _apologise(send: Send, path: str, problem: Problem) -> None:
    """The last resort, when not even the app could answer."""
    for_program = path.startswith(PROGRAMS)
    body = msgspec.json.encode(problem) if for_program else problem.detail.encode()
    media_type = PROBLEM if for_program else "text/plain; charset=utf-8"
    headers = [(b"content-type", media_type.encode()), (b"content-length", str(len(body)).encode())]
    if problem.code == Busy.code:
        headers.append((b"retry-after", str(RETRY_SECONDS).encode()))
    await send({"type": "http.response.start", "status": problem.status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})
