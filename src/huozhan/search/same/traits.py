"""What of an offer tells whether another one is the same thing. Pure.

Everything here is of one offer alone and stays as it is while the offer does: so a pair is judged the same way whoever of the
two came first.
"""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from functools import cache
from hashlib import shake_256

import msgspec
import numpy as np
from numpy.typing import NDArray

from huozhan.catalogue import IndexCard
from huozhan.search.kinds import kinds_in
from huozhan.search.segmenting import plain, words_in
from huozhan.search.understanding.spans import MODEL, SIZE, spans_in

_TRADE = """
正品 官方 官网 旗舰店 专卖店 专柜 厂家 直销 厂家直销 源头 源头工厂 工厂 批发 包邮 一件代发 代发 现货 现货速发 速发 支持定制 来图定制 来样定制 小额混批
跨境 跨境专供 外贸 出口 新款 新品 爆款 网红 同款 抖音 热卖 热销 畅销 特价 清仓 处理 促销 优惠 限时 活动 折扣 秒杀 便宜 高档 高端 优质 品质 精品 精选
推荐 店长 好评 百搭 时尚 潮流 潮 流行 ins 创意 个性 礼品 礼物 送礼 伴手礼 神器 专用 通用 适用 用品 产品 商品 款 版 的 和 与 及 可 加 多 大 小 新
春季 夏季 秋季 冬季 春夏 秋冬 春秋 春 夏 秋 冬
new hot sale wholesale factory direct supplier custom oem odm dropshipping dropship free shipping stock original genuine official
quality high best fashion for with and of the a an in to by set pcs piece
"""
TRADE = frozenset(_TRADE.split())
"""Words that offer goods and name none: what every shop writes tells no goods apart."""
YEAR = re.compile(r"^(19|20)\d\d年?$")
_AMOUNT = re.compile(
    r"(?<![a-z\d.])(\d+(?:\.\d+)?)[\s-]*("
    r"ml|fl oz|oz|lbs?|l|升|kg|g|克|斤|cm|mm|km|m|米|ft|feet|foot|英尺|inche?s?|in|寸|[\"″]|[kmg]?w|瓦|kv|v|mah|gb|tb|mb|[mgk]hz|hz|dpi|rpm|"
    r"pcs?|pieces?|packs?|pairs?|ports?|pages?|sheets?|rolls?|years?|users?|"
    r"片|支|瓶|包|条|粒|枚|盒|桶|卷|抽|张|双|对|罐|袋|听|颗|米|度|匹|口|孔|层|格|抽|键|英寸)(?![a-z])"
)
_BASES: Mapping[str, tuple[str, Decimal]] = {
    unit: (base, Decimal(times))
    for unit, base, times in (
        ("l", "ml", "1000"), ("升", "ml", "1000"), ("kg", "g", "1000"), ("克", "g", "1"), ("斤", "g", "500"), ("cm", "mm", "10"),
        ("m", "mm", "1000"), ("米", "mm", "1000"), ("km", "mm", "1000000"), ("寸", "inch", "1"), ("英寸", "inch", "1"), ("in", "inch", "1"),
        ("inches", "inch", "1"), ('"', "inch", "1"), ("″", "inch", "1"), ("feet", "ft", "1"), ("foot", "ft", "1"), ("英尺", "ft", "1"),
        ("瓦", "w", "1"), ("kw", "w", "1000"), ("kv", "v", "1000"), ("tb", "gb", "1024"), ("mb", "gb", "0.0009765625"),
        ("ghz", "mhz", "1000"), ("khz", "mhz", "0.001"), ("hz", "mhz", "0.000001"), ("lbs", "lb", "1"), ("pc", "piece", "1"), ("pcs", "piece", "1"),
        ("pieces", "piece", "1"), ("packs", "pack", "1"), ("pairs", "pair", "1"), ("ports", "port", "1"), ("pages", "page", "1"),
        ("sheets", "sheet", "1"), ("rolls", "roll", "1"), ("years", "year", "1"), ("users", "user", "1"), ("口", "port", "1"), ("双", "pair", "1"),
        ("对", "pair", "1"),
    )
}  # fmt: skip
_SIDES = re.compile(r"(?<![a-z0-9.])\d+(?:\.\d+)?(?:\s*[x×*]\s*\d+(?:\.\d+)?)+(?![0-9])")
_MARK = re.compile(r"(?<![a-z0-9.])[a-z]{0,2}\d+(?:\.\d+)?[a-z]{0,3}(?![a-z0-9])")
_DIGITS = re.compile(r"(?<!\d)(?:\d{8}|\d{12,14})(?!\d)")
MODEL_LEAST = 4
TITLE_MAX = 120
KEY_WORDS = 4
"""So many of the rarest words of a title, two by two, are what offers are compared by."""
LOOKS_BANDS, LOOKS_PLANES = 6, 40
"""And so many times so many planes, by which pictures are: more planes part what only looks alike, more times find more of what is."""
PRICE_BASE = 1.25
"""A step of price: a quarter more."""


