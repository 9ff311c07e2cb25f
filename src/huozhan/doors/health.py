"""Is the process alive, can it serve, and what did it count."""

import asyncio
import os
from typing import Any

import asyncpg
from litestar import Request, Response, get
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest, multiprocess

from huozhan.doors.hall import Hall
from huozhan.kernel.refusals import NotFound

PATIENCE_SECONDS = 2.0
LOOPBACK = ("127.0.0.1", "::1")


@get("/health/live", include_in_schema=False)
async def live() -> dict[str, str]:
    """The process answers."""
    return {"state": "live"}


@get("/health/ready", include_in_schema=False)
async def ready(request: Request[Any, Any, Any]) -> Response[dict[str, str]]:
    """The process answers and reaches the database."""
    hall: Hall = request.app.state.hall
    try:
        async with asyncio.timeout(PATIENCE_SECONDS), hall.pool.acquire() as db:
            await db.fetchval("SELECT 1")
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
        return Response({"state": "no database"}, status_code=503)
    return Response({"state": "ready"})


@get("/metrics", include_in_schema=False)
async def metrics(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Prometheus's counters of all processes; only for this machine, and not through a proxy."""
    if not request.client or request.client.host not in LOOPBACK or "x-forwarded-for" in request.headers:
        raise NotFound
    registry = REGISTRY
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        registry = CollectorRegistry()
        multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return Response(generate_latest(registry), headers={"content-type": CONTENT_TYPE_LATEST})
