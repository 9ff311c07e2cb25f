"""Runs the leading part of the drill in a process of its own: pytest inside a pytest is nobody's plan."""

import contextlib
import os
from collections.abc import Callable
from multiprocessing import Pipe
from typing import Any

from bench.drills.patient import DrillFailed


def in_a_fork(lead: Callable[[Callable[..., None]], None], take: Callable[..., None]) -> None:
    """Calls `lead(send)` in a forked process; what it sends is taken here. Fails as it fails."""
    near, far = Pipe()
    pid = os.fork()
    if pid == 0:
        near.close()
        silence = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silence, 1)
        failed = ""
        try:
            lead(lambda *told: far.send(told))
        except BaseException as error:  # noqa: BLE001 -- told to who asked, whatever it is
            failed = f"{type(error).__name__}: {error}"
        far.send(failed)
        os._exit(0)
    far.close()
    told: Any = ()
    cause = "the drill's process ended"
    with contextlib.suppress(EOFError):
        while not isinstance(told := near.recv(), str):
            take(*told)
        cause = told
    os.waitpid(pid, 0)
    near.close()
    if cause:
        raise DrillFailed(cause)
