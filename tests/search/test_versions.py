"""A build is known by a sum over all that shapes documents: nobody has to remember to raise a number."""

import ast
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import pytest

from huozhan.search import fields, versions
from huozhan.search.fields import Field, Kind
from huozhan.search.versions import SHAPED_BY, schema_version

SHAPES = ("huozhan.search", "huozhan.catalogue.attribute_values")
ONLY_ASKED = {"huozhan.search.index", "huozhan.search.narrowing"}
"""What a source of documents uses only for questions."""


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    schema_version.cache_clear()
    yield
    schema_version.cache_clear()


def summed() -> str:
    """The sum, made anew."""
    schema_version.cache_clear()
    return schema_version()


def test_a_field_more_another_kind_or_another_order_is_another_version(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    table = fields.FIELDS
    others = (
        (*table, Field("colour", Kind.facet)),
        table[:-1],
        (*table[:-1], Field(table[-1].name, Kind.facet)),
        (table[1], table[0], *table[2:]),
    )
    sums = {summed(), summed()}
    for other in others:
        monkeypatch.setattr(fields, "FIELDS", other)
        sums.add(summed())
    assert len(sums) == 1 + len(others)


def test_a_changed_source_or_library_is_another_version(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    ours = resources.files("huozhan")
    for name in SHAPED_BY:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(ours.joinpath(name).read_bytes())
    before = summed()
    monkeypatch.setattr(versions.resources, "files", lambda _: tmp_path)
    assert summed() == before
    sums = {before}
    for name in SHAPED_BY:
        with (tmp_path / name).open("ab") as file:
            file.write(b"\n# another word\n")
        sums.add(summed())
    monkeypatch.setattr(versions.metadata, "version", lambda _: "999")
    assert len({*sums, summed()}) == len(SHAPED_BY) + 2


def test_what_documents_are_made_by_is_all_in_the_sum() -> None:
    ours = resources.files("huozhan")
    missing = {
        imported
        for name in SHAPED_BY
        if name.startswith("search/")
        for imported in _imported(ours.joinpath(name).read_text())
        if imported.startswith(SHAPES) and imported not in ONLY_ASKED
        if imported.removeprefix("huozhan.").replace(".", "/") + ".py" not in SHAPED_BY
    }
    assert not missing, "name them in versions.SHAPED_BY"


def _imported(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
