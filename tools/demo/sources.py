"""Where the build reads its sets and writes its records, and how both stay the same on every run."""

import gzip
import json
import random
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

import duckdb

PROJECT = Path(__file__).resolve().parents[2]
DATA = PROJECT.parent / "shared" / "data"
DEMO = PROJECT / "src" / "huozhan" / "demo"
REFERENCE = PROJECT / "src" / "huozhan" / "reference"

SEED = 20260918
GBP_CNY_E4 = 92_000
USD_CNY_E4 = 71_000

Record: TypeAlias = dict[str, Any]
Choice = TypeVar("Choice")


def rng(*names: object) -> random.Random:
    """A generator of its own for each name, so that one changed offer leaves all others as they were."""
    return random.Random(f"{SEED}:{':'.join(map(str, names))}")


def rows(sql: str, **tables: str) -> list[Record]:
    """Rows of a query over Parquet or CSV files of the shared sets; `{name}` stands for a file."""
    paths = {name: f"'{DATA / path}'" for name, path in tables.items()}
    answer = duckdb.sql(sql.format(**paths))
    assert answer is not None, "only queries have rows"
    return [dict(zip(answer.columns, row, strict=True)) for row in answer.fetchall()]


def write(path: Path, records: Iterable[Record]) -> int:
    """Write records as JSON Lines, packed when the name ends in .gz, and return how many there were."""
    lines = [json.dumps(record, ensure_ascii=False, separators=(",", ":")) for record in records]
    text = "".join(line + "\n" for line in lines).encode()
    path.parent.mkdir(parents=True, exist_ok=True)
    # No time and no name in the header: the same records give the same bytes.
    path.write_bytes(gzip.compress(text, compresslevel=9, mtime=0) if path.suffix == ".gz" else text)
    return len(lines)


def read(path: Path) -> list[Record]:
    """The records of a JSON Lines file."""
    raw = path.read_bytes()
    text = gzip.decompress(raw) if path.suffix == ".gz" else raw
    return [json.loads(line) for line in text.decode().splitlines()]


def table(name: str) -> list[list[str]]:
    """The rows of a tab-separated word list beside the scripts; blank lines and # lines are skipped."""
    lines = (Path(__file__).parent / "words" / name).read_text(encoding="utf-8").splitlines()
    return [[cell.strip() for cell in line.split("\t")] for line in lines if line.strip() and line[0] != "#"]


def word_list(name: str) -> dict[str, str]:
    """A two-column word list: English to Chinese."""
    return {row[0]: row[1] for row in table(name)}


def pick(chance: random.Random, choices: Sequence[Choice], count: int) -> list[Choice]:
    """A few different choices in their own order."""
    chosen = sorted(chance.sample(range(len(choices)), min(count, len(choices))))
    return [choices[index] for index in chosen]
