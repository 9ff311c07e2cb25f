"""Writes what is fixed into a page's template once, at the start: a page asks for hundreds of texts and addresses, and
each call from a template into Python costs more than the text it brings."""

import html
import json
import re
from collections.abc import Callable, Iterator
from string import Formatter

from huozhan.kernel.wording import Words

_CALL = re.compile(r"""(?<![\w.])(t|url|asset)\((["'])([^"'{}~]*)\2(?=[,)])""")
_FACT = re.compile(r"\s*([a-z_]+)\s*=(?!=)")
_PAIRS = {"(": ")", "[": "]", "{": "}"}


def with_words(source: str, words: Words, lang: str, asset: Callable[[str], str]) -> str:
    """A template with the texts, paths and static files that it names written in.

    A text with facts becomes its pieces joined to the facts; a call that cannot be written in stays a call.
    """
    written, at = [], 0
    for call in _CALL.finditer(source):
        if call.start() < at:
            continue  # inside the facts of a text that was written already
        end = _end_of(source, call.end())
        facts = source[call.end() : end - 1]
        put = _written(call[1], call[3], facts, words, lang, asset)
        if put is not None:
            written += [source[at : call.start()], put]
            at = end
    return "".join([*written, source[at:]])


def _written(
    function: str, name: str, facts: str, words: Words, lang: str, asset: Callable[[str], str]
) -> str | None:
    if function == "t":
        known = words.texts.get(name)
        return _text(known[lang], with_words(facts, words, lang, asset)) if known else None
    if facts:
        return None
    address = asset(name) if function == "asset" else name
    return f"{_quoted(html.escape(address))}|safe"


def _text(text: str, facts: str) -> str | None:
    """A text as an expression of the template's own, with its parameters replaced by the facts' expressions."""
    given = dict(_facts(facts))
    pieces = []
    for literal, parameter, form, conversion in Formatter().parse(text):
        if literal:
            pieces.append(_quoted(literal))
        if parameter is not None:
            if parameter not in given or form or conversion:
                return None
            pieces.append(f"({given[parameter]})")
    if len(pieces) == 1 and not given:
        return pieces[0]
    joined = " ~ ".join(["''", *pieces])
    return f"({joined})"


def _facts(facts: str) -> Iterator[tuple[str, str]]:
    """Each named fact with the expression that gives it; `facts` begins with a comma where there are any."""
    start = 0
    while start < len(facts):
        name = _FACT.match(facts, start + 1)
        if name is None:
            return
        end = _end_of(facts, name.end(), stop=",") - 1
        yield name[1], facts[name.end() : end].strip()
        start = end


def _end_of(source: str, at: int, stop: str = ")") -> int:
    """Where the expression that goes on at `at` is over: behind its closing sign, or at the source's end + 1."""
    open_, quote = [], ""
    while at < len(source):
        sign = source[at]
        at += 1
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "\"'":
            quote = sign
        elif sign in _PAIRS:
            open_.append(_PAIRS[sign])
        elif open_ and sign == open_[-1]:
            open_.pop()
        elif not open_ and sign == stop:
            return at
    return at + 1


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
