"""Every sentence a person reads is in the words, in both languages; every word there is read by somebody."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from huozhan.kernel.facts import Fact
from huozhan.kernel.refusals import Refusal
from huozhan.kernel.wording import LANGUAGES, load_words
from huozhan.main import read_settings  # every module of the market is imported below it
from tests.house.reading import SOURCE, TEMPLATES, name_of, python_files, text_of, texts_in, tree_of

SPEAKS_CHINESE = {
    "search/segmenting.py": "the dictionary by which text is cut",
    "search/kinds.py": "signs and words that tell what a thing is",
    "search/understanding/shapes.py": "signs that look alike",
    "search/understanding/spans.py": "what sellers and buyers call colours, materials and the like",
    "search/understanding/things.py": "signs and words that tell what goods are called",
    "search/synonyms.py": "words for the same, as buyers type them",
    "search/same/traits.py": "words of trade and units, as titles say them",
    "catalogue/sheet.py": "the heads of the import table, which people type and which are read back",
    "catalogue/rows.py": "the same",
    "payments/bills.py": "the heads of the channels' bills, which are read",
    "parties/signing_in.py": "an example of a name",
    "doors/desk/shipping.py": "heads of a pasted table, which are read",
    "doors/pages/regions.py": "the endings of places' names, which people leave out",
    "doors/market/accounts.py": "the demo's accounts",
    "doors/market/people.py": "the demo's people",
    "doors/market/plenty.py": "made-up goods and firms",
    "doors/market/records.py": "the demo's suppliers",
    "doors/market/replay.py": "the walk-in buyer's name",
    "doors/pages/formats.py": "a Chinese date is made of its own characters",
    "invoicing/fee_hearing.py": "the line of an invoice, in the tax authority's language",
    "contracts/capital.py": "amounts in capital numerals are made of them",
    "payments/statement.py": "what Chinese banks call the columns of a statement, which is read",
    "cli.py": "the market's name",
}
HAN = re.compile(r"[\u3400-\u9fff]")
STATIC = SOURCE / "static"
CALL_OF_WORDS = re.compile(r"\bt\(\s*[\"']([^\"']+)[\"']\s*(~)?")
KEY = re.compile(r"^[a-z][a-z0-9_]*(\.[A-Za-z0-9_-]+)+$")
WORDS = load_words()


@cache
def _codes_texts() -> frozenset[str]:
    """Every text in code, and the beginnings of those that are put together."""
    found = set()
    for file in python_files():
        for _, text in texts_in(file):
            found.add(text)
    return frozenset(found)


@cache
def _template_texts() -> str:
    return "\n".join(file.read_text() for file in sorted(TEMPLATES.rglob("*.html")))


@cache
def _beginnings() -> tuple[str, ...]:
    """Beginnings of keys to which code or a template adds the end."""
    in_templates = {key for key, more in CALL_OF_WORDS.findall(_template_texts()) if more}
    in_templates |= set(re.findall(r"[\"']([a-z_.]+[._])[\"']\s*~", _template_texts()))
    in_code = {text for text in _codes_texts() if re.fullmatch(r"[a-z][a-z0-9_.]*[._]", text)}
    return tuple(sorted({start for start in in_templates | in_code if "." in start}))


@cache
def _kwargs_of_refusals() -> dict[str, list[tuple[str, set[str]]]]:
    """Where each refusal is raised, and with which facts; None stands for facts that are unpacked there."""
    names = {kind.__name__ for kind in _refusals()}
    found = defaultdict(list)
    for file in python_files():
        for node in ast.walk(tree_of(file)):
            raised = node.exc if isinstance(node, ast.Raise) else None
            if isinstance(raised, ast.Name | ast.Attribute):
                found[ast.unparse(raised).rpartition(".")[2]].append(
                    (f"{name_of(file)}:{node.lineno}", set())
                )
            if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in names:
                facts = {keyword.arg or "**" for keyword in node.keywords}
                found[ast.unparse(node.func).rpartition(".")[2]].append(
                    (f"{name_of(file)}:{node.lineno}", facts)
                )
    return found


def _refusals() -> list[type[Refusal]]:
    assert read_settings
    return [kind for kind in Refusal.registry.values() if kind.__module__.startswith("huozhan")]


@pytest.mark.parametrize("code", sorted(kind.code for kind in _refusals()))
def test_a_refusal_says_what_it_knows(code: str) -> None:
    key = f"refusal.{code}"
    assert WORDS.has(key), f"{key} has no words"
    needed = set.union(*(WORDS.parameters(key, lang) for lang in LANGUAGES))
    kind = Refusal.registry[code]
    lacking = [
        f"{where} lacks {sorted(needed - facts)}"
        for where, facts in _kwargs_of_refusals()[kind.__name__]
        if needed - facts and "**" not in facts and where.startswith(_reach(kind))
    ]
    assert lacking == []


def _reach(kind: type[Refusal]) -> str:
    """Where a refusal of this name is this one: its own context, or anywhere for the kernel's."""
    context = kind.__module__.split(".")[1]
    return "" if context in ("kernel", "doors") else f"{context}/"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_text_is_empty_or_in_the_other_language(lang: str) -> None:
    empty = [key for key, texts in WORDS.texts.items() if not texts[lang].strip()]
    mixed = [key for key, texts in WORDS.texts.items() if lang == "en" and HAN.search(texts[lang])]

    assert empty == []
    assert set(mixed) <= _NAMES_IN_BOTH


