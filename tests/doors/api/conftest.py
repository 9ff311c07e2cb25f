"""The ground of the API's tests: one scene for all of them; each test's changes are undone by a savepoint."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from huozhan import search
from huozhan.kernel.clock import MovableClock
from tests.conftest import OPENING, STANDING, OneConnection, connect_for_long, make_hall, own_market
from tests.doors.api.calling import Api
from tests.doors.api.scene import Scene, open_scene


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def standing(
    server_dsn: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[tuple[Api, Scene]]:
    """The scene and the API in front of it, for all tests of this folder."""
    async with own_market(server_dsn, "api") as dsn:
        db = await connect_for_long(dsn)
        transaction = db.transaction(isolation=STANDING)
        await transaction.start()
        home: Path = tmp_path_factory.mktemp("api")
        clock = MovableClock(OPENING)
        hall = await make_hall(OneConnection(db), clock, home)
        hall.index = search.open_index(hall.settings.index)
        yield Api(hall), await open_scene(hall, clock)
        await transaction.rollback()
        await db.close()


@pytest_asyncio.fixture(loop_scope="session")
async def api(standing: tuple[Api, Scene]) -> AsyncIterator[Api]:
    """The API; what a test does through it is undone."""
    api, _ = standing
    async with api.hall.pool.acquire() as db:
        undo = db.transaction()
        await undo.start()
        yield api
        await undo.rollback()


@pytest.fixture
def scene(standing: tuple[Api, Scene]) -> Scene:
    """What there is."""
    return standing[1]
