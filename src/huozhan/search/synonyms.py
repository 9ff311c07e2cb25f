"""Words that traders use for one another: whoever asks for one finds the others too.

The groups that come with the program are our own list, in lower case, English in the singular, as texts are cut; a market
changes them and adds its own (`wordbook/`). Cutting knows nothing of them, so that they change without a rebuild. What the
figures themselves tell is known without a list: 3XL is XXXL, 0.5 kg are 500 g.
"""

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import cached_property, lru_cache

from huozhan.search.segmenting import asked_words

OTHERS_MAX = 12
"""So many others of a word are looked for: each is a question to every field."""

SHIPPED = (
    ("圣诞节", "圣诞"), ("加大", "大码", "加大码"), ("饭盒", "便当盒", "午餐盒"), ("书包", "双肩包", "背包"),
    ("手机壳", "手机套"), ("西红柿", "番茄"), ("土豆", "马铃薯"), ("记事本", "笔记本", "本子"), ("收纳箱", "收纳盒", "储物箱"),
    ("抱枕", "靠垫", "靠枕"), ("杯子", "水杯", "马克杯"), ("便利贴", "便签", "便签纸"), ("贴纸", "贴画"), ("小孩", "儿童", "宝宝", "童款"),
    ("女", "女士", "女装", "女款", "女式"), ("男", "男士", "男装", "男款", "男式"), ("短袖", "半袖"), ("裤子", "长裤", "休闲裤"),
    ("鞋子", "鞋"), ("螺丝", "螺钉", "螺栓"), ("雨伞", "伞"), ("帆布袋", "帆布包"), ("餐巾纸", "纸巾"), ("毛毯", "毯子"),
    ("充电线", "数据线"), ("内存", "内存条"), ("鼠标垫", "鼠标板"), ("门牌", "挂牌"), ("三角旗", "彩旗", "挂旗"), ("照片框", "相框", "相架"),
    ("kid", "child", "children"), ("trouser", "pant"), ("jumper", "sweater"), ("flashlight", "torch"), ("backpack", "rucksack"),
    ("earphone", "headphone", "earbud"), ("tshirt", "tee"), ("sneaker", "trainer"), ("cup", "mug"), ("woman", "women", "lady"),
    ("man", "men"), ("xma", "christma"), ("colour", "color"), ("grey", "gray"), ("bunting", "garland"), ("eraser", "rubber"),
    ("memory", "ram"), ("monitor", "screen"), ("couch", "sofa"), ("cookie", "biscuit"), ("zucchini", "courgette"), ("eggplant", "aubergine"),
    ("laptop", "notebook"), ("tv", "television"), ("smartphone", "cellphone"), ("headset", "headphone"),
    # What is written in full, and its short form.
    ("ssd", "solid state drive", "solid state disk", "固态硬盘"), ("hdd", "hard disk drive", "hard drive", "hard disk"),
    ("ups", "uninterruptible power supply", "不间断电源"), ("pdu", "power distribution unit"), ("nas", "network attached storage"),
    ("pc", "personal computer"), ("gpu", "graphics card", "video card", "显卡"), ("cpu", "processor"), ("mfp", "multifunction printer"),
    ("ps3", "playstation 3"), ("ps4", "playstation 4"), ("ps5", "playstation 5"), ("webcam", "web camera"), ("wifi", "wi fi", "wlan"),
    # What the British and the Americans call otherwise.
    ("usb stick", "usb flash drive", "flash drive", "pen drive", "thumb drive", "u盘", "优盘"), ("motherboard", "mainboard"),
    ("extension lead", "extension cord"), ("photocopier", "copier"), ("vacuum cleaner", "hoover"), ("fridge", "refrigerator"),
    ("faucet", "tap"), ("wrench", "spanner"), ("stroller", "pushchair"), ("diaper", "nappy"), ("garbage bag", "trash bag", "bin bag"),
    ("aluminum", "aluminium"), ("tire", "tyre"), ("pajama", "pyjama"), ("jewelry", "jewellery"), ("fiber", "fibre"), ("mold", "mould"),
    ("nail polish", "nail varnish"), ("swimsuit", "bathing suit"), ("stuffed toy", "soft toy", "plush toy"), ("vacuum flask", "thermos"),
)  # fmt: skip

