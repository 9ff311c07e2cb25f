"""Cuts Chinese and English text into the words that the index holds; index and query must use the same cutter."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import cache
from types import ModuleType
from typing import TypeVar

import opencc
import rjieba

from huozhan.search.sounds import load_sounds

# Words of the wholesale trade that a general dictionary cuts apart; in lower case, as texts are compared.
TRADE_WORDS = (
    "一件代发", "源头工厂", "厂家直销", "现货速发", "支持定制", "来图定制", "来样定制", "小额混批", "包邮", "跨境专供",
    "加厚款", "大码", "均码", "纯棉", "全棉", "涤纶", "亚麻", "牛津布", "帆布", "硅胶", "不锈钢", "保温杯", "收纳盒",
    "打底衫", "卫衣", "连帽衫", "休闲裤", "牛仔裤", "连衣裙", "半身裙", "防晒衣", "羽绒服", "冲锋衣", "帆布鞋", "老爹鞋",
    "t恤", "polo衫", "v领", "u盘", "a字裙", "usb线", "充电线", "数据线", "充电宝", "蓝牙耳机", "手机壳", "伴手礼", "周边", "团建", "开学季", "母婴", "亲子装",
    "泡泡袖", "打底裤", "瑜伽裤", "鲨鱼裤", "鲨鱼夹", "抓夹", "珊瑚绒", "可水洗", "不掉色", "量大从优", "空调被", "乳胶枕", "记忆棉", "懒人沙发",
    "蛋卷桌", "月亮椅", "洗碗布", "沥水架", "洞洞板", "收纳箱", "压缩袋", "快递袋", "气泡袋", "封箱胶", "标签纸", "飞机盒", "冰箱贴", "解压玩具",
    "捏捏乐", "氮化镓", "充电头", "钢化膜", "补光灯", "氛围灯", "角磨机", "宠物窝", "猫抓板", "瑜伽垫", "筋膜枪", "骑行服", "洞洞鞋", "勃肯鞋",
    "马丁靴", "雪地靴", "棉拖", "塑身衣", "马面裙", "新中式", "耳夹", "化妆刷", "洗脸巾", "爬行垫", "便利贴",
)  # fmt: skip

TRADE_WORD_FREQUENCY = 100_000  # above every word of the general dictionary, so that ours are kept whole
TRADE_WORD_TAG = "nz"

SAID_OF_SHOPS = frozenset({"旗舰店", "专卖店", "专营店", "官方", "官网"})
"""What buyers say of the shop that they mean, and sellers hardly ever of their goods."""
_NOT_CHINESE = re.compile(r"[^\u3400-\u9fff]+")
_KEPT = re.compile(r"[0-9a-z\u3400-\u9fff]")
_UNITS = {"毫升": "ml", "公斤": "kg", "千克": "kg", "厘米": "cm", "毫米": "mm", "英寸": "inch"}
_UNIT = re.compile("|".join(_UNITS))
_SHORT = "升(?![级降])|克(?!拉)|米(?![色白黄灰粒粉线饭奶])|斤|两(?![用件个双只条面侧色种款片头端])|[寸吋](?!照)|打(?![底印折包磨孔火])"
"""Units of one sign, which only stand for one behind a number, and not before what makes another word of them."""
_APART = re.compile(
    rf"(\d)\s+(?=(?:ml|kg|cm|mm|inch|g|l|m)\b|毫升|公斤|千克|[厘釐]米|毫米|英[寸吋]|{_SHORT})"
)
"""An amount and its unit with a space between them."""
_AMOUNT = re.compile(rf"(?<![\d.])(\d{{1,6}}(?:\.\d{{1,3}})?)({_SHORT})")
_AMOUNTS = {
    "升": (1, "l"),
    "克": (1, "g"),
    "米": (1, "m"),
    "斤": (500, "g"),
    "两": (50, "g"),
    "寸": (1, "inch"),
    "吋": (1, "inch"),
    "打": (12, "个"),
}
"""What a unit of one sign is in another; a 斤 are 500 g, a dozen 打 are 12 pieces."""
_INCHES = re.compile(r"(?<![\"\d.])(\d{1,3}(?:\.\d{1,2})?)(?:\"|\u2032\u2032)(?![0-9a-z\"])")
"""A number with the sign for inches; not one in quotation marks."""
_WIDE = tuple(zip("，：；！？（）", ",:;!?()", strict=True))
"""Signs that most Chinese texts hold: with them out of the way most are in the normal form, and need not be brought into it."""
_TEE = re.compile(r"\bt[- ]?shirt(s?)\b")
_SIDE_BY_SIDE = re.compile(r"(\d(?:ml|kg|cm|mm|inch|g|l|m)?)(?: x | [×*] ?|[×*] )(?=\d)")
"""The sides of a size with spaces between them: 30 x 40 cm."""
_TIMES = re.compile(r"(?<=\d)((?:ml|kg|cm|mm|inch|g|l|m)?)[x×*](?=\d)")
_SIZE = re.compile(r"[0-9a-z.]+(?:[-/×](?=\d)[0-9a-z.]+)+")
"""Numbers that stand together, once compounds are taken apart: 30×40cm, 12-24v, 195/50r13."""
_NUMBERS_MEET = re.compile(r"\d(?:[-/]|(?:ml|kg|cm|mm|inch|g|l|m)?[x×*])\d|\dr\d\d")
"""What hardly any piece has; the others are left at once."""
_BETWEEN = re.compile(r"[-/×](?=\d)")
_RIM = re.compile(r"(?<=\d)(?=r\d\d(?!\d))")
"""Where a tyre's size goes on with its rim: 50r13."""
_JOINT = re.compile(r"(?<=[0-9a-z])[-_/.](?=[a-z])|(?<=[a-z])[-_/.](?=[0-9])")
_PIECE = re.compile(r"[^\s,;:!?()\[\]{}|\"'，。、；：！？（）【】《》“”‘’]+")
"""What stands between these signs is cut by itself: no word reaches over them."""
_PIECE_OR_SIGN = re.compile(rf"{_PIECE.pattern}|[,;:()\[\]|，、；：（）【】]")
WORD_LENGTH_MAX = 40
SHORTEST_WITH_ANOTHER = 3
"""So many signs a word has at least that has another inside it."""
WORDS_KEPT = 50_000
Value = TypeVar("Value")
Words = tuple[str, ...]
PIECES_KEPT = 60_000
TEXTS_KEPT = 20_000


