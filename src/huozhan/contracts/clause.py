"""Clauses: which of them a contract about an order has, and their words with the order's facts filled in."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources

import msgspec

from huozhan.kernel.shapes import Bilingual

TEMPLATE = "order-contract/1"
"""Names the wording of `clauses.toml`; it is written into every contract."""

Facts = Mapping[str, Bilingual | str]


class Clause(msgspec.Struct, frozen=True, kw_only=True):
    """One clause: its number and code, by which others refer to it, and its words in both languages."""

    number: str
    code: str
    title: Bilingual
    text: Bilingual


class Wording(msgspec.Struct, frozen=True):
    """A clause before its facts are known."""

    title: Bilingual
    zh: str
    en: str


@cache
def wordings() -> Mapping[str, Wording]:
    """Every clause there is, by its code."""
    read = tomllib.loads((resources.files("huozhan.contracts") / "clauses.toml").read_text())
    return msgspec.convert(read, dict[str, Wording])


def clauses_of(codes: list[str], facts: Facts) -> list[Clause]:
    """These clauses, numbered as they stand; a fact that a clause asks for and nobody gave is a bug."""
    said = {
        lang: {name: fact.say(lang) if isinstance(fact, Bilingual) else fact for name, fact in facts.items()}
        for lang in ("zh", "en")
    }
    return [
        Clause(
            number=str(number),
            code=code,
            title=wordings()[code].title,
            text=Bilingual(
                zh=wordings()[code].zh.format_map(said["zh"]), en=wordings()[code].en.format_map(said["en"])
            ),
        )
        for number, code in enumerate(codes, start=1)
    ]
