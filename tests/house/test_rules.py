"""Every rule that stands in the console is asked for somewhere, and has a name in both languages."""

import ast
import re
import tomllib
from pathlib import Path

import pytest

from huozhan.doors.console.rules import THEMES
from tests.house.reading import LIBRARY, SOURCE, python_files, tree_of

_ROW = re.compile(r"\('([a-z_]+(?:\.[a-z_]+)*)', \d+, ")
_ENDED = re.compile(r"DELETE FROM rule_version WHERE code IN \(([^)]*)\)")
_RULE_TABLE = re.compile(r"INSERT INTO rule_version.*?;", re.DOTALL)
MERE_LISTS = {"RULES_PINNED"}
"""Where rules are only named for an order to keep them."""


def codes() -> list[str]:
    """The rules that migrations bring and none ends."""
    texts = [file.read_text() for file in sorted((SOURCE / "migrations").glob("*.sql"))]
    brought = [code for text in texts for table in _RULE_TABLE.findall(text) for code in _ROW.findall(table)]
    return [code for code in brought if code not in ended()]


def ended() -> set[str]:
    """The rules that a migration ends."""
    texts = [file.read_text() for file in (SOURCE / "migrations").glob("*.sql")]
    return {code.strip(" '") for text in texts for codes in _ENDED.findall(text) for code in codes.split(",")}


def asked_for() -> tuple[set[str], list[re.Pattern[str]]]:
    """Every text of the code, and every text with gaps that names a family of rules."""
    texts: set[str] = set()
    families: list[re.Pattern[str]] = []
    for file in python_files(*LIBRARY):
        for node in _nodes(tree_of(file)):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                texts.add(node.value)
            elif isinstance(node, ast.JoinedStr):
                parts = [p.value if isinstance(p, ast.Constant) else None for p in node.values]
                if isinstance(parts[0], str) and "." in parts[0]:
                    families.append(
                        re.compile("".join("[a-z_]+" if p is None else re.escape(str(p)) for p in parts))
                    )
    return texts, families


def _nodes(tree: ast.AST) -> list[ast.AST]:
    found: list[ast.AST] = []
    for node in ast.iter_child_nodes(tree):
        names = {target.id for target in getattr(node, "targets", []) if isinstance(target, ast.Name)}
        if not names & MERE_LISTS:
            found += [node, *_nodes(node)]
    return found


TEXTS, FAMILIES = asked_for()


def test_what_is_ended_is_asked_for_no_more() -> None:
    assert ended()
    assert ended() & TEXTS == set()


@pytest.mark.parametrize("code", codes())
def test_a_rule_is_asked_for_and_named(code: str) -> None:
    assert code in TEXTS or any(family.fullmatch(code) for family in FAMILIES)
    words = tomllib.loads((Path(SOURCE) / "words" / "console.toml").read_text())
    assert words[f"rule.{code}"].keys() == {"zh", "en"}


@pytest.mark.parametrize("code", codes())
def test_a_rule_stands_under_a_theme(code: str) -> None:
    assert [theme for theme, begins in THEMES.items() if code.startswith(begins)] != []
