"""Chinese and English titles for the giftware: a description is a noun with words around it, and so is its title."""

import random
import re
import string
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

from sources import Record, table, word_list

NOT_GOODS: Final = re.compile(
    r"POSTAGE|MANUAL|DOTCOM|CARRIAGE|SAMPLE|BANK CHARGES|AMAZON|DAMAGE|LOST|FOUND|ADJUST|\?|CRUK|DISCOUNT|WRONG|CHECK$"
)
# How the clerks shortened words, and what they meant.
SPELLED: Final = (
    (r"\bT ?-? ?LIGHTS\b", "T-LIGHTS"),
    (r"\bT ?-? ?LIGHT\b|\bTEALIGHT\b", "T-LIGHT"),
    (r"\bHLDR\b|\bHOLDERS\b", "HOLDER"),
    (r"\bSET ?(?:OF ?|/ ?|OF)(\d+)\b|\bS/(\d+)\b|\bSET (\d+)\b", r"SET OF \1\2\3"),
    (r"\bPACK ?(?:OF )?(?:/)?(\d+)\b", r"PACK OF \1"),
    (r"\b(?:SET OF|SET) (?:TWO)\b|\bPAIR OF\b", "SET OF 2"),
    (r"\bSET OF THREE\b", "SET OF 3"),
    (r"\bSET OF FOUR\b", "SET OF 4"),
    (r"\bBOX ?(?:OF )(\d+)\b", r"PACK OF \1"),
    (r"\b(\d+) ?(?:PC|PIECE|PCE|PCS)\b", r"SET OF \1"),
    (r"\bDEC\b|\bDECS\b", "DECORATION"),
    (r"\bXMAS\b", "CHRISTMAS"),
    (r"\bCOL\b", "COLOUR"),
    (r"\bP'WEIGHT\b", "PAPERWEIGHT"),
    (r"\bDOOR MAT\b", "DOORMAT"),
    (r"\bW/|\bW /", "WITH "),
    (r"STOPMETAL", "STOP METAL"),
    (r"\bBLUE SPOTS\b", "BLUE SPOT"),
    (r"[.,!*\"]", " "),
)
COUNTED: Final = re.compile(r"\b(SET|PACK) OF (\d+)\b|^(\d+) ")
SIZED: Final = re.compile(r"\b(\d+(?:\.\d+)?) ?(?:X ?(\d+) ?)?(CM|MM|M|ML|INCH)\b")
SMALL_WORDS: Final = frozenset(
    ["OF", "IN", "ON", "AND", "&", "+", "A", "AN", "THE", "FOR", "WITH", "TO", "-"]
)
SLOGAN_HEADS: Final = frozenset(
    {"METAL SIGN", "SIGN", "MUG", "DOORMAT", "BLOCK WORD", "CUSHION", "DOOR SIGN", "MEMO PAD"}
)
COLOURS: Final = frozenset(
    [
        "WHITE",
        "RED",
        "PINK",
        "BLUE",
        "GREEN",
        "BLACK",
        "CREAM",
        "IVORY",
        "SILVER",
        "GOLD",
        "PURPLE",
        "YELLOW",
        "ORANGE",
        "BROWN",
        "GREY",
        "TURQUOISE",
        "MINT",
        "LILAC",
        "CLEAR",
        "AMBER",
        "NATURAL",
        "PISTACHIO",
    ]
)
SIZES: Final = ("SMALL", "MEDIUM", "LARGE", "MINI", "JUMBO", "GIANT")
STYLES: Final = (
    (re.compile("复古|做旧|维多利亚|爱德华"), ("欧式", "美式", "怀旧", "")),
    (re.compile("圣诞|复活节|生日|派对"), ("节日", "外贸", "跨境", "")),
    (re.compile("玫瑰|碎花|花朵|雏菊"), ("田园", "小清新", "韩式", "")),
    (re.compile("儿童|太空|马戏团|卡通|洋娃娃"), ("卡通", "创意", "可爱", "")),
    (re.compile("镀锌|铁艺|木质|藤编"), ("美式乡村", "北欧ins风", "zakka", "")),
)
PLAIN_STYLES: Final = ("创意", "北欧ins风", "外贸", "跨境", "英伦", "ins风", "家居", "")


