"""The words of titles as one would cut them without any care for speed: what the index must hold, whatever is kept or guessed."""

import re
import unicodedata
from collections.abc import Iterator

import opencc
import rjieba

from huozhan.search import segmenting
from huozhan.search.kinds import _NOT_OF_A_NAME, SIGNS_OF_THINGS, kind_words
from huozhan.search.segmenting import load_dictionaries

_T2S = opencc.OpenCC("t2s")
_UNITS = {"毫升": "ml", "公斤": "kg", "千克": "kg", "厘米": "cm", "毫米": "mm", "英寸": "inch"}
_BETWEEN = re.compile(r"[\s,;:!?()\[\]{}|\"'，。、；：！？（）【】《》“”‘’]+")
_PARTS = re.compile(
    r"(?P<part>[,，、;；:：()（）\[\]【】|—–]|(?<!\d)\.(?!\d)|\s-\s)"
    r"|(?P<fits>\b(?:for|with|without|w/|compatible with|fits)\b|适用于|适用|用于|兼容|配套|专用于)"
    r"|(?P<listed>[/+&]|\band\b|\bor\b)"
)


def plain(text: str) -> str:
    """The text as it is compared."""
    load_dictionaries()
    text = segmenting._INCHES.sub(r"\1inch", unicodedata.normalize("NFKC", text))
    text = _T2S.convert(segmenting._SIDE_BY_SIDE.sub(r"\1x", _beside(text.lower())))
    for name, unit in _UNITS.items():
        text = text.replace(name, unit)
    return _beside(segmenting._AMOUNT.sub(segmenting._in_other_units, text))


def _beside(text: str) -> str:
    return segmenting._APART.sub(r"\1", text)


def search_words(text: str) -> list[str]:
    """What the index holds of a text: words and those inside them."""
    return [word for piece in _pieces(text) for word in _words(rjieba.cut_for_search(piece))]


def asked_words(text: str) -> list[str]:
    """What is asked for by a text."""
    return list(dict.fromkeys(every_word(text)))


def every_word(text: str) -> list[str]:
    """The same with those that it says again."""
    return [word for piece in _pieces(text) for word in _words(rjieba.cut(piece))]


def signs(text: str) -> list[str]:
    """The Chinese signs of a text."""
    return list(dict.fromkeys(re.findall(r"[\u3400-\u9fff]", text)))


def kinds(title: str) -> list[str]:
    """The words that name what a thing is."""
    found: dict[str, None] = {}
    for phrase in _phrases(title):
        last = None
        for word in every_word(phrase):
            if word in kind_words() or (not word.isascii() and word[-1] in SIGNS_OF_THINGS):
                last = word
            elif last and (word in _NOT_OF_A_NAME or not (word.isascii() and word.isalpha())):
                found[last] = last = None
        if last:
            found[last] = None
    return list(found)


def _phrases(title: str) -> Iterator[str]:
    start: int | None = 0
    for found in _PARTS.finditer(title):
        if start is not None:
            yield title[start : found.start()]
        if found.lastgroup == "part":
            start = found.end()
        elif start is not None:
            start = found.end() if found.lastgroup == "listed" else None
    if start is not None:
        yield title[start:]


def _pieces(text: str) -> list[str]:
    text = re.sub(r"\bt[- ]?shirt(s?)\b", r"tshirt\1", text)
    return [
        numbers_apart(segmenting._JOINT.sub(" ", plain(piece))) for piece in _BETWEEN.split(text) if piece
    ]


def numbers_apart(text: str) -> str:
    """The numbers that stand together as a size, each by itself; a tyre's rim too."""
    whole = None
    while whole != text:
        whole = text
        text = re.sub(r"(\d(?:ml|kg|cm|mm|inch|g|l|m)?)[x×*](\d)", r"\1 \2", text)
        text = re.sub(r"(\d)[-/](\d)", r"\1 \2", text)
        text = re.sub(r"(\d)(r\d\d)(?!\d)", r"\1 \2", text)
    return text


def _words(parts: list[str]) -> list[str]:
    return [segmenting._singular(part)[:40] for part in parts if re.search(r"[0-9a-z\u3400-\u9fff]", part)]
