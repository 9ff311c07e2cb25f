"""Live updates: server-sent events over one LISTEN connection per web process.

The relay says which organisation something happened to and what it was about; a page that is open then fetches what
changed. A page listens a moment after it was written: what happened in between is told it first. A missed event costs
nothing but freshness.
"""

import asyncio
import contextlib
import time
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import asyncpg
import structlog
from litestar import Request, get
from litestar.response import ServerSentEvent, ServerSentEventMessage

from huozhan.doors.entrance import who_knocks
from huozhan.doors.jobs.relay import LIVE_CHANNEL
from huozhan.kernel.refusals import TooMany, Unauthenticated

WAITING_MAX = 50
LISTENERS_MAX = 2_000
LISTENERS_OF_ONE_MAX = 200
"""Pages that one organisation may have open in one process, so that nobody takes the places of all others."""
RECENT_SECONDS = 20.0
"""Within which a page that was written begins to listen, also over a slow line."""
RECENT_MAX = 5_000
KEEP_ALIVE_SECONDS = 20.0
ASK_AGAIN_SECONDS = 10.0
"""How long a page may go on listening before it is asked again whose it is."""
RECONNECT_SECONDS = 2.0
log = structlog.get_logger()


class Listeners:
    """Who listens in this process, by organisation."""

    def __init__(self) -> None:
        self._queues: dict[int, set[asyncio.Queue[str]]] = defaultdict(set)
        self._recent: deque[tuple[float, int, str]] = deque(maxlen=RECENT_MAX)
        self._count = 0

    def must_have_room(self, org_id: int) -> None:
        """Refuses one listener too many."""
        if self._count >= LISTENERS_MAX or len(self._queues.get(org_id, ())) >= LISTENERS_OF_ONE_MAX:
            raise TooMany(retry_after_seconds=30)

    @contextlib.contextmanager
    def listening(self, org_id: int) -> Any:
        """A queue of what happens to one organisation, for as long as the page is open."""
        queue: asyncio.Queue[str] = asyncio.Queue(WAITING_MAX)
        since = time.monotonic() - RECENT_SECONDS
        missed = dict.fromkeys(about for at, org, about in self._recent if org == org_id and at >= since)
        for about in list(missed)[-WAITING_MAX:]:
            queue.put_nowait(about)
        self._queues[org_id].add(queue)
        self._count += 1
        try:
            yield queue
        finally:
            self._count -= 1
            self._queues[org_id].discard(queue)
            if not self._queues[org_id]:
                del self._queues[org_id]

    def tell(self, payload: str) -> None:
        """Hands "org:about,org:about" out; one who does not keep up loses the oldest."""
        now = time.monotonic()
        for pair in payload.split(","):
            org, _, about = pair.partition(":")
            self._recent.append((now, int(org), about))
            for queue in self._queues.get(int(org), ()):
                if queue.full():
                    queue.get_nowait()
                queue.put_nowait(about)


async def listen(dsn: str, listeners: Listeners) -> None:
    """Keeps one LISTEN connection for this process, opened again when it breaks."""
    while True:
        with contextlib.suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            db = await asyncpg.connect(dsn, server_settings={"application_name": "huozhan-live"})
            gone = asyncio.Event()
            db.add_termination_listener(lambda _db, gone=gone: gone.set())
            await db.add_listener(LIVE_CHANNEL, lambda _db, _pid, _channel, payload: listeners.tell(payload))
            try:
                await gone.wait()
            finally:
                with contextlib.suppress(Exception):
                    await db.close(timeout=1)
        await asyncio.sleep(RECONNECT_SECONDS)


@get("/events", include_in_schema=False)
async def events(request: Request[Any, Any, Any]) -> ServerSentEvent:
    """What happens to the organisation of the one who listens."""
    actor = request.scope["state"]["actor"]
    if not actor.org_id:
        raise Unauthenticated
    listeners: Listeners = request.app.state.listeners
    listeners.must_have_room(actor.org_id)
    hall, state = request.app.state.hall, request.scope["state"]

    async def still_may() -> bool:
        found = await who_knocks(hall, state)
        return found is not None and found.org_id == actor.org_id

    return ServerSentEvent(stream(listeners, actor.org_id, still_may))


async def stream(
    listeners: Listeners, org_id: int, still_may: Callable[[], Awaitable[bool]]
) -> AsyncIterator[ServerSentEventMessage]:
    """What happens, until the one who listens goes, signs out or belongs to the organisation no longer."""
    with listeners.listening(org_id) as queue:
        yield ServerSentEventMessage(event="ready", data="0", retry=int(RECONNECT_SECONDS * 1000))
        asked_at = time.monotonic()
        while True:
            about = None
            with contextlib.suppress(TimeoutError):
                about = await asyncio.wait_for(queue.get(), KEEP_ALIVE_SECONDS)
            if time.monotonic() - asked_at >= ASK_AGAIN_SECONDS:
                if not await still_may():
                    return
                asked_at = time.monotonic()
            if about is None:
                yield ServerSentEventMessage(comment="still here")
            else:
                yield ServerSentEventMessage(event="change", data=about)
