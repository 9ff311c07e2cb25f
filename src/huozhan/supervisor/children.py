"""Starting programs that never outlive the process which started them."""

import ctypes
import os
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


def follow_parent(sign: signal.Signals) -> Callable[[], None]:
    """Makes the hook a new child runs so that the kernel sends it `sign` when its parent dies.

    The kernel watches the *thread* that starts the child: start children from the main thread only.
    """
    parent_pid = os.getpid()

    def hook() -> None:
        _libc.prctl(PR_SET_PDEATHSIG, int(sign), 0, 0, 0)
        # The parent may have died between the fork and the line above; then no signal will come.
        if os.getppid() != parent_pid:
            os.kill(os.getpid(), signal.SIGKILL)

    return hook


def start_child(
    command: Sequence[str | Path],
    *,
    stop_sign: signal.Signals,
    env: Mapping[str, str],
    cwd: Path | None = None,
    output: IO[bytes] | None = None,
    user: int | None = None,
    group: int | None = None,
    pass_fds: Sequence[int] = (),
) -> subprocess.Popen[bytes]:
    """Starts a program in its own session, so that Ctrl-C at the console reaches only the supervisor."""
    return subprocess.Popen(
        [str(part) for part in command],
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=None if output is None else subprocess.STDOUT,
        cwd=cwd,
        env=dict(env),
        user=user,
        group=group,
        extra_groups=None if user is None else [],
        pass_fds=tuple(pass_fds),
        start_new_session=True,
        preexec_fn=follow_parent(stop_sign),  # noqa: PLW1509 - runs before any thread of the child exists
    )
