"""A market in one file: the database as of one moment, the pictures, and the keys under a passphrase.

The file is a plain tar, so that its parts can be looked at with common tools:

    manifest.json   what this is and which version made it
    keys.sealed     the field keys and the secrets of outside parties, AES-256-GCM under scrypt(passphrase)
    database.dump   pg_dump's custom format
    media/…         files as they lie in the home
"""

import io
import json
import os
import re
import secrets
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import IO
from urllib.parse import unquote, urlsplit, urlunsplit

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from huozhan.supervisor.home import prepare_home, write_private
from huozhan.supervisor.postgres import PostgresServer
from huozhan.supervisor.programs import Programs, clean_environment, find_programs
from huozhan.supervisor.trouble import CannotServe

FORMAT = 1
KEPT_SECRETS = ("keys.json", "secrets.toml", "channel.toml", "seal.pem")
MEDIA = "media"
SCRYPT_N, SCRYPT_R, SCRYPT_P = 2**15, 8, 1
SALT_BYTES, NONCE_BYTES, KEY_BYTES = 16, 12, 32
BOUND = b"huozhan backup keys"

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class BackedUp:
    """What a backup came to."""

    file: str
    made_at: str
    files: int
    bytes: int


def back_up(home: Path, dsn: str, target: Path, passphrase: str, progress: Progress) -> BackedUp:
    """Writes the whole market into one file while it is served; the file appears when it is complete."""
    try:
        return _write_backup(home, dsn, target.absolute(), passphrase, progress)
    except OSError as error:
        raise CannotServe(f"The backup {target} cannot be written: {error.strerror}.") from error


def _write_backup(home: Path, dsn: str, target: Path, passphrase: str, progress: Progress) -> BackedUp:
    with tempfile.TemporaryDirectory(prefix=".huozhan-backup-", dir=target.parent) as name:
        dump, draft = Path(name) / "database.dump", Path(name) / "draft"
        made_at = datetime.now(UTC)
        # The database first: every file it names is still there when the files are read afterwards.
        progress("database", 0, 1)
        _run(
            _programs_for(dsn),
            "pg_dump",
            dsn,
            "--format=custom",
            "--no-owner",
            "--no-privileges",
            f"--file={dump}",
        )
        progress("database", 1, 1)
        files = sorted(path for path in (home / MEDIA).rglob("*") if path.is_file())
        done = BackedUp(str(target), made_at.isoformat(timespec="seconds"), len(files), 0)
        with draft.open("wb") as out:
            os.fchmod(out.fileno(), 0o600)
            with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as tar:
                manifest = {"format": FORMAT, "made_at": done.made_at, "files": done.files}
                _add(tar, "manifest.json", json.dumps(manifest).encode())
                _add(tar, "keys.sealed", seal_secrets(_secrets_in(home), passphrase))
                tar.add(dump, arcname="database.dump")
                for number, path in enumerate(files, start=1):
                    tar.add(path, arcname=str(path.relative_to(home)))
                    progress("files", number, len(files))
            out.flush()
            os.fsync(out.fileno())
        draft.replace(target)
    return replace(done, bytes=target.stat().st_size)