class Traits(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """What is compared of one offer; texts as they are compared, each once, in their order.

    `figures` are amounts in one unit each ("500ml"), `price_step` is the price in steps of a quarter, `looks` the vector of its
    first picture as the model of pictures made it.
    """

    offer_id: int
    seller_id: int
    category_id: str = ""
    zh: tuple[str, ...] = ()
    en: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    brands: tuple[str, ...] = ()
    figures: tuple[str, ...] = ()
    said: tuple[tuple[str, str], ...] = ()
    values: tuple[tuple[str, str], ...] = ()
    price_step: int = 0
    looks: bytes = b""
    marks: tuple[str, ...] = ()
    """Short numbers that stand by themselves: of a series (X4, 5160), of what is fitted (4G)."""


class Rarity(msgspec.Struct, frozen=True, kw_only=True):
    """In how many of so many offers' titles each word stands, as it was counted last; words of one offer are not kept."""

    offers: int = 0
    counts: Mapping[str, int] = {}

    @property
    def unique(self) -> int:
        """How rare a word is that nobody else says."""
        return self.of("")

    def of(self, word: str) -> int:
        """How rare a word is, in hundredths of a doubling; at least one."""
        share: float = math.log2((self.offers + 64) / (self.counts.get(word, 0) + 1))
        return max(round(100 * share), 1)


def traits_of(card: IndexCard, looks: bytes = b"") -> Traits:
    """What is compared of an offer on sale."""
    zh, en = plain(card.title.zh)[:TITLE_MAX], plain(card.title.en)[: 2 * TITLE_MAX]
    named = text_traits(card.offer_id, card.seller_id, zh, en)
    values = tuple(sorted(one for one in card.values if one[0] != "brand"))
    return msgspec.structs.replace(
        named,
        category_id=card.category_id,
        codes=codes_in([card.offer_code, *card.sku_codes, *card.attribute_texts, zh, en]),
        brands=_once(key for handle, key in card.values if handle == "brand"),
        values=values,
        price_step=round(math.log(max(card.price_low_e4, 1), PRICE_BASE)),
        looks=looks,
    )


def text_traits(offer_id: int, seller_id: int, zh: str, en: str) -> Traits:
    """What the plain titles of an offer tell by themselves."""
    spans = [(span.kind, text[span.start : span.end]) for text in (zh, en) for span in spans_in(text)]
    return Traits(
        offer_id=offer_id,
        seller_id=seller_id,
        zh=_naming(zh),
        en=_naming(en),
        kinds=_once((*kinds_in(zh), *kinds_in(en))),
        models=_once(model for text in (zh, en) for model in models_in(text)),
        figures=_once(figure for text in (zh, en) for figure in figures_in(text)),
        marks=_once(mark for text in (zh, en) for mark in marks_in(text)),
        said=tuple(sorted({(kind, said) for kind, said in spans if kind in ("colour", "material")})),
    )


def _once(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in texts if text))


def _naming(title: str) -> tuple[str, ...]:
    """The words of a title that name goods."""
    return tuple(word for word in words_in(title) if word not in TRADE and not YEAR.match(word))


