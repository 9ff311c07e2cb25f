"""What stands in the way is one sentence at the console and an exit code, and nothing has been made or changed."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from huozhan.kernel.crypto import read_keyring
from huozhan.supervisor.home import hold


def huozhan(*words: str | Path, **variables: str) -> tuple[int, str]:
    """The exit code and what was said on stderr; stdout must stay empty."""
    done = subprocess.run(
        [sys.executable, "-m", "huozhan", *map(str, words)],
        capture_output=True, text=True, check=False, env=_environment(variables), timeout=120,
    )  # fmt: skip
    assert done.stdout == ""
    return done.returncode, done.stderr


def _environment(variables: Mapping[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HUOZHAN_")}
    return {**kept, **variables}


@pytest.mark.parametrize(
    ("variables", "options", "told"),
    [
        ({"HUOZHAN_PORT": "eighty"}, [], "HUOZHAN_PORT is 'eighty'; it should be a number from 0 to 65535."),
        ({"HUOZHAN_PORT": "99999"}, [], "HUOZHAN_PORT is '99999'"),
        ({"HUOZHAN_PROCESSES": "0"}, [], "HUOZHAN_PROCESSES is '0'; it should be a number from 1 to 64."),
        ({"HUOZHAN_LOG_LEVEL": "loud"}, [], "HUOZHAN_LOG_LEVEL is 'loud'; it should be one of"),
        ({"HUOZHAN_ISOLATION": "none"}, [], "HUOZHAN_ISOLATION is 'none'; it should be one of"),
        ({}, ["--public-url", "market.example"], "it should look like https://market.example."),
        ({}, ["--public-url", "https://market.example/shop"], "it should look like https://market.example."),
        ({}, ["--trusted-proxy", "the-proxy"], "should be an address or a network"),
        ({}, ["--host", "bad..name"], "The address bad..name:0 cannot be used"),
        ({"HUOZHAN_DATABASE_URL": "mysql://there"}, [], "The database cannot be used: invalid DSN"),
        ({"HUOZHAN_DATABASE_URL": "postgresql://a:b@127.0.0.1:1/c"}, [], "The database cannot be used"),
    ],
)
def test_a_setting_that_cannot_be_is_named(
    tmp_path: Path, variables: dict[str, str], options: list[str], told: str
) -> None:
    given = options if "HUOZHAN_PORT" in variables else ["--port", "0", *options]

    code, said = huozhan("serve", "--home", tmp_path / "home", *given, **variables)

    assert (code, said.count("\n")) == (1, 1)
    assert said.startswith("huozhan: ")
    assert told in said
    assert not (tmp_path / "home" / "postgres").exists()


@pytest.mark.parametrize("words", [["verify"], ["backup", "market.backup"], ["web"], ["worker"]])
def test_a_home_without_a_market_is_not_made_into_one(
    tmp_path: Path, words: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    told = huozhan(*words, "--home", tmp_path / "home", HUOZHAN_BACKUP_PASSPHRASE="seven bolts of cloth")

    assert told == (1, f"huozhan: There is no market in {tmp_path / 'home'}: name its folder with --home.\n")
    assert not (tmp_path / "home").exists()


async def test_a_database_without_a_market_is_not_worked_on(tmp_path: Path, bare_dsn: str) -> None:
    code, said = huozhan("verify", "--home", tmp_path / "home", HUOZHAN_DATABASE_URL=bare_dsn)

    assert (code, said.count("\n")) == (1, 1)
    assert "No market has been founded in this database yet" in said


async def test_a_database_that_is_not_there_is_named(tmp_path: Path, server_dsn: str) -> None:
    nowhere = server_dsn.rpartition("/")[0] + "/nowhere"

    code, said = huozhan("verify", "--home", tmp_path / "home", HUOZHAN_DATABASE_URL=nowhere)

    assert (code, said) == (1, 'huozhan: The database cannot be used: database "nowhere" does not exist.\n')


def test_a_key_is_added_while_nobody_serves_and_the_old_ones_stay(tmp_path: Path) -> None:
    home = tmp_path / "home"
    code, said = huozhan("keys", "add", "--home", home)
    assert (code, said.count("There is no market in")) == (1, 1)
    sealed = read_keyring(home / "keys.json").seal("小李", field="name", owner=7)

    with hold(home, str(home)):
        code, said = huozhan("keys", "add", "--home", home)
        assert (code, said.count("is already served")) == (1, 1)
    done = subprocess.run(
        [sys.executable, "-m", "huozhan", "keys", "add", "--home", str(home), "--json"],
        capture_output=True, text=True, check=True, env=_environment({}), timeout=120,
    )  # fmt: skip

    assert json.loads(done.stdout) == {"key": 2}
    assert (home / "keys.json").stat().st_mode & 0o777 == 0o600
    keyring = read_keyring(home / "keys.json")
    assert keyring.open(sealed, field="name", owner=7) == "小李"
    assert keyring.seal("小李", field="name", owner=7).startswith(keyring.newest_head)
    assert not sealed.startswith(keyring.newest_head)
