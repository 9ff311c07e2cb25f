"""Where files lie: a folder today, a store on the network when one machine is not enough."""

import os
import secrets
from pathlib import Path
from typing import Protocol


class Shelf(Protocol):
    """Keeps files under names made from their content, so that putting one twice changes nothing."""

    def holds(self, name: str) -> bool:
        """Tells whether there is such a file."""
        ...

    def put(self, name: str, content: bytes) -> None:
        """Keeps a file; whoever reads it sees all of it or none."""
        ...


class FolderShelf:
    """A shelf in a folder of this machine."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def holds(self, name: str) -> bool:
        """Tells whether there is such a file."""
        return (self._folder / name).exists()

    def put(self, name: str, content: bytes) -> None:
        """Writes the file beside its place and moves it there."""
        place = self._folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        draft = place.with_name(f".{secrets.token_hex(8)}")
        with draft.open("xb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        draft.replace(place)