class Kept(dict[str, Value]):
    """What was made of texts, kept for the next time: one look where the same text comes again and again.

    Full, it begins anew: what matters comes again soon, and a list of what was used last would cost more than the making.
    """

    def __init__(self, make: Callable[[str], Value], most: int) -> None:
        self._make, self._most = make, most

    def __missing__(self, text: str) -> Value:
        made = self._make(text)
        if len(self) >= self._most:
            self.clear()
        self[text] = made
        return made


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
    load_sounds()


def narrow(text: str) -> str:
    """The text half-width and in lower case, amounts beside their units: all that reaches over a space."""
    if not text.isascii():
        for wide, sign in _WIDE:
            text = text.replace(wide, sign)
        if not unicodedata.is_normalized("NFKC", text):
            text = unicodedata.normalize("NFKC", text)
    if '"' in text or "\u2032" in text:
        text = _INCHES.sub(r"\1inch", text)
    text = _beside(text.lower())
    if " x " in text or "×" in text or "*" in text:
        text = _SIDE_BY_SIDE.sub(r"\1x", text)
    return text


def plain(text: str) -> str:
    """The text as it is compared: half-width, lower case, simplified, units written one way."""
    if text.isascii() and " " not in text and text.isprintable():
        return text.lower()  # nothing else can happen to a code or a word
    return _simple(narrow(text))


def _simple(text: str) -> str:
    """A narrow text simplified, its units in Latin letters."""
    if text.isascii():
        return text
    simple = _simplifier().convert(text) if _traditional_sign().search(text) else text
    if _UNIT.search(simple):
        simple = _UNIT.sub(lambda found: _UNITS[found[0]], simple)
    if _AMOUNT.search(simple):
        simple = _AMOUNT.sub(_in_other_units, simple)
    return text if simple is text else _beside(simple)


def _in_other_units(found: re.Match[str]) -> str:
    times, unit = _AMOUNTS[found[2]]
    return found[1] + unit if times == 1 else f"{(Decimal(found[1]) * times).normalize():f}{unit}"


def _beside(text: str) -> str:
    return _APART.sub(r"\1", text) if _APART.search(text) else text


def words_of(text: str) -> list[str]:
    """The words of a text, for the index: long words and the shorter ones inside them."""
    return search_words(narrow(text)).split()


def search_words(text: str) -> str:
    """The same of a text that is narrow or plain already, with spaces between the words."""
    return " ".join([searched for searched, _ in _cut_in(text) if searched])


def pieces_of(text: str) -> list[str]:
    """The pieces of a plain text that are cut by themselves, and the signs that part phrases between them."""
    return _PIECE_OR_SIGN.findall(_one_tee(text))


def words_of_pieces(pieces: Sequence[str]) -> str:
    """`search_words` of a text by its pieces."""
    return " ".join([searched for piece in pieces if (searched := _PIECES[piece][0])])


