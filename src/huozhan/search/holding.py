"""Holding an index folder: one process writes it, by a lock of the operating system, which a killed process loses."""

import fcntl
import os
import weakref
from pathlib import Path
from typing import Any

_LOCK = "writer.lock"


class FolderHeld(RuntimeError):
    """Another process writes this folder."""


def hold(folder: Path, holder: object) -> "weakref.finalize[Any, Any]":
    """Takes the folder, made where it is not there, until what is returned is called or its holder is gone; raises FolderHeld."""
    folder.mkdir(parents=True, exist_ok=True)
    lock = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    let_go = weakref.finalize(holder, os.close, lock)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        let_go()
        raise FolderHeld(str(folder)) from error
    return let_go
