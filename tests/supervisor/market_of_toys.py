"""A supervised market whose parts do nothing but live; run as a program by test_serving."""

import os
import signal
import sys
import time
from pathlib import Path

from huozhan.supervisor import CannotServe, PostgresServer
from huozhan.supervisor.serving import TellReady, forked, keep_running, stoppable


def toy(folder: Path, name: str, tell_ready: TellReady) -> None:
    """Writes its number down, lives, and says that it was asked to go."""

    def leave(_sign: int, _frame: object) -> None:
        (folder / f"{name}.left").touch()
        sys.exit(0)

    signal.signal(signal.SIGTERM, leave)
    if (folder / f"{name}.broken").exists():
        # Only once its sibling lives, so that there is something to put away.
        while not (folder / "door.pid").exists():
            time.sleep(0.01)
        sys.exit(3)
    draft = folder / f"{name}.draft"
    draft.write_text(str(os.getpid()))
    draft.rename(folder / f"{name}.pid")
    tell_ready()
    while True:
        time.sleep(60)


def main() -> None:
    """Serves until asked to stop."""
    folder = Path(sys.argv[1])
    with stoppable(), PostgresServer(folder / "home") as server:
        parts = [
            forked("door", lambda tell: toy(folder, "door", tell)),
            forked("worker", lambda tell: toy(folder, "worker", tell)),
        ]
        keep_running(server, parts, lambda: print("ready", server.pid, server.dsn, flush=True))


if __name__ == "__main__":
    try:
        main()
    except CannotServe as trouble:
        sys.exit(str(trouble))
