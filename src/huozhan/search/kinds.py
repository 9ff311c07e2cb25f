"""What a thing is, told from what it is for: the words of a title that name its kind.

"Monitor stand" is a stand, "notebook black 15 inch" a notebook, "case for phones" a case. In English and Chinese alike
the word that names the kind ends its phrase, and "for", 适用 and their like begin what it fits. Which words can name a
kind is read from the names of the categories: the last word of each.
"""

import gzip
import re
from collections.abc import Iterator, Sequence
from functools import cache
from importlib import resources

import msgspec

from huozhan.search.segmenting import Kept, every_word_in, pieces_of, plain

_PARTS = re.compile(
    r"(?=[,，、;；:：()（）\[\]【】|—–.\sfwc适用兼配专/+&ao])(?:"  # most signs begin nothing, and are left at once
    r"(?P<part>[,，、;；:：()（）\[\]【】|—–]|(?<!\d)\.(?!\d)|\s-\s)"
    r"|(?P<fits>\b(?:for|with|without|w/|compatible with|fits)\b|适用于|适用|用于|兼容|配套|专用于)"
    r"|(?P<listed>[/+&]|\band\b|\bor\b))"
)
"""What ends a phrase: a sign that begins another, a word before what it fits, one between things of the same rank."""
_SAYS, _PARTS_IT, _DASH, _LISTS, _SEVERAL = "", "part", "dash", "listed", "several"
"""What a piece of a title does to its phrases. `several`: more than one of these, so that the signs of the title must be read."""
WORDS_KEPT = 20_000
_NOT_OF_A_NAME = frozenset({
    "black", "white", "gray", "grey", "silver", "red", "blue", "green", "yellow", "pink", "purple", "orange", "brown", "gold",
    "beige", "clear", "transparent", "multicolor", "multicolour", "original", "new",
})  # fmt: skip
"""Words that stand behind what a thing is called: "notebook black" is a notebook still."""
SIGNS_OF_THINGS = frozenset(
    "器机架板车剂垫带包套球盒裤刀袋片罩管箱椅仪柜盘衣灯镜床夹纸油笔布鼓座凳琴鞋轮盖杆棒帽刷枪圈巾瓶桌绳卡锅钳酒笛杯柄筒锁衫罐泵钉环钩"
    "篮盔篷酱缆桶炉锯壶艇裙扣膏链碗缸帘尺壳窗梯袜毯船锤勺饼钟贴弓旗膜轴伞扇铲盆碟漆恤线"
)
"""Signs that end what things are called, often in the category tree and hardly ever in other words."""
_KINDS_BESIDE = ("smartphone", "phone", "laptop", "chromebook", "ssd", "earphone", "tshirt")
"""Kinds whose category is named by other words."""


class _Named(msgspec.Struct):
    name_zh: str
    name_en: str


def kinds_in(title: str) -> list[str]:
    """The words of a title that name what the thing is, each once, in their order."""
    return kinds_of(plain(title))


def kinds_of(title: str, pieces: Sequence[str] | None = None) -> list[str]:
    """The same of a title that is plain already; who has its pieces gives them. Nearly all titles are parted where their pieces are."""
    found: list[str] = []
    phrase: list[str] = []
    is_open = True
    for piece in pieces_of(title) if pieces is None else pieces:
        role, telling = _TOLD[piece]
        if role == _SAYS:
            if is_open:
                phrase += telling
        elif role == _SEVERAL or (role == _DASH and title.count("-") != title.count(" - ")):
            return list(
                dict.fromkeys([kind for one in _phrases(title) for kind in _ends(every_word_in(one))])
            )
        else:
            found += _ends(phrase)
            phrase = []
            is_open = role in (_PARTS_IT, _DASH) or (is_open and role == _LISTS)
    return list(dict.fromkeys([*found, *_ends(phrase)]))


def _told(piece: str) -> tuple[str, tuple[str, ...]]:
    """What a piece does to the phrases of its title, and those of its words that can make a difference there."""
    found = _PARTS.search(piece)
    if piece == "-":
        return _DASH, ()
    if found is not None or piece == "compatible":
        return (str(found.lastgroup) if found and found[0] == piece else _SEVERAL), ()
    return _SAYS, tuple(word for word in every_word_in(piece) if _MATTERS[word])


def _phrases(title: str) -> Iterator[str]:
    """The parts of a plain title that speak of the thing itself: not what stands behind "for", until the next comma."""
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


def kinds_among(words: Sequence[str]) -> list[str]:
    """The words that name kinds: in English the last that can of each run of plain words, in Chinese each that no other follows."""
    return _ends(words)


def _ends(words: Sequence[str]) -> list[str]:
    """A word that comes twice counts where it stands last: "lamp assembly LV-LP27 projector lamp" is a lamp, no projector."""
    found, last = [], ""
    for word in words:
        matters = _MATTERS[word]
        if matters == _CAN_NAME:
            last = word
        elif last and matters:
            found.append(last)
            last = ""
    return [*found, last] if last else found


def can_name(word: str) -> bool:
    """Whether the word names a kind of thing; a Chinese one does by its last sign: 保温杯 is a 杯."""
    return _MATTERS[word] == _CAN_NAME


def _matters(word: str) -> str:
    """Whether a word names a kind, or ends what one is called; most English words do neither."""
    if word in kind_words() or (not word.isascii() and word[-1] in SIGNS_OF_THINGS):
        return _CAN_NAME
    return _ENDS if word in _NOT_OF_A_NAME or not (word.isascii() and word.isalpha()) else ""


@cache
def kind_words() -> frozenset[str]:
    """The last word of each category's name, in both languages, and those of ours."""
    found = set(_KINDS_BESIDE)
    with (
        resources.files("huozhan.reference").joinpath("categories.jsonl.gz").open("rb") as packed,
        gzip.open(packed) as lines,
    ):
        for line in lines:
            named = msgspec.json.decode(line, type=_Named)
            for name in (named.name_en, named.name_zh):
                for phrase in _phrases(plain(name)):
                    found.update(every_word_in(phrase)[-1:])
    return frozenset(found) - _NOT_OF_A_NAME


_CAN_NAME, _ENDS = "names", "ends"
_MATTERS: Kept[str] = Kept(_matters, WORDS_KEPT)
_TOLD: Kept[tuple[str, tuple[str, ...]]] = Kept(_told, WORDS_KEPT)
