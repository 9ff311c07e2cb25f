"""Documents name what is there, the glossary uses the words of the code, and nothing tells of this machine."""

import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

from tests.house.reading import ROOT, SOURCE, name_of, python_files, text_of

LINES_MAX = 500
LONG_FILES: dict[str, int] = {
    "tests/guards/database.py": 1_000,
    "tests/doors/api/recipes.py": 1_000,
    "doors/api/table.py": 700,
}
"""Files that may be longer, and how long: a table with a row for every guard or operation is looked up, not read."""
DOCUMENTS = sorted({*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *SOURCE.rglob("README.md")})
_PATH = re.compile(
    r"`([A-Za-z_][\w.-]*(?:/[\w.{},-]+)*/?(?:\.(?:py|md|toml|sql|html|css|js|in|txt|jsonl\.gz)|/))`"
)
_MACHINES = re.compile(
    r"/wor[k]/|/tmp/[a-z]|/root/|/home/\w+/|://[^\s\"']*(pypi|npmjs|registry|artifactory|nexus|mirror)",
    re.IGNORECASE,
)
HOME = {
    "index/",
    "media/",
    "postgres/",
    "keys.json",
    "channel.toml",
    "opensearch.toml",
    "secrets.toml",
    "media/pictures/",
    "clock",
}
"""What stands in a market's home folder, not in the project."""
_SAYS_SO = {
    "tests/house/test_papers.py": "this test",
    "src/huozhan/supervisor/": "as root, another user's home",
}
GLOSSARY = ROOT / "docs" / "glossary.md"


def _tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    return [ROOT / name for name in listed.decode().split("\0") if name]


def _texts() -> list[Path]:
    kinds = {
        ".py",
        ".md",
        ".toml",
        ".sql",
        ".html",
        ".css",
        ".js",
        ".in",
        ".txt",
        ".json",
        ".sh",
        ".yml",
        ".cfg",
        "",
    }
    return [
        file
        for file in _tracked()
        if file.suffix in kinds and file.is_file() and file.stat().st_size < 2_000_000
    ]


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_a_document_names_files_that_are_there(document: Path) -> None:
    named = {path for path in _PATH.findall(text_of(document)) if "{" not in path} - HOME
    there = [f"/{file.relative_to(ROOT).as_posix()}" for file in _files()]

    lost = [path for path in sorted(named) if not any(_is_at(file, path) for file in there)]
    assert lost == []


def _is_at(file: str, path: str) -> bool:
    return f"/{path}" in file if path.endswith("/") else file.endswith(f"/{path}")


@cache
def _files() -> tuple[Path, ...]:
    """Everything in the project's own folders."""
    folders = ("src", "tests", "docs", "bin", "tools", "bench", "requirements", "assets", ".ci")
    found = [
        file for folder in folders for file in (ROOT / folder).rglob("*") if "node_modules" not in file.parts
    ]
    return (*found, *ROOT.glob("*"))


def test_nothing_tells_of_this_machine() -> None:
    found = [
        f"{file.relative_to(ROOT)}:{number}"
        for file in _texts()
        if not file.relative_to(ROOT).as_posix().startswith(tuple(_SAYS_SO))
        for number, line in enumerate(file.read_text(errors="replace").splitlines(), 1)
        if _MACHINES.search(line)
    ]

    assert found == []


def test_a_file_can_be_read_in_one_sitting() -> None:
    files = [
        *python_files(),
        *sorted((ROOT / "src" / "huozhan_outside").rglob("*.py")),
        *sorted((ROOT / "tests").rglob("*.py")),
    ]
    long = {file: text_of(file).count("\n") for file in files}

    assert {
        name_of(file) for file, lines in long.items() if lines > LONG_FILES.get(name_of(file), LINES_MAX)
    } == set()


def test_nothing_is_left_for_later() -> None:
    found = [
        f"{name_of(file)}:{number}"
        for file in python_files()
        for number, line in enumerate(text_of(file).splitlines(), 1)
        if re.search(r"\b(TODO|FIXME|XXX|HACK)\b", line)
    ]

    assert found == []


def _rows() -> list[tuple[str, str, str]]:
    rows = re.findall(r"^\| ([^|]+) \| ([^|]+) \| ([^|]+) \|", GLOSSARY.read_text(), re.MULTILINE)
    return [row for row in rows if row[0].strip() != "中文" and not row[0].startswith("-")]


def test_the_glossary_uses_the_words_of_the_code() -> None:
    code = "\n".join(text_of(file) for file in python_files())
    names = {name for _, _, cell in _rows() for name in re.findall(r"`([\w.]+)`", cell)}

    assert len(names) > 40
    assert (
        sorted(name for name in names if not re.search(rf"\b{re.escape(name.rpartition('.')[2])}\b", code))
        == []
    )


def test_a_word_stands_once_in_the_glossary() -> None:
    for column in (0, 1):
        words = [row[column].strip() for row in _rows()]
        assert sorted({word for word in words if words.count(word) > 1}) == []
