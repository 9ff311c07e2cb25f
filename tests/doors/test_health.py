"""What monitors are told, and what the log keeps to itself."""

import asyncio
import contextlib
import json
import subprocess
import sys
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from huozhan.doors import health
from huozhan.doors.app import make_app
from huozhan.doors.hall import Hall

FAULT = """
import logging
import asyncpg, structlog
from huozhan.doors.logs import log_to_stderr

log_to_stderr("info")
structlog.contextvars.bind_contextvars(request_id="number-of-the-call")
refused = asyncpg.NotNullViolationError("null value in a column")
refused.detail = " ".join(["Failing row contains (Li", "Xiaoman)"])
try:
    raise RuntimeError("a fault of ours") from refused
except RuntimeError as error:
    structlog.get_logger().error("request.failed", exc_info=error)
    logging.getLogger("a.library").exception("it failed")
"""


@pytest.fixture
def monitor(hall: Hall) -> httpx.AsyncClient:
    return calling_from("127.0.0.1", hall)


def calling_from(address: str, hall: Hall) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(make_app(hall), client=(address, 50_000))
    return httpx.AsyncClient(transport=transport, base_url="http://market.example")


class AbsentPool:
    """A pool whose database is away, or does not answer."""

    def __init__(self, *, is_silent: bool) -> None:
        self._is_silent = is_silent

    @contextlib.asynccontextmanager
    async def acquire(self) -> AsyncIterator[Any]:
        if self._is_silent:
            await asyncio.sleep(60)
        raise ConnectionRefusedError
        yield


async def test_says_that_it_is_ready(monitor: httpx.AsyncClient) -> None:
    assert (await monitor.get("/health/live")).json() == {"state": "live"}
    assert (await monitor.get("/health/ready")).json() == {"state": "ready"}


@pytest.mark.parametrize("is_silent", [False, True])
async def test_lives_but_is_not_ready_while_the_database_is_away(
    monitor: httpx.AsyncClient, hall: Hall, monkeypatch: pytest.MonkeyPatch, is_silent: bool
) -> None:
    monkeypatch.setattr(health, "PATIENCE_SECONDS", 0.1)
    monkeypatch.setattr(hall, "pool", AbsentPool(is_silent=is_silent))

    live, ready = await monitor.get("/health/live"), await monitor.get("/health/ready")

    assert live.status_code == 200
    assert (ready.status_code, ready.json()) == (503, {"state": "no database"})


async def test_counts_for_prometheus(monitor: httpx.AsyncClient) -> None:
    await monitor.get("/health/live")

    answer = await monitor.get("/metrics")

    assert answer.headers["content-type"].count("charset") == 1
    families = {family.name: family for family in text_string_to_metric_families(answer.text)}
    counted = {sample.labels["route"]: sample.value for sample in families["huozhan_requests"].samples
               if sample.name.endswith("_total")}  # fmt: skip
    assert counted["/health/live"] >= 1
    assert families["huozhan_request_seconds"].type == "histogram"


async def test_shows_its_figures_to_this_machine_only(monitor: httpx.AsyncClient, hall: Hall) -> None:
    assert (await calling_from("192.0.2.7", hall).get("/metrics")).status_code == 404
    through_a_proxy = await monitor.get("/metrics", headers={"x-forwarded-for": "127.0.0.1"})
    assert through_a_proxy.status_code == 404


async def test_names_its_letters_once(monitor: httpx.AsyncClient) -> None:
    assert (await monitor.get("/sign-in")).headers["content-type"] == "text/html; charset=utf-8"


def test_the_log_does_not_quote_a_refused_row() -> None:
    done = subprocess.run([sys.executable, "-c", FAULT], capture_output=True, text=True, check=True)

    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert [line["request_id"] for line in lines] == ["number-of-the-call"] * 2
    assert all("a fault of ours" in line["exception"] for line in lines)
    assert all("null value in a column" in line["exception"] for line in lines)
    assert "Li Xiaoman" not in done.stderr
