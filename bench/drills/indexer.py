"""The indexer is killed over and over while it makes builds and follows the feed: whoever asks meanwhile is always answered right.

One process writes an index folder as the worker does: builds beside the one in use, changes to both, swaps. It is killed
(-9) at moments that the seed chooses, and begun again at once, as its supervisor does. Readers of other processes ask all the
time. Each change raises a number of some offers, and is acknowledged in a file after its commit, as the feed is struck off;
so what is found can be checked: every offer once, always, in no older state than was acknowledged before the question.
"""

import json
import multiprocessing
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any

from bench.drills.patient import DrillFailed

OFFERS, READERS = 1_000, 2
LIFE_SECONDS = (0.05, 2.0)
START_SECONDS_MAX = 60.0
ACKNOWLEDGED = "acknowledged"
BATCH = 250


def indexer_drill(*, kills: int, seed: int) -> dict[str, Any]:
    """What was asked, and that nothing failed or was wrong, over so many kills; raises DrillFailed where something was."""
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory(prefix="huozhan-indexer-") as home:
        folder = Path(home) / "index"
        _await_build(_begun(folder, seed), folder)
        ended, answers = multiprocessing.Event(), multiprocessing.Queue()  # type: ignore[var-annotated]
        readers = [
            multiprocessing.Process(target=_read, args=(folder, ended, answers), daemon=True)
            for _ in range(READERS)
        ]
        for reader in readers:
            reader.start()
        builds, begun = set(), time.perf_counter()
        for turn in range(kills):
            writer = _begun(folder, seed + turn + 1)
            assert writer.stdout
            writer.stdout.readline()  # it holds the folder
            time.sleep(chance.uniform(*LIFE_SECONDS))
            if writer.poll() is not None:
                raise DrillFailed(
                    f"the indexer ended by itself: {writer.stderr.read() if writer.stderr else ''}"
                )
            writer.send_signal(signal.SIGKILL)
            writer.wait()
            builds.add((folder / "current").read_text())
        ended.set()
        told = [answers.get(timeout=START_SECONDS_MAX) for _ in readers]
        for reader in readers:
            reader.join()
    wrong = [one for answer in told for one in answer["wrong"]]
    figures = {
        "what": f"kill -9 of the indexer while it builds and follows changes, {READERS} readers asking among {OFFERS} offers",
        "seed": seed,
        "kills": kills,
        "builds_swapped": len(builds) - 1,
        "questions": sum(answer["asked"] for answer in told),
        "wrong_or_failed": len(wrong),
        "seconds": round(time.perf_counter() - begun, 1),
    }
    if wrong or not figures["questions"]:
        raise DrillFailed(json.dumps({**figures, "first": wrong[:3]}, indent=1))
    return figures


def _begun(folder: Path, seed: int) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "bench.drills.indexer", str(folder), str(seed)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _await_build(writer: "subprocess.Popen[str]", folder: Path) -> None:
    until = time.monotonic() + START_SECONDS_MAX
    while not (folder / "current").exists():
        if writer.poll() is not None or time.monotonic() > until:
            raise DrillFailed(f"no first build: {writer.stderr.read() if writer.stderr else ''}")
        time.sleep(0.02)
    writer.send_signal(signal.SIGKILL)
    writer.wait()


def _read(folder: Path, ended: Event, answers: Any) -> None:
    """Asks until the end: every offer is there once, and none is older than what was acknowledged before the question."""
    from huozhan.search import OfferIndex
    from huozhan.search.index import Filters
    from huozhan.search.wording import Asked

    index, asked, wrong = OfferIndex(folder), 0, list[str]()
    while not ended.is_set():
        least = _acknowledged(folder)
        index.look_now()
        try:
            found = index.search(
                Asked(words=["cup"]),
                Filters(),
                sort="sold",
                offset=0,
                limit=OFFERS + 1,
                counted=("category",),
            )
        except Exception as error:  # noqa: BLE001 - whatever a question fails by is what the drill looks for
            wrong.append(repr(error))
            continue
        asked += 1
        ids = set(found.offer_ids)
        if found.total != OFFERS or len(ids) != OFFERS or len(found.offer_ids) != OFFERS:
            wrong.append(f"{found.total} found, {len(ids)} different")
        if found.facets.get("category") != {"a": OFFERS}:
            wrong.append(f"counted {found.facets}")
        is_at = dict(zip(found.offer_ids, found.factors, strict=True))
        late = [one for one, was in least.items() if is_at.get(one, was) < was]
        if late:
            wrong.append(f"older than acknowledged: {late[:3]}")
    answers.put({"asked": asked, "wrong": wrong[:20]})


def _acknowledged(folder: Path) -> dict[int, int]:
    file = folder.parent / ACKNOWLEDGED
    return {int(one): n for one, n in json.loads(file.read_text()).items()} if file.exists() else {}


def _write(folder: Path, seed: int) -> None:
    """Builds and changes without end, as the worker does."""
    from huozhan.search import OfferIndexWriter
    from huozhan.search.fields import OfferDocument
    from huozhan.search.sampling import shares_of, shuffled

    def document(offer_id: int, changes: int) -> OfferDocument:
        number = shuffled(offer_id)
        return OfferDocument(
            offer_id=offer_id, texts={"title": "cup", "any": "cup"}, terms={"category": ["a"], "sample": shares_of(number)},
            numbers={"weight": 9, "shuffled": number, "sold": offer_id, "factors": changes},
        )  # fmt: skip

    chance, acknowledged = random.Random(seed), folder.parent / ACKNOWLEDGED
    changes = {**dict.fromkeys(range(1, OFFERS + 1), 0), **_acknowledged(folder)}
    folder.mkdir(parents=True, exist_ok=True)
    writer = OfferIndexWriter(folder)
    print("begun", flush=True)
    while True:
        writer.begin(OFFERS)
        for start in range(1, OFFERS + 1, BATCH):
            writer.add([document(n, changes[n]) for n in range(start, start + BATCH)])
            changed = chance.sample(range(1, OFFERS + 1), 20)
            changes.update((n, changes[n] + 1) for n in changed)
            writer.put([document(n, changes[n]) for n in changed])
            writer.commit()
            if not writer.is_stale:
                draft = acknowledged.with_name(f"{ACKNOWLEDGED}.{os.getpid()}")
                draft.write_text(json.dumps(changes))
                draft.replace(acknowledged)
        writer.take_over()


if __name__ == "__main__":
    _write(Path(sys.argv[1]), int(sys.argv[2]))