def restore(source: Path, home: Path, passphrase: str, progress: Progress) -> datetime:
    """Makes a home from a backup and tells of when it is; it appears under its name only when everything is in it."""
    if home.exists() and any(home.iterdir()):
        raise CannotServe(f"The folder {home} is not empty: a backup is restored into a new one.")
    unfinished = home.with_name(home.name + ".unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    try:
        with tarfile.open(source, "r:") as tar:
            manifest = json.loads(_member(tar, "manifest.json"))
            if manifest["format"] != FORMAT:
                raise CannotServe(f"{source} was made by a newer Huozhan than this one.")
            made_at = datetime.fromisoformat(manifest["made_at"])
            kept = open_secrets(_member(tar, "keys.sealed"), passphrase)
            prepare_home(unfinished)
            for name, text in kept.items():
                write_private(unfinished / name, text)
            with PostgresServer(unfinished) as server:
                progress("database", 0, 1)
                with (unfinished / "database.dump").open("wb") as dump:
                    shutil.copyfileobj(_opened(tar, "database.dump"), dump)
                fill_database(server.dsn, unfinished / "database.dump")
                (unfinished / "database.dump").unlink()
                progress("database", 1, 1)
            members = list(_media_in(tar))
            if len(members) != manifest["files"]:
                # A tar that ends between two members looks whole to its readers.
                raise ValueError(f"it ends after {len(members)} of {manifest['files']} files")
            for done, member in enumerate(members, start=1):
                path = unfinished / member.name
                path.parent.mkdir(parents=True, exist_ok=True)
                with path.open("wb") as file:
                    shutil.copyfileobj(_opened(tar, member.name), file)
                progress("files", done, len(members))
    except (tarfile.TarError, KeyError, ValueError, OSError) as error:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise CannotServe(f"{source} cannot be restored: {error}.") from error
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
    if home.exists():
        home.rmdir()
    unfinished.rename(home)
    return made_at


def fill_database(dsn: str, dump: Path) -> None:
    """Loads a dump into an empty database, whole or not at all."""
    _run(
        _programs_for(dsn), "pg_restore", dsn, "--no-owner", "--no-privileges", "--exit-on-error",
        "--single-transaction", str(dump),
    )  # fmt: skip


def seal_secrets(kept: Mapping[str, str], passphrase: str) -> bytes:
    """Locks the secrets of a home under a passphrase."""
    salt, nonce = secrets.token_bytes(SALT_BYTES), secrets.token_bytes(NONCE_BYTES)
    locked = AESGCM(_key(passphrase, salt)).encrypt(nonce, json.dumps(dict(kept)).encode(), BOUND)
    return salt + nonce + locked


def open_secrets(sealed: bytes, passphrase: str) -> dict[str, str]:
    """Unlocks what `seal_secrets` locked; only the names we keep come out."""
    salt, nonce = sealed[:SALT_BYTES], sealed[SALT_BYTES : SALT_BYTES + NONCE_BYTES]
    try:
        opened = AESGCM(_key(passphrase, salt)).decrypt(nonce, sealed[SALT_BYTES + NONCE_BYTES :], BOUND)
    except InvalidTag:
        raise CannotServe("The passphrase does not open this backup.") from None
    kept = json.loads(opened)
    return {name: str(kept[name]) for name in KEPT_SECRETS if name in kept}


def _key(passphrase: str, salt: bytes) -> bytes:
    return Scrypt(salt=salt, length=KEY_BYTES, n=SCRYPT_N, r=SCRYPT_R, p=SCRYPT_P).derive(passphrase.encode())


def _secrets_in(home: Path) -> dict[str, str]:
    return {name: (home / name).read_text() for name in KEPT_SECRETS if (home / name).exists()}


def _media_in(tar: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    """The plain files below media; a name that leads elsewhere is a forgery and stops the restore."""
    for member in tar:
        path = PurePosixPath(member.name)
        if path.parts[:1] != (MEDIA,):
            continue
        if not member.isfile() or ".." in path.parts:
            raise ValueError(f"it holds {member.name!r}")
        yield member


def _add(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size = len(content)
    member.mode = 0o600
    tar.addfile(member, io.BytesIO(content))


def _opened(tar: tarfile.TarFile, name: str) -> IO[bytes]:
    file = tar.extractfile(name)
    if file is None:
        raise ValueError(f"{name} is not a file in it")
    return file


def _member(tar: tarfile.TarFile, name: str) -> bytes:
    return _opened(tar, name).read()


def _programs_for(dsn: str) -> Programs:
    """The programs that speak best to a server: those of its own version, else the first found."""
    first = find_programs()
    said = subprocess.run(
        [first["psql"], "--no-psqlrc", "-Atc", "SHOW server_version_num", "-d", _without_password(dsn)],
        capture_output=True, text=True, check=False, env=_environment(dsn),
    )  # fmt: skip
    if said.returncode != 0:
        raise CannotServe(f"The database cannot be reached: {_last_line(said.stderr)}")
    major = int(said.stdout) // 10000
    if first.major == major:
        return first
    try:
        other = find_programs(wheel=False)
    except CannotServe:
        return first
    return other if other.major == major else first


def _run(programs: Programs, name: str, dsn: str, *options: str) -> None:
    done = subprocess.run(
        [programs[name], "--dbname", _without_password(dsn), *options],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, env=_environment(dsn),
    )  # fmt: skip
    if done.returncode != 0:
        raise CannotServe(f"{name} failed: {_last_line(done.stderr)}")


def _environment(dsn: str) -> dict[str, str]:
    """The password travels in the environment: other users of the machine can read command lines."""
    password = urlsplit(dsn).password
    return clean_environment() | ({"PGPASSWORD": unquote(password)} if password else {})


def _without_password(dsn: str) -> str:
    parts = urlsplit(dsn)
    return urlunsplit(parts._replace(netloc=re.sub(r":[^:@]*@", "@", parts.netloc)))


def _last_line(said: str) -> str:
    lines = said.strip().splitlines()
    return lines[-1] if lines else "it ended without a word"
