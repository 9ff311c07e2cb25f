"""The outbox relay: takes facts in the order they were written and lets the reactions have them.

Facts leave the outbox in the transaction in which their reactions ran, so each is told once. NOTIFY is sent here,
by one connection, as a hint to open pages; nothing depends on it.
"""

import contextlib
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import asyncpg
import msgspec
import structlog

from huozhan.doors.run import NO_ROOM, Runner, tried_again
from huozhan.kernel.actor import system
from huozhan.kernel.facts import Fact
from huozhan.kernel.work import Work
from huozhan.reactions import REACTIONS, Reaction

BATCH_MAX = 500
LIVE_CHANNEL = "live"
NEWS_PER_NOTIFY = 150  # a payload holds 8 000 bytes at most
log = structlog.get_logger()

_TAKE = """
DELETE FROM outbox WHERE fact_id IN (
    SELECT fact_id FROM outbox ORDER BY fact_id LIMIT $1 FOR UPDATE SKIP LOCKED)
RETURNING fact_id, fact, body
"""


class _Stumbled(Exception):
    """A reaction failed, and what it did cannot be told from what the others did."""


async def relay_once(runner: Runner) -> int:
    """Relays one batch of facts and tells how many there were.

    All reactions run as one; only where one fails, all are undone and run again, each held apart by a savepoint of its own.
    """
    try:
        return await tried_again(lambda: _relay(runner, apart=False))
    except _Stumbled:
        return await tried_again(lambda: _relay(runner, apart=True))


async def _relay(runner: Runner, *, apart: bool) -> int:
    async with runner.working(system("relay")) as work:
        rows = await work.db.fetch(_TAKE, BATCH_MAX)
        if not rows:
            return 0
        facts: dict[type[Fact], list[Fact]] = defaultdict(list)
        for row in sorted(rows, key=lambda r: r["fact_id"]):
            kind = Fact.registry[row["fact"]]
            facts[kind].append(msgspec.json.decode(row["body"], type=kind))
        for kind, happened in facts.items():
            for reaction in REACTIONS.get(kind, ()):
                await _react(work, reaction, happened, apart=apart)
        news = sorted(
            {f"{org}:{about}" for happened in facts.values() for fact in happened for org, about in fact.news}
        )
        for start in range(0, len(news), NEWS_PER_NOTIFY):
            await work.db.execute(
                "SELECT pg_notify($1, $2)", LIVE_CHANNEL, ",".join(news[start : start + NEWS_PER_NOTIFY])
            )
    return len(rows)


async def _react(work: Work, reaction: Reaction, happened: Sequence[Any], *, apart: bool) -> None:
    """Runs a reaction on all facts at once; where it fails, each fact becomes a job of its own."""
    try:
        async with work.db.transaction() if apart else contextlib.nullcontext():
            await reaction(work, happened)
    except (*NO_ROOM, asyncpg.InsufficientResourcesError):
        raise
    except Exception as error:  # whatever a reaction trips over must not hold up the facts behind it
        if not apart:
            raise _Stumbled from error
        log.exception("reaction.failed", reaction=reaction.__name__)
        for fact in happened:
            work.enqueue(
                "reaction",
                {"reaction": reaction.__name__, "fact": fact.name, "body": msgspec.to_builtins(fact)},
            )


async def react_later(work: Work, reaction: str, fact: str, body: dict[str, Any]) -> None:
    """Runs one parked reaction again."""
    kind = Fact.registry[fact]
    found = next(r for r in REACTIONS[kind] if r.__name__ == reaction)
    await found(work, [msgspec.convert(body, kind)])
