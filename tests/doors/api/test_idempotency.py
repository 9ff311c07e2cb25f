"""What moves money or stock happens once, however often and however fast it is asked for."""

import asyncio
import os
import re
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import pytest_asyncio

from huozhan.doors.api.table import OPERATIONS
from huozhan.doors.settings import Settings
from huozhan.kernel import database
from huozhan.kernel.clock import MovableClock
from huozhan.main import found_market
from tests.conftest import OPENING, TERMS, fresh_database, make_hall
from tests.doors.api.calling import BY_ID, Api, problem
from tests.doors.api.recipes import RECIPES, fill
from tests.doors.api.scene import Scene, open_scene

KEYED = [operation.id for operation in OPERATIONS if operation.needs_key]
REPEATS_ARE = "HUOZHAN_TEST_REPEATS"
REPEATS = int(os.environ.get(REPEATS_ARE, "20"))
SHARED = {"sku", "coupon_promotion", "own_offer", "account", "address"}
"""Things that many calls may use one after the other."""
SPOILT_BY = {
    "heat_stock": {"sku"},
    "pay_carrier": {"carrier_payout"},
    "add_bank_account": {"account"},
    "offer_contract": {"contract_book"},
}
ALIASES = {"paid_number": "paid_order", "own_sku": "sku"}
KEY = "order-of-the-morning"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def template(
    server_dsn: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[tuple[str, str, Scene, Path]]:
    """A database with the scene in it, to be copied for every operation."""
    name = "huozhan_scene"
    home = tmp_path_factory.mktemp("scene")
    async with fresh_database(server_dsn, name) as dsn:
        await found_market(Settings(home=home, database_url=dsn), TERMS)
        pool = await database.open_pool(dsn)
        clock = MovableClock(OPENING)
        scene = await open_scene(await make_hall(pool, clock, home), clock)
        await pool.close()
        yield server_dsn, dsn, scene, home


class Copies:
    """One copy of that database after another; a new one is made when the scene's things of the last are used up."""

    def __init__(self, template: tuple[str, str, Scene, Path]) -> None:
        self.server_dsn, self.dsn, self.scene, self.home = template
        self._used: set[str] = set()
        self._pool: asyncpg.Pool | None = None

    async def fit_for(self, operation_id: str) -> Api:
        """An API, with many connections, on a copy in which nobody touched what the call names."""
        things = re.findall(r"[@=](\w+)", str(RECIPES[operation_id].fields))
        named = {ALIASES.get(thing, thing) for thing in things}
        if self._pool is None or named & self._used:
            await self.close()
            admin = await asyncpg.connect(self.server_dsn)
            await admin.execute("CREATE DATABASE huozhan_copy TEMPLATE huozhan_scene")
            await admin.close()
            self._pool = await database.open_pool(self.dsn.replace("huozhan_scene", "huozhan_copy"))
            self._used = set()
        self._used |= (named - SHARED) | SPOILT_BY.get(operation_id, set())
        return Api(await make_hall(self._pool, self.scene.trade.clock, self.home, node=2))

    async def close(self) -> None:
        """Drops the last copy."""
        if self._pool is not None:
            await self._pool.close()
        admin = await asyncpg.connect(self.server_dsn)
        await admin.execute("DROP DATABASE IF EXISTS huozhan_copy WITH (FORCE)")
        await admin.close()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def copies(template: tuple[str, str, Scene, Path]) -> AsyncIterator[Copies]:
    """Copies of the scene in which calls commit."""
    copies = Copies(template)
    yield copies
    await copies.close()


async def _rows(api: Api) -> Counter[str]:
    """How many rows every table has."""
    async with api.hall.pool.acquire() as db:
        # Tries are counted before anything else, repeats too; those that come after the first has succeeded leave a row.
        names = await db.fetch(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'try_count' ORDER BY tablename"
        )
        counts = " UNION ALL ".join(f"SELECT '{name[0]}', count(*) FROM {name[0]}" for name in names)
        return Counter(dict(await db.fetch(counts)))


def _other(fields: dict[str, Any]) -> dict[str, Any]:
    """The same call about something else."""
    name = next(iter(fields))
    value = fields[name]
    if isinstance(value, str):
        changed: Any = value[:-1] + str(9 - int(value[-1])) if value.isdigit() else value + "2"
    elif isinstance(value, int):
        changed = value + 1
    else:
        changed = [*value, *value] if len(value) == 1 else value
    return {**fields, name: changed}


@pytest.mark.parametrize("operation_id", KEYED)
async def test_twenty_at_once_are_one(api: Api, scene: Scene, copies: Copies, operation_id: str) -> None:
    recipe = RECIPES[operation_id]
    once = await _effect(api, scene, operation_id, await recipe.fields_for(scene), repeats=1)
    busy, copied = await copies.fit_for(operation_id), copies.scene
    copied.trade.hall = busy.hall
    fields = await recipe.fields_for(copied)

    assert await _effect(busy, copied, operation_id, fields, repeats=REPEATS) == once

    caller = copied.caller(recipe.owner)
    mismatch = await busy.ask(operation_id, caller, key=KEY, **_other(fill(fields, copied.things)))
    assert problem(mismatch, 422)["code"] == "idempotency.mismatch"


async def _effect(
    api: Api, scene: Scene, operation_id: str, fields: dict[str, Any], *, repeats: int
) -> Counter[str]:
    """How many rows a call adds, made so often at once; every answer must be the same."""
    before = await _rows(api)
    caller = scene.caller(RECIPES[operation_id].owner)
    calls = (api.ask(operation_id, caller, key=KEY, **fill(fields, scene.things)) for _ in range(repeats))
    answers = await asyncio.gather(*calls)
    assert {answer.status_code for answer in answers} <= {200, 201}, answers[0].text
    assert len({answer.content for answer in answers}) == 1
    after = await _rows(api)
    after.subtract(before)
    return +after


@pytest.mark.parametrize("operation_id", KEYED)
async def test_a_key_is_needed_and_kept_short(api: Api, scene: Scene, operation_id: str) -> None:
    recipe = RECIPES[operation_id]
    fields = fill(await recipe.fields_for(scene), scene.things)
    caller = scene.caller(recipe.owner)

    long = await api.ask(operation_id, caller, key="k" * 256, **fields)
    spaced = await api.ask(operation_id, caller, key="a b", **fields)
    request = api.request(BY_ID[operation_id], fields, caller.headers)

    assert problem(long, 400)["code"] == "invalid"
    assert problem(spaced, 400)["code"] == "invalid"
    assert problem(await api.client.send(request), 400)["code"] == "key_required"
    assert (await api.ask(operation_id, caller, key="k" * 255, **fields)).is_success