_NAMES_IN_BOTH = {key for key in WORDS.texts if key.startswith("look.language")} | {
    "look.chinese", "desk.offer.values_example",
}  # fmt: skip


def test_everybody_is_addressed_alike() -> None:
    assert [key for key, texts in WORDS.texts.items() if "你" in texts["zh"]] == []


def test_both_languages_have_the_same_parameters() -> None:
    asked = {
        key: {
            lang: {name.removesuffix(f"_{lang}") for name in WORDS.parameters(key, lang)}
            for lang in LANGUAGES
        }
        for key in WORDS.texts
    }

    assert {key: names for key, names in asked.items() if names["zh"] != names["en"]} == {}


def test_no_text_shouts() -> None:
    assert [key for key, texts in WORDS.texts.items() if re.search(r"[!！]", "".join(texts.values()))] == []


def test_every_key_that_a_template_names_is_there() -> None:
    named = {key for key, more in CALL_OF_WORDS.findall(_template_texts()) if not more}

    assert sorted(key for key in named if not WORDS.has(key)) == []


def test_every_key_that_code_says_is_there() -> None:
    said = {
        node.args[0].value
        for file in python_files()
        for node in ast.walk(tree_of(file))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func).endswith(("words.say", ".words.has"))
        and node.args
        and isinstance(node.args[0], ast.Constant)
    }

    assert said
    assert sorted(key for key in said if not WORDS.has(key)) == []


def test_every_key_is_used() -> None:
    named = _codes_texts() | set(re.findall(r"[\"']([a-z][\w.-]*)[\"']", _template_texts()))
    unused = [key for key in WORDS.texts if key not in named and not key.startswith(_beginnings())]

    assert {key for key in unused if not key.startswith(_AWAITED)} == set()


_AWAITED = ("order.state.",)
"""Words that contexts have ready and no page says yet; this list only becomes shorter."""


def test_code_holds_no_chinese() -> None:
    found = {name_of(file) for file in python_files() for _, text in texts_in(file) if HAN.search(text)}

    assert found == set(SPEAKS_CHINESE)


def _visible(html: str) -> Iterator[str]:
    """What a person would read in a template, but for what is put in."""
    html = re.sub(r"\{#.*?#\}", "", html, flags=re.DOTALL)
    html = re.sub(r"\{% block body_class %\}.*?\{% endblock %\}", "", html)
    html = re.sub(r"<(script|style)\b.*?</\1>", "", html, flags=re.DOTALL)
    html = re.sub(r"\{%.*?%\}|\{\{.*?\}\}", "\x00", html, flags=re.DOTALL)
    for attribute, value in re.findall(
        r"\b(title|placeholder|aria-label|alt|aria-description)=\"([^\"]*)\"", html
    ):
        yield f"{attribute}={value}" if re.search(r"[^\W\d_]", value.replace("\x00", "")) else ""
    text = re.sub(r"<[^>]*>", "\n", re.sub(r"[\w-]*=\"[^\"]*\"", "", html))
    yield from re.sub(
        r"\b(aria-[a-z]+|btn[a-z-]*|required|disabled|checked|selected)(?![\w-])", "", text
    ).split("\n")


@pytest.mark.parametrize(
    "template", sorted(TEMPLATES.rglob("*.html")), ids=lambda file: file.relative_to(TEMPLATES).as_posix()
)
def test_a_template_says_nothing_of_its_own(template: object) -> None:
    text = text_of(template)  # type: ignore[arg-type]
    said = [
        piece.strip() for piece in _visible(text) if re.search(r"[^\W\d_]{2,}", re.sub(r"&\w+;", "", piece))
    ]

    assert [piece for piece in said if not set(re.findall(r"[^\W\d_]{2,}", piece)) <= _SIGNS] == []