SHORT_EN: Final = {
    "des": "design", "asstd": "assorted", "asst": "assorted", "ass": "assorted", "col": "colour", "dec": "decoration", "ant": "antique",
    "w": "with", "hldr": "holder", "rect": "rectangular", "turq": "turquoise", "p'weight": "paperweight", "xmas": "christmas",
    "stopmetal": "stop metal", "strawbery": "strawberry", "s": "",
}  # fmt: skip
INITIALS: Final = frozenset({"led", "uk", "us", "3d", "tv", "abc", "i", "pvc"})
PROPER: Final = frozenset({
    "christmas", "easter", "london", "paris", "english", "french", "england", "suki", "victorian", "edwardian", "russian", "chinese",
    "danish", "swiss", "scandinavian", "moroccan", "japanese", "indian", "hawaiian", "murano", "union", "jack", "kashmir", "valentine",
    "halloween", "santa", "noel", "british", "acapulco", "medina", "morris", "provencal", "charlie", "lola", "charlotte", "regency",
})  # fmt: skip


@dataclass(frozen=True)
class Head:
    """What a thing is: the noun its title ends in, and what goes with it."""

    word: str
    zh: str
    category_id: str
    weight_g: int
    size_mm: tuple[int, int, int]
    unit: str
    trade: str
    uses: tuple[str, ...]


@dataclass(frozen=True)
class Reading:
    """A description understood: what it is, what it is like, how many."""

    head: Head
    before: tuple[str, ...]
    count: int
    slogan: str


@cache
def heads() -> dict[tuple[str, ...], Head]:
    """The things, by their words."""
    found = {}
    for word, zh, category_id, grams, size, unit, trade, uses in table("uk_heads.tsv"):
        length, width, height = (int(side) for side in size.split("x"))
        head = Head(
            word, zh, category_id, int(grams), (length, width, height), unit, trade, tuple(uses.split("|"))
        )
        found[tuple(word.replace("DOOR MAT", "DOORMAT").split())] = head
    return found


@cache
def lexicon() -> dict[tuple[str, ...], str]:
    """The describing words, by their words."""
    return {tuple(word.split()): zh for word, zh in word_list("uk_words.tsv").items()}


def cleaned(description: str) -> str:
    """A description in one spelling."""
    text = re.sub(r"\s+", " ", description.upper()).strip(" .")
    for pattern, meant in SPELLED:
        text = re.sub(pattern, meant, text)
    return re.sub(r"\s+", " ", text).strip()


def segments(words: list[str], at_most: int = 4) -> Iterator[tuple[str, str, Head | None]]:
    """The words cut into the longest known phrases: (English, Chinese, head or none); Chinese is empty when unknown."""
    at = 0
    while at < len(words):
        for size in range(min(at_most, len(words) - at), 0, -1):
            key = tuple(words[at : at + size])
            if key in heads() or key in lexicon():
                yield " ".join(key), lexicon().get(key, ""), heads().get(key)
                at += size
                break
        else:
            yield words[at], "", None
            at += 1


def read_description(description: str) -> Reading | None:
    """Understand a description, or say that it cannot be put into good Chinese."""
    text = cleaned(description)
    if NOT_GOODS.search(text) or len(text) < 5:
        return None
    count = 0
    if match := COUNTED.search(text):
        count = int(match[2] or match[3])
        text = (text[: match.start()] + " " + text[match.end() :]).strip()
    sizes = [match[0].replace(" ", "").lower() for match in SIZED.finditer(text)]
    words = SIZED.sub(" ", text).replace("/", " ").split()
    parts = list(segments(words))
    places = [place for place, part in enumerate(parts) if part[2]]
    if not places:
        return None
    last = places[-1]
    head = parts[last][2]
    assert head is not None
    others = parts[last + 1 :] + parts[:last]
    said: list[str] = []
    unknown: list[str] = []
    for english, zh, other_head in others:
        if english in SMALL_WORDS:
            continue
        if other_head and not zh and len(other_head.zh) > 2:
            return None  # two things in one description
        meaning = zh or (other_head.zh if other_head else "")
        if meaning and meaning not in said:
            said.append(meaning)
        elif not meaning:
            unknown.append(english)
    slogan = ""
    if unknown:
        if (
            len(unknown) < 2
            or head.word not in SLOGAN_HEADS
            or count
            or any(ch.isdigit() for ch in "".join(unknown))
        ):
            return None
        slogan = " ".join(english for english, _zh, _head in parts[:last])
        said = []
    if len(said) > 5:
        return None
    return Reading(head, tuple(said + sizes), count, slogan)


