"""Memory of a process that reads an index: of a web process, with all it has imported, that answered some hundred questions.

What RSS counts of the index are pages of its files that the system keeps in memory anyway, for all readers at once, and
gives away when it needs them. So the figures are told apart: a process's own memory (anonymous), and pages of files.
"""

import gc
import multiprocessing
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import msgspec

from bench.engine import kept_index

QUESTIONS = 300


def measure_readers(*, offers: int, kept_in: Path | None) -> dict[str, Any]:
    """MiB of a reader before it opens the index and after its questions; each in a process of its own."""
    with tempfile.TemporaryDirectory(prefix="huozhan-readers-") as temporary:
        home = kept_index(kept_in or Path(temporary), offers)
        said = subprocess.run(
            [sys.executable, "-m", "bench.readers", str(home), str(offers)],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    return {
        "what": f"memory of a web process that reads an index of {offers} offers, MiB, before it opens it and after "
        f"{QUESTIONS} questions with filters, counts and order",
        **msgspec.json.decode(said),
    }


def _read(home: Path, offers: int) -> dict[str, Any]:
    from bench.engine import questions
    from huozhan import main
    from huozhan.search import load_dictionaries

    assert main
    load_dictionaries()
    asks = questions(offers)[:QUESTIONS]
    gc.collect()
    gc.freeze()
    # As the supervisor does: what is read before is shared by all web processes.
    with multiprocessing.get_context("fork").Pool(1) as forked:
        figures: dict[str, Any] = forked.apply(_ask, (home, asks))
    return figures


def _ask(home: Path, asks: list[Any]) -> dict[str, Any]:
    from huozhan.search import OfferIndex
    from huozhan.search.finding import look_for

    before = memory_mib()
    index = OfferIndex(home)
    for ask in asks:
        look_for(index, ask)
    size = sum(file.stat().st_size for file in home.rglob("*") if file.is_file())
    return {"index_mib": round(size / 2**20, 1), "before": before, "after": memory_mib()}


def memory_mib(pid: str = "self") -> dict[str, float]:
    """What a process has in memory: all (RSS), its share (PSS), what only it has (USS), and of these its own and files'."""
    kib: dict[str, int] = {}
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]:
        name, value = line.split(":")
        kib[name] = int(value.split()[0])
    parts = {
        "rss": kib["Rss"],
        "pss": kib["Pss"],
        "uss": kib["Private_Clean"] + kib["Private_Dirty"],
        "own": kib["Anonymous"],
        "of_files": kib["Rss"] - kib["Anonymous"],
    }
    return {name: round(value / 1024, 1) for name, value in parts.items()}


if __name__ == "__main__":
    sys.stdout.buffer.write(msgspec.json.encode(_read(Path(sys.argv[1]), int(sys.argv[2]))))
