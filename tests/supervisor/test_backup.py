"""A backup taken from a running server opens elsewhere, whole, and only with its passphrase."""

import errno
import io
import tarfile
from pathlib import Path

import asyncpg
import pytest

from huozhan.supervisor import CannotServe, PostgresServer
from huozhan.supervisor.backup import back_up, restore

PASSPHRASE = "seven bolts of cloth"


def no_progress(_stage: str, _done: int, _total: int) -> None:
    """Nobody watches."""


@pytest.fixture
def folder(home: Path) -> Path:
    return home.parent


@pytest.fixture
async def backup(folder: Path) -> Path:
    """A backup of a home with one parcel, one picture and two secrets."""
    home, target = folder / "home", folder / "market.backup"
    with PostgresServer(home) as server:
        connection = await asyncpg.connect(server.dsn)
        await connection.execute("CREATE TABLE parcel (id bigint PRIMARY KEY); INSERT INTO parcel VALUES (7)")
        await connection.close()
        (home / "keys.json").write_text('{"newest": 1}')
        (home / "secrets.toml").write_text("[mail]\n")
        (home / "media/ab").mkdir(parents=True)
        (home / "media/ab/teapot.webp").write_bytes(b"a teapot")
        back_up(home, server.dsn, target, PASSPHRASE, no_progress)
    return target


async def test_comes_back_whole(backup: Path, folder: Path) -> None:
    home = folder / "again"

    restore(backup, home, PASSPHRASE, no_progress)

    assert (home / "media/ab/teapot.webp").read_bytes() == b"a teapot"
    assert (home / "keys.json").read_text() == '{"newest": 1}'
    assert (home / "keys.json").stat().st_mode & 0o777 == 0o600
    assert not (home / "database.dump").exists()
    with PostgresServer(home) as server:
        connection = await asyncpg.connect(server.dsn)
        assert await connection.fetchval("SELECT id FROM parcel") == 7
        await connection.close()


def test_shows_its_keys_to_nobody_without_the_passphrase(backup: Path, folder: Path) -> None:
    assert b'"newest": 1' not in backup.read_bytes()

    with pytest.raises(CannotServe, match="passphrase does not open"):
        restore(backup, folder / "again", "seven bolts of silk", no_progress)
    assert not (folder / "again").exists()
    assert not (folder / "again.unfinished").exists()


def test_refuses_a_home_that_holds_something(backup: Path, folder: Path) -> None:
    with pytest.raises(CannotServe, match="is not empty"):
        restore(backup, folder / "home", PASSPHRASE, no_progress)


def test_tells_what_it_has_written(folder: Path) -> None:
    home, target = folder / "home", folder / "market.backup"
    (home / "media").mkdir()
    (home / "media/teapot.webp").write_bytes(b"a teapot")
    with PostgresServer(home) as server:
        done = back_up(home, server.dsn, target, PASSPHRASE, no_progress)

    assert (done.file, done.files, done.bytes) == (str(target), 1, target.stat().st_size)
    assert [path.name for path in folder.iterdir() if path.name.startswith(".")] == []


def test_refuses_a_backup_that_ends_before_its_last_picture(backup: Path, folder: Path) -> None:
    with tarfile.open(backup) as tar:
        picture = tar.getmember("media/ab/teapot.webp")
    with backup.open("r+b") as file:
        file.truncate(picture.offset)

    with pytest.raises(CannotServe, match="it ends after 0 of 1 files"):
        restore(backup, folder / "again", PASSPHRASE, no_progress)
    assert not (folder / "again").exists()


def test_a_backup_that_cannot_be_written_leaves_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(tarfile.TarFile, "add", full)
    with (
        PostgresServer(folder / "home") as server,
        pytest.raises(CannotServe, match="No space left on device"),
    ):
        back_up(folder / "home", server.dsn, folder / "market.backup", PASSPHRASE, no_progress)

    assert [path.name for path in folder.iterdir()] == ["home"]


@pytest.mark.parametrize("name", ["media/../../stolen", "media/link"])
def test_refuses_a_file_that_leads_out_of_the_home(backup: Path, folder: Path, name: str) -> None:
    with tarfile.open(backup, "a:") as tar:
        member = tarfile.TarInfo(name)
        if name.endswith("link"):
            member.type, member.linkname = tarfile.SYMTYPE, "/etc/passwd"
            tar.addfile(member)
        else:
            member.size = 1
            tar.addfile(member, io.BytesIO(b"x"))

    with pytest.raises(CannotServe, match="it holds"):
        restore(backup, folder / "again", PASSPHRASE, no_progress)
    assert not (folder / "stolen").exists()


def test_refuses_a_file_that_is_no_backup(folder: Path) -> None:
    (folder / "notes.txt").write_text("tea, 12 boxes")

    with pytest.raises(CannotServe, match="cannot be restored"):
        restore(folder / "notes.txt", folder / "again", PASSPHRASE, no_progress)
