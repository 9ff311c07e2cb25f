"""One web process: uvicorn around the app, on a socket it shares with the others."""

import socket
from collections.abc import Callable

import uvicorn

from huozhan.doors.app import make_app
from huozhan.doors.hall import Hall

GRACE_SECONDS = 5
KEEP_ALIVE_SECONDS = 75
"""Longer than a proxy keeps its connections, so that it never writes into one that is just closed here."""
BACKLOG = 1024


async def serve_hall(hall: Hall, listener: socket.socket, tell_ready: Callable[[], None]) -> None:
    """Answers requests until SIGTERM or SIGINT; what is being answered then is finished first."""
    settings = hall.settings
    config = uvicorn.Config(
        make_app(hall),
        http="httptools",
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        backlog=BACKLOG,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=list(settings.trusted_proxies),
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    await _Server(config, tell_ready).serve(sockets=[listener])


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, tell_ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._tell_ready = tell_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Says that it answers, as soon as it does."""
        await super().startup(sockets)
        if self.started:
            self._tell_ready()
