"""Field encryption and look-up hashes; the keys live in the home folder, never in the database.

A sealed field is: version byte, 4-byte key id, 12-byte nonce, AES-256-GCM text. The field's name and owner
are authenticated with it, so that a value cannot be moved to another row.
"""

import hashlib
import hmac
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_VERSION = b"\x01"
_NONCE_BYTES = 12
_KEY_BYTES = 32


class CannotOpen(RuntimeError):
    """A sealed field does not open: its key is missing or it was tampered with."""


class KeyFile(msgspec.Struct):
    """What the key file holds; the newest key seals, all of them open."""

    newest: int
    keys: dict[str, str]
    index_key: str


class Keyring:
    """Seals and opens fields, and hashes what must be found without being read."""

    def __init__(self, keys: Mapping[int, bytes], newest: int, index_key: bytes) -> None:
        self._ciphers = {key_id: AESGCM(key) for key_id, key in keys.items()}
        self._newest = newest
        self._index_key = index_key

    def seal(self, text: str, *, field: str, owner: int) -> bytes:
        """Encrypts `text` for one field of one owner."""
        nonce = os.urandom(_NONCE_BYTES)
        return (
            self.newest_head
            + nonce
            + self._ciphers[self._newest].encrypt(nonce, text.encode(), _bound(field, owner))
        )

    def open(self, sealed: bytes, *, field: str, owner: int) -> str:
        """Decrypts what `seal` made for the same field and owner."""
        cipher = self._ciphers.get(int.from_bytes(sealed[1:5], "big"))
        if cipher is None or sealed[:1] != _VERSION:
            raise CannotOpen(field)
        nonce, text = sealed[5 : 5 + _NONCE_BYTES], sealed[5 + _NONCE_BYTES :]
        try:
            return cipher.decrypt(nonce, text, _bound(field, owner)).decode()
        except InvalidTag as error:
            raise CannotOpen(field) from error

    @property
    def has_older_keys(self) -> bool:
        """Tells whether keys were added after the first, so that old values may wait to be sealed anew."""
        return len(self._ciphers) > 1

    @property
    def newest_head(self) -> bytes:
        """With what every value begins that the newest key sealed."""
        return _VERSION + self._newest.to_bytes(4, "big")

    def fingerprint(self, text: str, *, field: str) -> bytes:
        """A keyed hash by which an encrypted value can be found; equal texts have equal hashes."""
        return hmac.digest(self._index_key, f"{field}\0{text}".encode(), hashlib.sha256)


def _bound(field: str, owner: int) -> bytes:
    return f"{field}\0{owner}".encode()


def read_keyring(file: Path) -> Keyring:
    """Reads the market's keys; makes them (mode 0600) where there are none yet."""
    if not file.exists():
        _write(file, _new_key_file())
    content = msgspec.json.decode(file.read_bytes(), type=KeyFile)
    keys = {int(key_id): bytes.fromhex(key) for key_id, key in content.keys.items()}
    return Keyring(keys, content.newest, bytes.fromhex(content.index_key))


def add_key(file: Path) -> int:
    """Adds a new sealing key and returns its id; old ones stay to open what they sealed."""
    content = msgspec.json.decode(file.read_bytes(), type=KeyFile)
    content.newest += 1
    content.keys[str(content.newest)] = secrets.token_hex(_KEY_BYTES)
    _write(file, content)
    return content.newest


def _new_key_file() -> KeyFile:
    return KeyFile(
        newest=1, keys={"1": secrets.token_hex(_KEY_BYTES)}, index_key=secrets.token_hex(_KEY_BYTES)
    )


def _write(file: Path, content: KeyFile) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_suffix(".new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as out:
        out.write(msgspec.json.format(msgspec.json.encode(content)))
        out.flush()
        os.fsync(out.fileno())
    draft.replace(file)


def token_hash(token: str) -> bytes:
    """The hash under which a random secret (session, API token, one-time link) is stored."""
    return hashlib.sha256(token.encode()).digest()


def new_token() -> str:
    """A secret of 256 random bits, safe in a link."""
    return secrets.token_urlsafe(32)
