"""The home folder: everything one market keeps on this machine, held by one instance at a time."""

import base64
import fcntl
import os
import secrets
import shutil
import tomllib
from pathlib import Path
from typing import IO

from huozhan.supervisor.trouble import CannotServe, HomeInUse

SPACE_NEEDED_BYTES = 64 * 1024 * 1024
MERCHANT = "huozhan"
PARTIES = ("channel", "bank", "carrier", "mail", "signer", "lender", "funder", "tax", "insurer")
CALL_NOBODY_BACK = ("mail", "signer", "insurer")


def prepare_home(home: Path) -> None:
    """Makes the folder, closed to other users of the machine; one that holds something keeps its mode."""
    try:
        home.mkdir(parents=True, exist_ok=True)
        if not any(home.iterdir()):
            # Where root serves, another user runs PostgreSQL: it may pass through, but not look around.
            home.chmod(0o711 if os.getuid() == 0 else 0o700)
        trial = home / ".writable"
        trial.touch()
        trial.unlink()
    except OSError as error:
        raise CannotServe(f"The folder {home} cannot be written: {error.strerror}.") from error
    free = shutil.disk_usage(home).free
    if free < SPACE_NEEDED_BYTES:
        raise CannotServe(
            f"The disk of {home} is full: {free >> 20} MB free, {SPACE_NEEDED_BYTES >> 20} MB are needed."
        )


def hold(folder: Path, holder: str) -> IO[str]:
    """Takes the lock of a folder until the file is closed or the process dies."""
    try:
        lock = (folder / "lock").open("w")
    except OSError as error:
        raise CannotServe(f"The folder {folder} cannot be written: {error.strerror}.") from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        raise HomeInUse(f"The home {holder} is already served by another instance.") from None
    return lock


def write_private(path: Path, text: str) -> None:
    """Writes a file only its owner can read, whole or not at all."""
    draft = path.with_name(path.name + ".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def make_channel_secrets(file: Path) -> None:
    """Makes the secrets the market shares with its outside parties, once; a home that is older gets those it lacks."""
    kept = file.read_text() if file.exists() else ""
    lines: list[str] = []
    for party in PARTIES:
        if party in tomllib.loads(kept):
            continue
        lines.append(f"[{party}]")
        lines.append(f'request_secret = "{secrets.token_urlsafe(32)}"')
        if party not in CALL_NOBODY_BACK:
            lines.append(f'callback_secret = "whsec_{base64.b64encode(secrets.token_bytes(32)).decode()}"')
        if party == "channel":
            lines.append(f'merchant = "{MERCHANT}"')
    if lines:
        write_private(file, kept + "\n".join(lines) + "\n")