_SIGNS = {"CSV", "XLSX", "OpenAPI", "mm", "\u8d27\u6808", "Huozhan"}
"""The same in both languages: names of formats, a unit, and our own name."""

_QUOTED = re.compile(r"\"((?:[^\"\\\n]|\\.)*)\"|'((?:[^'\\\n]|\\.)*)'|`((?:[^`\\]|\\.)*)`")
_PROSE = re.compile(r"[\u3400-\u9fff]|\b[A-Z][a-z]+|(?<![\w-])[a-z]{2,} [a-z]{2,}(?![\w-])")
"""What reads like words for people: a Chinese sign, a word with a capital, two words in a row that are no names of classes."""

_LANGUAGES_OWN_NAMES = {"\u4e2d\u6587", "English"}
_OF_THE_BROWSER = {
    "HX-Request", "X-CSRF-Token", "Escape", "Enter", "ArrowUp", "ArrowDown", "AbortError", "tbody tr", "thead th",
    "#freight input[name=n]",
}  # fmt: skip
_READ_BACK = {"required field `file`", "required field `text`", "order number"}
"""Words in doors that nobody reads: parts of a refusal's detail, and the heads of a table that is pasted."""


def _quoted(code: str) -> set[str]:
    return {next(text for text in found if text) for found in _QUOTED.findall(code) if any(found)}


@pytest.mark.parametrize(
    "template", sorted(TEMPLATES.rglob("*.html")), ids=lambda file: file.relative_to(TEMPLATES).as_posix()
)
def test_what_a_template_puts_in_comes_from_the_words(template: Path) -> None:
    code = re.sub(r"\{#.*?#\}", "", text_of(template), flags=re.DOTALL)
    texts = {text for part in re.findall(r"\{%.*?%\}|\{\{.*?\}\}", code, re.DOTALL) for text in _quoted(part)}

    assert {text for text in texts if _PROSE.search(text)} <= _LANGUAGES_OWN_NAMES


@pytest.mark.parametrize(
    "script",
    sorted(set(STATIC.glob("*.js")) - {STATIC / "htmx.min.js", STATIC / "belts.js"}),
    ids=lambda file: file.name,
)
def test_a_script_says_nothing_of_its_own(script: Path) -> None:
    code = re.sub(r"(?<!:)//[^\n]*", "", text_of(script))

    assert {text for text in _quoted(code) if _PROSE.search(text)} <= _OF_THE_BROWSER


def test_a_pages_title_is_in_the_words() -> None:
    titles = {
        node.args[2].value
        for file in python_files("doors")
        for node in ast.walk(tree_of(file))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) in ("showing.show", "show")
        and len(node.args) > 2
        and isinstance(node.args[2], ast.Constant)
    }

    assert titles
    assert sorted(title for title in titles if not WORDS.has(title)) == []


@pytest.mark.parametrize("door", ["web", "desk", "console", "pages"])
def test_a_door_of_pages_says_nothing_of_its_own(door: str) -> None:
    prose = re.compile(r"(?<![\w-])[A-Za-z]{2,} [a-z]{2,}(?![\w-])")
    said = {text for file in python_files(f"doors/{door}") for _, text in texts_in(file)}

    assert {text for text in said if prose.search(text) and "(" not in text} <= _READ_BACK


def test_every_fact_has_a_name() -> None:
    assert read_settings
    named = {kind.__name__ for kind in Fact.registry.values()}
    classes = {
        node.name
        for file in python_files()
        if file.name == "facts.py" and file.parent != SOURCE / "kernel"
        for node in tree_of(file).body
        if isinstance(node, ast.ClassDef) and any("Fact" in ast.unparse(base) for base in node.bases)
    }

    bases = {
        ast.unparse(base)
        for file in python_files()
        for node in tree_of(file).body
        if isinstance(node, ast.ClassDef)
        for base in node.bases
    }
    assert classes
    assert classes - named - bases == set()
    assert all(re.fullmatch(r"[a-z]+\.[a-z_]+", name) for name in Fact.registry), sorted(Fact.registry)


def test_every_act_of_an_operator_is_named() -> None:
    acts = {
        call.args[1].value
        for file in python_files()
        for call in ast.walk(tree_of(file))
        if isinstance(call, ast.Call)
        and ast.unparse(call.func) == "note_act"
        and len(call.args) > 1
        and isinstance(call.args[1], ast.Constant)
    }

    assert len(acts) > 20
    assert {act for act in acts if not WORDS.has(f"console.act.{act}")} == set()
