"""The catalogue of words: every text a person reads, in Chinese and in English, by key."""

import functools
import tomllib
from collections.abc import Mapping
from importlib import resources
from string import Formatter
from typing import Any

LANGUAGES = ("zh", "en")
DEFAULT_LANGUAGE = "zh"


class Words:
    """All texts of the product; a missing key is a bug and says so."""

    def __init__(self, texts: Mapping[str, Mapping[str, str]]) -> None:
        self.texts = texts

    def say(self, key: str, lang: str, /, **facts: Any) -> str:
        """The text of `key` in `lang`, its {parameters} filled with `facts`."""
        text = self.texts[key][lang]
        return text.format_map(_Shown(facts)) if "{" in text else text

    def has(self, key: str) -> bool:
        """Tells whether there is such a text."""
        return key in self.texts

    def parameters(self, key: str, lang: str) -> set[str]:
        """The names of the parameters that a text asks for."""
        return {name for _, name, _, _ in Formatter().parse(self.texts[key][lang]) if name}


class _Shown(dict[str, Any]):
    """Facts as they are shown; one that a refusal did not carry stays visible as a dash."""

    def __missing__(self, key: str) -> str:
        return "–"


@functools.cache
def load_words() -> Words:
    """Reads every file of `words/`, once a process; each key stands in one file only and has every language."""
    texts: dict[str, dict[str, str]] = {}
    for file in sorted((resources.files("huozhan") / "words").iterdir(), key=lambda f: f.name):
        if not file.name.endswith(".toml"):
            continue
        for key, entry in tomllib.loads(file.read_text()).items():
            if key in texts:
                raise ValueError(f"{file.name}: {key} is already said elsewhere")
            if set(entry) != set(LANGUAGES):
                raise ValueError(f"{file.name}: {key} lacks a language")
            texts[key] = entry
    return Words(texts)
