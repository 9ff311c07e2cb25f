"""Figures as one document, with what they were measured on."""

import os
import platform
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

_ROOT = Path(__file__).parent.parent


def show(figures: Mapping[str, Any]) -> str:
    """The figures as one JSON document."""
    return msgspec.json.format(msgspec.json.encode(figures)).decode()


def tell(figures: Mapping[str, Any]) -> str:
    """The figures for a person, a line each."""
    return "\n".join(f"{name.replace('_', ' ')}: {value}" for name, value in figures.items())


def keep(figures: Mapping[str, Any], file: Path) -> None:
    """Writes the figures down with date, commit and machine."""
    file.write_text(show({**circumstances(), **figures}) + "\n")


def circumstances() -> dict[str, Any]:
    """Date, commit and machine."""
    commit = subprocess.run(
        ["git", "rev-parse", "--short=12", "HEAD"], cwd=_ROOT, capture_output=True, text=True, check=False
    ).stdout.strip()
    pages, page_bytes = os.sysconf("SC_PHYS_PAGES"), os.sysconf("SC_PAGE_SIZE")
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "commit": commit,
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, {pages * page_bytes >> 30} GiB, Linux {platform.release()}",
        "python": platform.python_version(),
    }
