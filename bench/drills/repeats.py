"""Every operation that needs a key is repeated many times at once: one effect, equal answers, and another body is refused."""

import tempfile
import time
from pathlib import Path
from typing import Any

from tests.doors.api.test_idempotency import KEYED, REPEATS_ARE

from bench.drills.patient import DrillFailed
from bench.drills.trying import try_tests
from huozhan.supervisor.postgres import PostgresServer

TEST = "tests/doors/api/test_idempotency.py::test_twenty_at_once_are_one"


def repeats_drill(*, times: int) -> dict[str, Any]:
    """Repeats each operation so often at once, under one key, on a copy of the same market."""
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="huozhan-repeats-") as folder:
        Path(folder).chmod(0o711)
        with PostgresServer(Path(folder)) as server:
            seen = try_tests(server.dsn, [TEST], {REPEATS_ARE: str(times)})
    if seen.code:
        raise DrillFailed(seen.text[-4_000:])
    return {
        "what": "operations that need a key, each asked for many times at once: one effect, equal bodies, 422 for another body",
        "operations": len(KEYED),
        "repeats": times,
        "passed": seen.counts.get("passed", 0),
        "seconds": round(time.monotonic() - begun),
    }
