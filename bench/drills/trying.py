"""Runs tests on a server of the drill's own and reads what pytest said."""

import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence

import msgspec

_COUNT = re.compile(r"(\d+) (passed|failed|error)")


class Outcome(msgspec.Struct, frozen=True):
    """What pytest said."""

    code: int
    counts: Mapping[str, int]
    cause: str
    text: str


def try_tests(dsn: str, words: Sequence[str], environment: Mapping[str, str] | None = None) -> Outcome:
    """Runs pytest with these words against the server at `dsn`."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--tb=line", *words],
        env={**os.environ, "HUOZHAN_DATABASE_URL": dsn, **(environment or {})},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    lines = done.stdout.strip().splitlines() or [""]
    counts = {what.rstrip("s"): int(number) for number, what in _COUNT.findall(lines[-1])}
    cause = next((line for line in lines if line.startswith(("E ", "/")) and ": " in line), "")
    return Outcome(done.returncode, counts, cause.partition(": ")[2][:160], done.stdout + done.stderr)