def figures_in(text: str) -> list[str]:
    """Amounts of a plain text, each in one unit of its kind, and sizes of several sides."""
    found = [f"{re.sub(r'[^0-9.]+', '*', sides)}sides" for sides in _SIDES.findall(text)]
    for number, unit in _AMOUNT.findall(text):
        base, times = _BASES.get(unit, (unit, 1))
        found.append(f"{(Decimal(number) * times).normalize():f}{base}")
    return found


def models_in(text: str) -> list[str]:
    """Numbers of models: letters and digits together, long enough, and no amount."""
    return [_model(found) for found in MODEL.finditer(text) if _is_model(found)]


def _model(found: re.Match[str]) -> str:
    return found[0].replace("-", "")


def _is_model(found: re.Match[str]) -> bool:
    is_long = len(_model(found)) >= MODEL_LEAST
    return is_long and not SIZE.fullmatch(found[0]) and not _AMOUNT.fullmatch(found[0])


def marks_in(text: str) -> list[str]:
    """Short numbers of a plain text that are neither amounts nor years nor the number of a model."""
    rest = MODEL.sub(lambda found: " " if _is_model(found) else found[0], text)
    rest = _AMOUNT.sub(" ", _SIDES.sub(" ", rest))
    return [m for m in _MARK.findall(rest) if len(m) > 1 and not YEAR.match(m) and not SIZE.fullmatch(m)]


def codes_in(texts: Iterable[str]) -> tuple[str, ...]:
    """Article numbers (GTIN) whose check digit is right, as fourteen digits."""
    return _once(digits.zfill(14) for text in texts for digits in _DIGITS.findall(text) if _is_gtin(digits))


def _is_gtin(digits: str) -> bool:
    """Whether the last digit is the check digit of GS1's numbers; nothing but noughts is none."""
    weighed = sum(int(digit) * (3 if at % 2 else 1) for at, digit in enumerate(reversed(digits)))
    return weighed % 10 == 0 and len(set(digits)) > 2


def keys_of(traits: Traits, rarity: Rarity) -> list[str]:
    """By what an offer is found to be compared: those that share one of these are; the same for all who know the rarity."""
    keys = [f"c:{code}" for code in traits.codes]
    keys += [f"m:{model}" for model in traits.models]
    keys += [f"p:{at}:{band}" for at, band in enumerate(looks_bands(traits.looks))]
    for language, words in (("z", traits.zh), ("e", traits.en)):
        rarest = sorted(sorted(set(words), key=lambda word: (-rarity.of(word), word))[:KEY_WORDS])
        keys += [f"{language}:{one} {other}" for at, one in enumerate(rarest) for other in rarest[at + 1 :]]
        if len(rarest) == 1:
            keys.append(f"{language}:{rarest[0]}")
    return list(dict.fromkeys(keys))


def looks_bands(looks: bytes) -> list[str]:
    """On which sides of some planes a picture's vector lies, a few planes at a time: nearly the same pictures share one of these.

    So a neighbour by picture is told by one offer alone, whoever came first and whatever stands in an index; of 500 photos
    saved smaller and cut at their edges nine in ten were found again.
    """
    if not looks:
        return []
    sides = _planes(len(looks)) @ np.frombuffer(looks, dtype=np.int8).astype(np.int32) > 0
    return [np.packbits(band).tobytes().hex() for band in sides.reshape(LOOKS_BANDS, -1)]


@cache
def _planes(width: int) -> NDArray[np.int32]:
    """Planes through the middle, one a row, the same on every machine."""
    count = LOOKS_BANDS * LOOKS_PLANES
    drawn = np.frombuffer(shake_256(b"huozhan looks").digest(-(-count * width // 8)), dtype=np.uint8)
    return np.unpackbits(drawn)[: count * width].reshape(count, width).astype(np.int32) * 2 - 1


def words_counted(titles: Iterable[Sequence[str]]) -> dict[str, int]:
    """In how many titles each word stands; those that only one has are left out: unknown ones count the same."""
    counts: dict[str, int] = {}
    for title in titles:
        for word in set(title):
            counts[word] = counts.get(word, 0) + 1
    return {word: count for word, count in counts.items() if count > 1}
