"""A market is opened with its own keys only, and a process that lost its number mints no more ids."""

import asyncio
import contextlib
import os
import signal
from pathlib import Path

import asyncpg
import msgspec
import pytest

from huozhan import main
from huozhan.doors.settings import Settings
from huozhan.kernel.database import WrongDatabase
from huozhan.kernel.ids import NODES_MAX
from huozhan.main import names_outside, open_hall


@pytest.fixture
def settings(tmp_path: Path, open_dsn: str) -> Settings:
    return Settings(home=tmp_path / "home", database_url=open_dsn)


async def opened(settings: Settings) -> None:
    async with open_hall(settings):
        pass


async def test_opens_again_with_the_keys_of_the_first_day(settings: Settings) -> None:
    await opened(settings)
    await opened(settings)


async def test_refuses_a_database_of_another_home(settings: Settings, tmp_path: Path) -> None:
    await opened(settings)
    other = Settings(home=tmp_path / "other", database_url=settings.database_url)
    (tmp_path / "other").mkdir()

    with pytest.raises(WrongDatabase, match="keys of this market are missing"):
        await opened(other)
    assert not other.key_file.exists()

    settings.key_file.rename(tmp_path / "kept")
    main.read_keyring(other.key_file)
    with pytest.raises(WrongDatabase, match="another market than"):
        await opened(other)

    (tmp_path / "kept").rename(other.key_file)
    await opened(other)


@pytest.mark.parametrize("isolation", ["read committed", "serializable"])
async def test_processes_that_start_side_by_side_get_a_number_each(
    settings: Settings, isolation: str
) -> None:
    await opened(settings)
    at_once = msgspec.structs.replace(settings, isolation=isolation)
    async with contextlib.AsyncExitStack() as halls:
        opened_halls = await asyncio.gather(
            *(halls.enter_async_context(open_hall(at_once)) for _ in range(5))
        )
        assert len({hall.mint.new() >> 12 & NODES_MAX - 1 for hall in opened_halls}) == 5


async def test_a_process_whose_number_went_to_another_one_ends(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = asyncio.Event()
    signs: list[tuple[int, int]] = []

    def end(pid: int, sign: int) -> None:
        signs.append((pid, sign))
        ended.set()

    monkeypatch.setattr(main, "NODE_RENEW_SECONDS", 0.01)
    monkeypatch.setattr(main.os, "kill", end)
    async with open_hall(settings):
        await asyncio.sleep(0.1)
        assert signs == []
        db = await asyncpg.connect(settings.database_url)
        await db.execute("UPDATE node_lease SET holder = 'another one'")
        await db.close()
        await asyncio.wait_for(ended.wait(), 30)
    assert signs == [(os.getpid(), signal.SIGTERM)]


@pytest.mark.parametrize(("named", "nobody_plays"), [("channel bank", True), ("bank", False), ("", False)])
def test_stand_ins_play_unless_every_party_is_named(tmp_path: Path, named: str, nobody_plays: bool) -> None:
    settings = Settings(home=tmp_path)
    lines = [
        f'[{party}]\nrequest_secret = "s"\n' + ('url = "https://it.example"\n' if party in named else "")
        for party in ("channel", "bank")
    ]
    assert not names_outside(settings)
    settings.secrets_file.write_text("".join(lines))
    assert names_outside(settings) is nobody_plays


@pytest.mark.parametrize(
    ("host", "public_url", "url"),
    [
        ("127.0.0.1", "", "http://127.0.0.1:8080"),
        ("0.0.0.0", "", "http://127.0.0.1:8080"),
        ("::1", "", "http://[::1]:8080"),
        ("0.0.0.0", "https://market.example", "https://market.example"),
    ],
)
def test_links_lead_to_an_address_that_can_be_called(host: str, public_url: str, url: str) -> None:
    assert Settings(home=Path(), host=host, public_url=public_url).url == url