def words_of_often(texts: Sequence[str]) -> str:
    """`search_words` of texts that many offers share: names of categories and shops, options, values of attributes."""
    return " ".join([_OFTEN[text] for text in texts])


def signs_of(text: str) -> list[str]:
    """Each Chinese sign of a text once: what is asked for may be cut otherwise than what is offered."""
    return signs_in(plain(text))


def signs_in(text: str) -> list[str]:
    """The same of a text that is plain already."""
    return list(dict.fromkeys(_NOT_CHINESE.sub("", text)))


def asked_words(text: str) -> list[str]:
    """The words of a query: each part once, not the shorter ones inside it."""
    return words_in(plain(text))


def wanted_words(text: str) -> list[str]:
    """The words of a query that goods must have: not those of a shop, unless there are no others."""
    words = asked_words(text)
    return [word for word in words if word not in SAID_OF_SHOPS] or words


def words_in(text: str) -> list[str]:
    """The same of a text that is plain already."""
    return list(dict.fromkeys(every_word_in(text)))


def every_word_in(text: str) -> list[str]:
    """The same with those that it says again: which of two words comes last is told by where each stands."""
    return [word for _, words in _cut_in(text) for word in words]


def _cut_in(text: str) -> list[tuple[str, Words]]:
    """The text piece by piece, since most pieces (English words above all) were cut before in another text."""
    return [_PIECES[piece] for piece in _PIECE.findall(_one_tee(text))]


def _one_tee(text: str) -> str:
    return _TEE.sub(r"tshirt\1", text) if "shirt" in text else text


def _cut(piece: str) -> tuple[str, Words]:
    """The words of a piece with the shorter ones inside them, spaces between; and the words alone.

    The shorter ones depend on the word alone, so that one cut tells both; a word that by itself would be cut again, as hardly
    any is, is left to the cutter.
    """
    text = _parted(piece)
    parts = [_PARTS[part] for part in _cutter().cut(text)]
    words = tuple([word for word, _ in parts if word])
    if None in [inside for _, inside in parts]:
        return " ".join(_cleaned(_cutter().cut_for_search(text))), words
    return " ".join([inside for _, inside in parts if inside]), words


def sizes_in(text: str) -> list[str]:
    """The sizes of a text that is plain already, each as one word however it was joined: 30x40cm, 195-50r13."""
    if not _NUMBERS_MEET.search(text):
        return []
    found = [
        size.strip(".").replace("×", "x").replace("/", "-")[:WORD_LENGTH_MAX]
        for piece in _PIECE.findall(text)
        for size in _SIZE.findall(_joined_alike(piece))
    ]
    return list(dict.fromkeys(found))


def _numbers_apart(text: str) -> str:
    """A text whose sizes are taken apart into their numbers.

    People join them by any sign, and sellers often say several that have a part in common (60r14r15): the numbers find them all.
    """
    if not _NUMBERS_MEET.search(text):
        return text
    return _RIM.sub(" ", _SIZE.sub(lambda found: _BETWEEN.sub(" ", found[0]), _TIMES.sub(r"\1×", text)))


def _joined_alike(text: str) -> str:
    """Compounds taken apart, and the sides of a size joined by one sign."""
    return _TIMES.sub(r"\1×", _JOINT.sub(" ", text))


def _part(part: str) -> tuple[str, str | None]:
    """A part of a text as a word, and with the words inside it before it; None where the cutter must see its neighbours."""
    word = _word(part)
    if len(part) < SHORTEST_WITH_ANOTHER:
        return word, word
    alone: list[str] = _cutter().cut(part)
    return word, " ".join(_cleaned(_cutter().cut_for_search(part))) if alone == [part] else None


def _parted(chunk: str) -> str:
    """What is cut of a piece: simplified, compounds and sizes taken apart, as people write them either way."""
    return _numbers_apart(_JOINT.sub(" ", _simple(chunk)))


def words_with_places(text: str) -> list[tuple[int, str]]:
    """Every part of a text that is plain already, just as it stands there, and where it begins."""
    found, at = [], 0
    for part in _cutter().cut(text):
        found.append((at, part))
        at += len(part)
    return found


def _cleaned(parts: list[str]) -> list[str]:
    return [word for part in parts if (word := _word(part))]


def _word(part: str) -> str:
    """A part of a text as a word; nothing where it is none."""
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


_PIECES: Kept[tuple[str, Words]] = Kept(_cut, PIECES_KEPT)
_PARTS: Kept[tuple[str, str | None]] = Kept(_part, WORDS_KEPT)
_OFTEN: Kept[str] = Kept(lambda text: search_words(narrow(text)), TEXTS_KEPT)
