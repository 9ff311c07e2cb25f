"""Which version of this program makes a build or tells identical goods: sums over what they are made by, so that nobody has to raise a number.

A build of another sum answers until the new one is ready (`builds.py`, `writer.py`). A changed comment costs a rebuild in the
background; a forgotten number cost answers that were wrong until somebody noticed.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from importlib import metadata, resources

from huozhan.search import fields

SHAPED_BY = (
    "catalogue/attribute_values.py",
    "catalogue/store/finding.py",
    "reference/categories.jsonl.gz",
    "search/documents.py",
    "search/few.py",
    "search/fields.py",
    "search/filters.py",
    "search/kinds.py",
    "search/ranking/factors.py",
    "search/sampling.py",
    "search/segmenting.py",
    "search/sounds.py",
)
"""Sources and tables of ours from which a document is made; whoever moves a part of that into a new file names it here."""
JUDGED_BY = (
    "reference/categories.jsonl.gz",
    "search/kinds.py",
    "search/same/gathering.py",
    "search/same/grouping.py",
    "search/same/judge.py",
    "search/same/traits.py",
    "search/segmenting.py",
    "search/understanding/spans.py",
)
"""And from which two offers are told to be the same goods."""
CUT_BY = ("opencc", "pypinyin", "rjieba", "tantivy")
"""Libraries whose dictionaries and formats are in every build."""
LENGTH = 12


@cache
def schema_version() -> str:
    """The sum, in letters and figures, that begins the name of every build."""
    return _sum_of(
        ["\n".join(f"{field.name} {field.kind}" for field in fields.FIELDS).encode(), *_parts(SHAPED_BY)]
    )


@cache
def judge_version() -> str:
    """The sum over what tells identical goods: where it changes, every offer is compared anew."""
    return _sum_of(_parts(JUDGED_BY))


def _sum_of(parts: Iterable[bytes]) -> str:
    total = hashlib.sha256()
    for part in parts:
        total.update(hashlib.sha256(part).digest())
    return total.hexdigest()[:LENGTH]


def _parts(sources: Sequence[str]) -> Iterator[bytes]:
    ours = resources.files("huozhan")
    for name in sources:
        # A line ends alike however the program was installed.
        yield ours.joinpath(name).read_bytes().replace(b"\r\n", b"\n")
    for library in CUT_BY:
        yield f"{library} {metadata.version(library)}".encode()
