"""The indexer's process is killed at any moment, and nobody who looks for something notices."""

import signal
import subprocess
import sys
import time
from pathlib import Path

from huozhan.search import OfferIndex, OfferIndexWriter
from huozhan.search.index import Filters
from huozhan.search.wording import Asked

OFFERS = 300
KILLS = 2
LOOKED_SECONDS = 0.7

_INDEXER = f"""
import itertools, sys
from pathlib import Path
from huozhan.search import OfferIndexWriter
from huozhan.search.fields import OfferDocument
from huozhan.search.sampling import shares_of, shuffled

def document(n):
    number = shuffled(n)
    return OfferDocument(offer_id=n, texts={{"title": "cup", "any": "cup"}}, terms={{"sample": shares_of(number)}},
                         numbers={{"weight": 9, "shuffled": number}})

writer = OfferIndexWriter(Path(sys.argv[1]))
for turn in itertools.count():
    writer.begin({OFFERS})
    for start in range(1, {OFFERS} + 1, 50):
        writer.add([document(n) for n in range(start, start + 50)])
        writer.put([document(n) for n in range(1, 20)])
        writer.commit()
    writer.take_over()
    print(turn, flush=True)
"""


def test_nothing_is_missed_while_builds_are_swapped_and_their_writer_is_killed(tmp_path: Path) -> None:
    script = tmp_path / "indexer.py"
    script.write_text(_INDEXER)
    folder, totals, asked = tmp_path / "index", set(), Asked(words=["cup"])
    index = OfferIndex(folder)
    for _ in range(KILLS):
        indexer = subprocess.Popen([sys.executable, str(script), str(folder)], stdout=subprocess.PIPE)
        try:
            assert indexer.stdout
            indexer.stdout.readline()  # a build is in use
            until = time.monotonic() + LOOKED_SECONDS
            while time.monotonic() < until:
                index.look_now()
                found = index.search(asked, Filters(), sort="best", offset=0, limit=5, counted=("category",))
                totals.add((found.total, len(found.offer_ids)))
            assert indexer.poll() is None
        finally:
            indexer.send_signal(signal.SIGKILL)
            indexer.wait()
            indexer.stdout.close()
        fresh = OfferIndex(folder)
        totals.add((fresh.search(asked, Filters(), sort="best", offset=0, limit=5).total, 5))

    assert totals == {(OFFERS, 5)}
    writer = OfferIndexWriter(folder)
    assert not writer.is_stale
    assert [one.name for one in folder.iterdir() if one.is_dir()] == [writer._current.name]
    writer.close()
