"""Starting programs that never outlive the process which started them."""

import ctypes
import os
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO, Protocol

from huozhan.supervisor.trouble import CannotServe

PR_SET_PDEATHSIG = 1
PR_SET_NAME = 15
_libc = ctypes.CDLL(None, use_errno=True)


class Child(Protocol):
    """A process we started, whichever way."""

    @property
    def pid(self) -> int:
        """Its number."""
        ...

    def poll(self) -> int | None:
        """Its exit code (negative: the signal that ended it), or nothing while it runs."""
        ...

    def send_signal(self, sig: int) -> None:
        """Sends it a signal, unless it has ended."""
        ...


class ForkedChild:
    """A copy of this process that runs one function; what was imported before stays shared in memory."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._code: int | None = None

    def poll(self) -> int | None:
        """Its exit code, or nothing while it runs."""
        if self._code is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self._code = os.waitstatus_to_exitcode(status)
        return self._code

    def send_signal(self, sig: int) -> None:
        """Sends it a signal, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, sig)


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
    orphan_sign: signal.Signals,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    stdout: IO[bytes] | int | None = None,
    stderr: IO[bytes] | int | None = None,
    user: int | None = None,
    group: int | None = None,
) -> subprocess.Popen[bytes]:
    """Starts a program in its own session, so that Ctrl-C at the console reaches only the supervisor."""
    return subprocess.Popen(
        [str(part) for part in command],
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=stderr,
        cwd=cwd,
        env=env,
        user=user,
        group=group,
        extra_groups=None if user is None else [],
        start_new_session=True,
        preexec_fn=follow_parent(orphan_sign),  # noqa: PLW1509 - the supervisor has one thread
    )


def fork_child(name: str, run: Callable[[], None]) -> ForkedChild:
    """Runs a function in a copy of this process, which must have one thread and no event loop.

    `name` is what `ps` and `top` show for it.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    hook = follow_parent(signal.SIGKILL)
    pid = os.fork()
    if pid:
        return ForkedChild(pid)
    code = 1
    try:
        hook()
        _libc.prctl(PR_SET_NAME, f"huozhan-{name}".encode(), 0, 0, 0)
        os.setsid()
        signal.set_wakeup_fd(-1)
        for sign in (signal.SIGTERM, signal.SIGINT, signal.SIGCHLD):
            signal.signal(sign, signal.SIG_DFL)
        run()
        code = 0
    except SystemExit as leaving:
        code = leaving.code if isinstance(leaving.code, int) else int(leaving.code is not None)
    except CannotServe as trouble:
        print(f"huozhan: {trouble}", file=sys.stderr)  # noqa: T201 - words for the console
    except BaseException:  # noqa: BLE001 - the copy must never run on into its parent's code
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