def count_words(head: Head, count: int) -> tuple[str, str]:
    """How many come together: in Chinese behind the noun, in English too."""
    if count < 2:
        return "", ""
    if head.unit == "set":
        return f"{count}件套", f"set of {count}"
    measure = (
        "张"
        if any(mark in head.zh for mark in ("纸巾", "纸垫", "贴", "卡"))
        else "支"
        if "笔" in head.zh
        else "只"
    )
    measure = "根" if any(mark in head.zh for mark in ("蜡烛", "吸管", "线香")) else measure
    return f"{count}{measure}装", f"pack of {count}"


def phrase(reading: Reading) -> str:
    """The Chinese noun phrase without ornament."""
    if reading.slogan:
        return f"「{string.capwords(reading.slogan)}」{reading.head.zh}"
    said = [word for word in reading.before if word not in reading.head.zh]
    kept = [word for word in said if not any(word != other and word in other for other in said)]
    return "".join(kept) + reading.head.zh


def title_zh(reading: Reading, chance: random.Random) -> str:
    """The Chinese title: a style, the noun phrase, how many, and what it is for."""
    core = phrase(reading)
    styles = next((styles for mark, styles in STYLES if mark.search(core)), PLAIN_STYLES)
    style = chance.choice(styles)
    if style[:2] and any(style[at : at + 2] in core for at in range(len(style) - 1)):
        style = ""
    count, _ = count_words(reading.head, reading.count)
    uses = [use for use in reading.head.uses if use[:2] not in core]
    ends = chance.sample(uses, k=min(len(uses), chance.choice((1, 1, 2))))
    return style + core + count + "".join(ends)


def title_en(description: str, count: str) -> str:
    """The English title: the description in ordinary letters, with the count in front put behind."""
    text = re.sub(r"\s*,\s*", ", ", re.sub(r"\s+", " ", description)).strip(" .,*/")
    text = re.sub(r"(?i)[, ]+(?:(?:set|pack|box) ?(?:of ?|/)|s/)\d+\b", "", text) if count else text
    text = (
        re.sub(r"(?i)^(?:set|pack|box) ?(?:of|/)? ?\d+ +|^s/\d+ +|^\d+ (?=[a-z])", "", text)
        if count
        else text
    )
    words = text.lower().replace("t-lights", "T-lights").replace("t-light", "T-light").split()
    words = [word for short in words for word in SHORT_EN.get(short, short).split()]
    kept = [
        word.upper() if word in INITIALS else word.capitalize() if word in PROPER else word for word in words
    ]
    joined = " ".join(kept)
    joined = joined[:1].upper() + joined[1:]
    return f"{joined}, {count}" if count else joined


def attributes_of(reading: Reading) -> list[Record]:
    """What the description says about material, as attributes (handle, Chinese, English)."""
    materials = {
        "木质": "Wood", "金属": "Metal", "镀锌": "Zinc", "玻璃": "Glass", "陶瓷": "Ceramic", "藤编": "Wicker", "棉质": "Cotton",
        "搪瓷": "Enamel", "铁艺": "Iron", "纸": "Paper", "帆布": "Canvas", "毛毡": "Felt", "不锈钢": "Stainless steel", "塑料": "Plastic",
    }  # fmt: skip
    text = "".join(reading.before) + reading.head.zh
    for zh, en in materials.items():
        if zh in text:
            return [{"handle": "main-material", "zh": zh if len(zh) > 1 else "纸质", "en": en}]
    return []
