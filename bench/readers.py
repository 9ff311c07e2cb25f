"""Memory of a process that reads an index: of a web process, with all it has imported, that answered some hundred questions.

What RSS counts of the index are pages of its files that the system keeps in memory anyway, for all readers at once, and
gives away when it needs them. So the figures are told apart: a process's own memory (anonymous), and pages of files. PSS
counts what several processes share once among them, so it is told of as many readers as a market of this machine has.
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


def measure_readers(*, offers: int, readers: int, kept_in: Path | None) -> dict[str, Any]:
    """MiB of each of several readers before it opens the index and after its questions, as a market serves with so many."""
    with tempfile.TemporaryDirectory(prefix="huozhan-readers-") as temporary:
        home = kept_index(kept_in or Path(temporary), offers)
        said = subprocess.run(
            [sys.executable, "-m", "bench.readers", str(home), str(offers), str(readers)],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    return {
        "what": f"memory of each of {readers} web processes that read an index of {offers} offers, MiB, before they open it and "
        f"after {QUESTIONS} questions with filters, counts and order",
        **msgspec.json.decode(said),
    }


def _read(home: Path, offers: int, readers: int) -> dict[str, Any]:
    from bench.engine import questions
    from huozhan import main
    from huozhan.doors import listening
    from huozhan.search import load_dictionaries

    assert main
    assert listening
    load_dictionaries()
    asks = questions(offers)[:QUESTIONS]
    gc.collect()
    gc.freeze()
    # As the supervisor does: what is read before is shared by all web processes.
    forking = multiprocessing.get_context("fork")
    together, told = forking.Barrier(readers), forking.SimpleQueue()
    forked = [forking.Process(target=_ask, args=(home, asks, together, told)) for _ in range(readers)]
    for process in forked:
        process.start()
    said = [told.get() for _ in forked]
    for process in forked:
        process.join()
    size = sum(file.stat().st_size for file in home.rglob("*") if file.is_file())
    return {
        "index_mib": round(size / 2**20, 1),
        **{
            moment: {name: max(one[moment][name] for one in said) for name in said[0][moment]}
            for moment in ("before", "after")
        },
    }


def _ask(home: Path, asks: list[Any], together: Any, told: Any) -> None:
    from huozhan.search import OfferIndex
    from huozhan.search.finding import look_for

    together.wait()
    before = memory_mib()
    index = OfferIndex(home)
    for ask in asks:
        look_for(index, ask)
    # All are looked at while all are there: what they share is shared by so many.
    together.wait()
    after = memory_mib()
    together.wait()
    told.put({"before": before, "after": after})


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
    sys.stdout.buffer.write(msgspec.json.encode(_read(Path(sys.argv[1]), *map(int, sys.argv[2:]))))
