"""Attacks every limit, one after another, each by all its attempts at one moment."""

import asyncio
import time
from collections import Counter
from typing import Any

import msgspec
from tests.conftest import OPENING
from tests.ordering.trading import open_trade

from bench.drills.limits import of_book, of_money, of_people, of_trade  # noqa: F401 -- they register themselves
from bench.drills.limits.attacking import LIMITS, Prepare, Stage
from bench.drills.patient import DrillFailed
from bench.ground import empty_market
from huozhan import catalogue, fulfilment, ledger, ordering, payments
from huozhan.doors.settings import Settings
from huozhan.kernel import database
from huozhan.kernel.actor import system
from huozhan.kernel.clock import MovableClock
from huozhan.kernel.refusals import Busy, Refusal
from huozhan.main import open_hall

CONNECTIONS = 24


class Held(msgspec.Struct, frozen=True):
    """How one limit fared."""

    attempts: int
    succeeded: int
    effect: int
    refused: dict[str, int]
    seconds: float


def limits_drill(*, attempts: int, only: str = "") -> dict[str, Any]:
    """Attacks every limit whose name contains `only`; raises where one was broken."""
    with empty_market() as ground:
        held = asyncio.run(_play(ground.settings, attempts, only))
    return {
        "what": "limits, each attacked by so many attempts at one moment; the database was counted afterwards",
        "limits": len(held),
        "attempts_each": attempts,
        "connections": CONNECTIONS,
        "breaches": 0,
        "verify_findings": 0,
        "held": held,
    }


async def _play(settings: Settings, attempts: int, only: str) -> dict[str, Held]:
    clock = MovableClock(OPENING)
    async with open_hall(settings, clock=clock) as hall:
        hall.pool = await database.open_pool(
            settings.database_url, size_min=CONNECTIONS, size_max=CONNECTIONS
        )
        try:
            stage = Stage(await open_trade(hall, clock))
            chosen = {name: prepare for name, prepare in LIMITS.items() if only in name}
            # What is done to the book alone is explained by no order, so it comes after the books are compared.
            of_the_book = {name for name, prepare in chosen.items() if prepare.__module__ == of_book.__name__}
            held = {
                name: await _attack(stage, name, chosen[name], attempts)
                for name in chosen
                if name not in of_the_book
            }
            await _verify(stage, ledger, payments, ordering, fulfilment, catalogue)
            held |= {name: await _attack(stage, name, chosen[name], attempts) for name in of_the_book}
            await _verify(stage, ledger)
        finally:
            await hall.pool.close()
    return held


async def _attack(stage: Stage, name: str, prepare: Prepare, attempts: int) -> Held:
    attack = await prepare(stage)
    start, said, began = asyncio.Event(), Counter[str](), time.monotonic()

    async def attempt(number: int) -> None:
        await start.wait()
        while True:
            try:
                await attack.attempt(number)
            except Busy:
                said["busy, tried again"] += 1
            except Refusal as refusal:
                said[refusal.code] += 1
                return
            else:
                said[""] += 1
                return

    async with asyncio.TaskGroup() as group:
        for number in range(attempts):
            group.create_task(attempt(number))
        start.set()
    succeeded, effect = said.pop("", 0), await stage.value(attack.effect, *attack.values)
    if effect != attack.expected or (attack.succeed is not None and succeeded != attack.succeed):
        raise DrillFailed(
            f"{name}: {succeeded} of {attempts} succeeded (lawful: {attack.succeed}), the database counts {effect}"
            f" (lawful: {attack.expected}); {dict(said)}"
        )
    return Held(attempts, succeeded, effect, dict(said), round(time.monotonic() - began, 1))


async def _verify(stage: Stage, *contexts: Any) -> None:
    """The books are whole after all of it; answers that wait for a person are what some attacks are about."""
    async with stage.hall.working(system("drill")) as work:
        while await ledger.seal_chain(work):
            pass
        found = [finding for context in contexts for finding in await context.verify(work)]
        # Nobody answers for bank and channel here, so what is on its way grows old; the day's close tells that.
        found = [finding for finding in found if finding.code != "payments.clearing_old"]
    wrong = [finding for finding in found if finding.code != "payments.callback_odd"]
    if wrong:
        raise DrillFailed("\n".join(map(str, wrong[:20])))
