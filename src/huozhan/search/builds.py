"""The directories of an index folder: one for each build, and a small file that names the one in use.

A build is named by the version that made it, by which share of its offers lends its phrases (one of so many), and by chance.
"""

import json
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import tantivy

from huozhan.search.fields import schema
from huozhan.search.versions import schema_version

CURRENT = "current"
_META = "meta.json"


def build_in_use(folder: Path) -> str:
    """The name of the build in use; empty where there is none."""
    file = folder / CURRENT
    name = file.read_text().strip() if file.exists() else ""
    return name if name and (folder / name / _META).exists() else ""


def put_in_use(folder: Path, name: str) -> None:
    """Names another build as the one in use, at once for whoever looks."""
    draft = folder / f"{CURRENT}.new"
    draft.write_text(name)
    draft.replace(folder / CURRENT)


def put_out_of_use(folder: Path) -> None:
    """Uses no build any more: what changes from now on is not in it."""
    (folder / CURRENT).unlink(missing_ok=True)


def is_of_this_version(name: str) -> bool:
    """Whether this version's fields and dictionary made the build."""
    return name.startswith(f"{schema_version()}-")


def share_of(name: str) -> int:
    """One of so many offers of the build lends its phrases."""
    return int(name.split("-")[1])


def marked(build: Path) -> int:
    """A number that changes whenever the build's writer commits."""
    return (build / _META).stat().st_mtime_ns


def has_our_fields(build: Path) -> bool:
    """Whether every field is as this version asks for it, so that the build can be read."""
    return bool(_fields_in(build) == _our_fields())


def widen(build: Path) -> bool:
    """Gives an older build the fields that were appended since, empty, so that it can be used until a new one is made.

    False where other fields changed: such a build is of no use to this version. Only whoever holds the folder may do it.
    """
    meta = json.loads((build / _META).read_text())
    ours = _our_fields()
    if meta["schema"] != ours[: len(meta["schema"])]:
        return False
    draft = build / f"{_META}.new"
    draft.write_text(json.dumps(meta | {"schema": ours}))
    draft.replace(build / _META)
    return True


def _fields_in(build: Path) -> Any:
    return json.loads((build / _META).read_text())["schema"]


@cache
def _our_fields() -> list[Any]:
    """The table of fields as the library writes it down."""
    with tempfile.TemporaryDirectory() as folder:
        tantivy.Index(schema(), folder)
        return list(_fields_in(Path(folder)))
