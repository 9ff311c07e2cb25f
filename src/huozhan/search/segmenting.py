"""Cuts Chinese and English text into the words that the index holds; index and query must use the same cutter."""

import re
import unicodedata
from functools import cache, lru_cache
from itertools import chain
from types import ModuleType

import opencc
import rjieba

# Words of the wholesale trade that a general dictionary cuts apart; in lower case, as texts are compared.
TRADE_WORDS = (
    "一件代发", "源头工厂", "厂家直销", "现货速发", "支持定制", "来图定制", "来样定制", "小额混批", "包邮", "跨境专供",
    "加厚款", "大码", "均码", "纯棉", "全棉", "涤纶", "亚麻", "牛津布", "帆布", "硅胶", "不锈钢", "保温杯", "收纳盒",
    "打底衫", "卫衣", "连帽衫", "休闲裤", "牛仔裤", "连衣裙", "半身裙", "防晒衣", "羽绒服", "冲锋衣", "帆布鞋", "老爹鞋",
    "t恤", "polo衫", "v领", "u盘", "a字裙", "usb线", "充电线", "数据线", "充电宝", "蓝牙耳机", "手机壳", "伴手礼", "周边", "团建", "开学季", "母婴", "亲子装",
)  # fmt: skip

TRADE_WORD_FREQUENCY = 100_000  # above every word of the general dictionary, so that ours are kept whole
TRADE_WORD_TAG = "nz"

_CHINESE = re.compile(r"[\u3400-\u9fff]")
_KEPT = re.compile(r"[0-9a-z\u3400-\u9fff]")
_UNITS = {"毫升": "ml", "公斤": "kg", "千克": "kg", "厘米": "cm", "毫米": "mm", "英寸": "inch"}
_UNIT = re.compile("|".join(_UNITS))
_APART = re.compile(r"(\d)\s+(?=(?:ml|kg|cm|mm|inch|g|l|m)\b|毫升|公斤|千克|[厘釐]米|毫米|英[寸吋])")
"""An amount and its unit with a space between them."""
_TEE = re.compile(r"\bt[- ]?shirt(s?)\b")
_JOINT = re.compile(r"(?<=[0-9a-z])[-_/.](?=[a-z])|(?<=[a-z])[-_/.](?=[0-9])")
_CHUNK = re.compile(r"[^\s,;:!?()\[\]{}|\"'，。、；：！？（）【】《》“”‘’]+")
"""What stands between these signs is cut by itself: no word reaches over them."""
WORD_LENGTH_MAX = 40
WORDS_KEPT = 50_000
CHUNKS_KEPT = 30_000
TEXTS_KEPT = 20_000
_IRREGULAR = {
    "mice": "mouse", "knives": "knife", "shelves": "shelf", "feet": "foot", "loaves": "loaf", "leaves": "leaf",
    "scarves": "scarf", "men": "man", "women": "woman", "children": "child",
}  # fmt: skip


@cache
def _cutter() -> ModuleType:
    """The library's own cutter with our words added: it reads a dictionary of 25 MB anyway, and one is enough."""
    for word in TRADE_WORDS:
        rjieba.add_word(word, TRADE_WORD_FREQUENCY, TRADE_WORD_TAG)
    return rjieba


@cache
def _simplifier() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


@cache
def _traditional_sign() -> re.Pattern[str]:
    """Any sign that simplifies to another: most texts hold none, and looking is cheaper than converting."""
    signs = "".join(map(chr, range(0x3400, 0xA000)))
    simplified = map(_simplifier().convert, signs)
    return re.compile(
        f"[{''.join(sign for sign, simple in zip(signs, simplified, strict=True) if sign != simple)}]"
    )


def load_dictionaries() -> None:
    """Reads the dictionaries now: processes forked afterwards share them instead of reading one each."""
    words_of("货栈 warehouse")


def narrow(text: str) -> str:
    """The text half-width and in lower case, amounts beside their units: all that reaches over a space."""
    if text.isascii():
        text = text.lower()
    else:
        text = (
            text if unicodedata.is_normalized("NFKC", text) else unicodedata.normalize("NFKC", text)
        ).lower()
    return _APART.sub(r"\1", text) if _APART.search(text) else text


def plain(text: str) -> str:
    """The text as it is compared: half-width, lower case, simplified, units written one way."""
    return _simple(narrow(text))


def _simple(text: str) -> str:
    """A narrow text simplified, its units in Latin letters."""
    if not text.isascii():
        if _traditional_sign().search(text):
            text = _simplifier().convert(text)
        text = _UNIT.sub(lambda found: _UNITS[found[0]], text)
    return _APART.sub(r"\1", text) if _APART.search(text) else text


def words_of(text: str) -> list[str]:
    """The words of a text, for the index: long words and the shorter ones inside them."""
    return search_words(narrow(text)).split()


def search_words(text: str) -> str:
    """The same of a text that is narrow or plain already, with spaces between the words.

    Titles are cut piece by piece, since most pieces (English words above all) were cut before in another title.
    """
    return " ".join(filter(None, map(_searched_in, _chunks(text))))


@lru_cache(TEXTS_KEPT)
def words_of_often(text: str) -> str:
    """`search_words` of a text that many offers share: the name of a category or a shop, an option, an attribute's value."""
    return search_words(narrow(text))


def signs_of(text: str) -> list[str]:
    """Each Chinese sign of a text once: what is asked for may be cut otherwise than what is offered."""
    return signs_in(plain(text))


def signs_in(text: str) -> list[str]:
    """The same of a text that is plain already."""
    return list(dict.fromkeys(_CHINESE.findall(text)))


def asked_words(text: str) -> list[str]:
    """The words of a query: each part once, not the shorter ones inside it."""
    return words_in(plain(text))


def words_in(text: str) -> list[str]:
    """The same of a text that is plain already."""
    return list(dict.fromkeys(chain.from_iterable(map(_asked_in, _chunks(text)))))


def _chunks(text: str) -> list[str]:
    return _CHUNK.findall(_TEE.sub(r"tshirt\1", text) if "shirt" in text else text)


@lru_cache(CHUNKS_KEPT)
def _searched_in(chunk: str) -> str:
    return " ".join(_cleaned(_cutter().cut_for_search(_parted(chunk))))


@lru_cache(CHUNKS_KEPT)
def _asked_in(chunk: str) -> tuple[str, ...]:
    return tuple(_cleaned(_cutter().cut(_parted(chunk))))


def _parted(chunk: str) -> str:
    """What is cut of a piece: simplified, compounds taken apart, as people write them either way."""
    return _JOINT.sub(" ", _simple(chunk))


def words_with_places(text: str) -> list[tuple[int, str]]:
    """Every part of a text that is plain already, just as it stands there, and where it begins."""
    found, at = [], 0
    for part in _cutter().cut(text):
        found.append((at, part))
        at += len(part)
    return found


def _cleaned(parts: list[str]) -> list[str]:
    return [word for part in parts if (word := _word(part))]


@lru_cache(WORDS_KEPT)
def _word(part: str) -> str:
    """A part of a text as a word; nothing where it is none. Texts say the same few ten thousand parts again and again."""
    return _singular(part)[:WORD_LENGTH_MAX] if _KEPT.search(part) else ""


def _singular(word: str) -> str:
    """English nouns lose their plural s, on both sides of the search."""
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if len(word) > 3 and word.isascii() and word.isalpha():
        if word.endswith("ies"):
            return word[:-3] + "y"
        if word.endswith(("ches", "shes", "xes", "sses")):
            return word[:-2]
        if word.endswith("s") and not word.endswith(("ss", "us", "is")):
            return word[:-1]
    return word