_MANY_X = re.compile(r"(x{2,5})([ls])")
_TIMES_X = re.compile(r"([2-5])x([ls])")
_AMOUNT = re.compile(r"(\d{1,6}(?:\.\d{1,3})?)(kg|g|l|ml|m|cm|mm)")
_MODEL = re.compile(r"([a-z]{1,5})(\d{2,6}[a-z0-9]{0,6})")
MODEL_LEAST = 4
"""Shorter ones are sizes and grades: m6, v8."""
_SCALES = {"kg": ("mass", 1_000_000), "g": ("mass", 1_000), "l": ("volume", 1_000), "ml": ("volume", 1),
           "m": ("length", 1_000), "cm": ("length", 10), "mm": ("length", 1)}  # fmt: skip


class Synonyms:
    """What else things are called, by each word as it is cut; an entry that is cut into several words is a run of them."""

    def __init__(self, groups: Iterable[Sequence[str]]) -> None:
        self._groups = list(groups)

    def others_of(self, word: str) -> tuple[str, ...]:
        """What else the same thing, size or amount is called; of several words where there is a space."""
        return (*self._others.get(word, ()), *same_figures(word))[:OTHERS_MAX]

    def with_runs(self, words: Sequence[str]) -> list[str]:
        """The words of a query; those that are an entry together become one, with spaces between them."""
        found: list[str] = []
        at = 0
        while at < len(words):
            length = next((n for n in self._runs.get(words[at], ()) if self._is_entry(words, at, n)), 1)
            found.append(" ".join(words[at : at + length]))
            at += length
        return found

    def _is_entry(self, words: Sequence[str], at: int, length: int) -> bool:
        return at + length <= len(words) and " ".join(words[at : at + length]) in self._others

    @cached_property
    def _others(self) -> dict[str, tuple[str, ...]]:
        others: dict[str, dict[str, None]] = {}
        for group in self._groups:
            cut = list(dict.fromkeys(" ".join(asked_words(entry)) for entry in group))
            for entry in cut:
                others.setdefault(entry, {}).update(dict.fromkeys(other for other in cut if other != entry))
        return {entry: tuple(its) for entry, its in others.items()}

    @cached_property
    def _runs(self) -> dict[str, list[int]]:
        """How many words the entries have that begin with a word, the longest first; those of one word are none."""
        lengths: dict[str, set[int]] = {}
        for entry in self._others:
            if " " in entry:
                lengths.setdefault(entry.partition(" ")[0], set()).add(entry.count(" ") + 1)
        return {word: sorted(its, reverse=True) for word, its in lengths.items()}


AS_SHIPPED = Synonyms(SHIPPED)


@lru_cache(10_000)
def same_figures(word: str) -> tuple[str, ...]:
    """Other ways to write a size, a model or an amount: xxxl and 3xl, abc123 and abc-123, 0.5kg and 500g, 1l and 1000ml."""
    if many := _MANY_X.fullmatch(word):
        return (f"{len(many[1])}x{many[2]}",)
    if times := _TIMES_X.fullmatch(word):
        return ("x" * int(times[1]) + times[2],)
    if (model := _MODEL.fullmatch(word)) and len(word) >= MODEL_LEAST:
        return (f"{model[1]} {model[2]}",)
    if not (amount := _AMOUNT.fullmatch(word)):
        return ()
    kind, scale = _SCALES[amount[2]]
    smallest = Decimal(amount[1]) * scale
    ways = [
        f"{smallest / other:f}" + unit
        for unit, (its_kind, other) in _SCALES.items()
        if its_kind == kind and unit != amount[2] and smallest / other >= Decimal("0.01")
    ]
    return tuple(_short(way) for way in ways if len(way) <= len("123456.789kg"))


def _short(amount: str) -> str:
    """Without zeros that say nothing: 0.50kg is 0.5kg."""
    number, unit = re.fullmatch(r"([\d.]+)([a-z]+)", amount).groups()  # type: ignore[union-attr]  # made above
    return (number.rstrip("0").rstrip(".") if "." in number else number) + unit
