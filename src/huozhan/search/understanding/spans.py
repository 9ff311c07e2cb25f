"""What the words of a text are: colours, materials, patterns, sizes, models, places, and what the thing is.

Told by rules and by the attribute values of the category tree; no model. What people write otherwise than the tree does is
listed beside it.
"""

import re
from collections.abc import Iterator
from functools import cache

import msgspec

from huozhan import catalogue
from huozhan.search.segmenting import plain, words_of, words_with_places
from huozhan.search.understanding.things import things_in

HANDLES = {
    "color": "colour", "material": "material", "fabric": "material", "pattern": "pattern", "neckline": "neckline",
    "sleeve-length-type": "sleeve", "closure-type": "closure", "clothing-features": "feature", "flavor": "flavour",
    "scent": "scent", "shape": "shape",
}  # fmt: skip
"""Attributes of the tree whose values are looked for in texts, and the kinds of spans they make."""
ALSO = {
    "colour": "黑 白 红 黄 蓝 绿 紫 灰 杏色 咖色 卡其 卡其色 酒红 酒红色 墨绿 藏蓝 军绿 天蓝 香槟色 驼色 裸色 奶白 焦糖色 雾霾蓝 撞色 纯黑 "
    "khaki grey navy burgundy ivory turquoise",
    "material": "纯棉 全棉 棉质 棉麻 真皮 头层牛皮 牛皮 羊皮 pu皮 皮革 羊毛 羊绒 雪纺 蕾丝 真丝 冰丝 涤纶 锦纶 莫代尔 牛津布 帆布 牛仔 针织 "
    "不锈钢 304不锈钢 铝合金 实木 竹 玻璃 陶瓷 硅胶 塑料 亚克力 abs pvc pp cotton leather wool linen stainless steel silicone ceramic",
    "pattern": "印花 刺绣 提花 格纹 格子 条纹 字母 拼色 豹纹 迷彩 波点 碎花 卡通 渐变 striped plaid floral",
    "neckline": "圆领 v领 高领 翻领 立领 半高领 方领 一字领 娃娃领 连帽",
    "sleeve": "短袖 长袖 无袖 七分袖 五分袖 泡泡袖 灯笼袖 蝙蝠袖 喇叭袖",
    "feature": "防水 防滑 防晒 透气 速干 加绒 加厚 保暖 弹力 可折叠 便携 waterproof portable foldable",
}
"""What sellers and buyers write; our own list."""
PLACES = (
    "中国 北京 上海 天津 重庆 河北 山西 内蒙古 内蒙 辽宁 吉林 黑龙江 江苏 浙江 安徽 福建 江西 山东 河南 湖北 湖南 广东 广西 海南 四川 贵州 云南 "
    "西藏 陕西 甘肃 青海 宁夏 新疆 香港 澳门 台湾 东北 广州 深圳 东莞 佛山 中山 惠州 珠海 汕头 杭州 宁波 温州 义乌 金华 台州 嘉兴 绍兴 苏州 南京 "
    "无锡 常州 南通 徐州 成都 武汉 西安 郑州 长沙 青岛 济南 烟台 临沂 厦门 福州 泉州 莆田 合肥 南昌 沈阳 大连 长春 哈尔滨 石家庄 太原 昆明 贵阳 "
    "南宁 桂林 海口 三亚 兰州 景德镇 宜兴 安化 福鼎 安溪 日本 韩国 美国 德国 法国 英国 意大利 西班牙 瑞士 瑞典 荷兰 丹麦 芬兰 挪威 俄罗斯 泰国 "
    "越南 马来西亚 新加坡 印尼 印度 菲律宾 缅甸 澳洲 澳大利亚 新西兰 加拿大 巴西 墨西哥 智利 埃及 土耳其 欧洲 美洲 非洲 东南亚"
)
"""Where goods come from, by what titles call it."""
SIZE = re.compile(
    r"\d+(?:\.\d+)?(?:[x*×]\d+(?:\.\d+)?)*(?:ml|kg|cm|mm|inch|gb|tb|mah|g|l|m|w|v|寸|升|克|斤|码|号|片|支|瓶|包|件|个|只|岁|元|年|款)(?![a-z])"
    r"|(?<![a-z0-9])(?:\d{0,2}x{1,4}[sl]|[sml])(?:码)?(?![a-z0-9])|\d+(?:[x*×]\d+)+"
)
MODEL = re.compile(r"(?<![a-z0-9])(?=[a-z0-9-]*\d)(?=[a-z0-9-]*[a-z])[a-z0-9]+(?:-[a-z0-9]+)*(?![a-z0-9])")
LENGTH_MAX = 12
TEXT_MAX = 200
_PLACES = frozenset(PLACES.split())
_NOT_HOW = ("product", "model", "place")


class Span(msgspec.Struct, frozen=True):
    """Where a text says something of the goods, and what kind of thing that is."""

    start: int
    end: int
    kind: str


def spans_in(text: str) -> list[Span]:
    """The spans of a plain text, none over another: sizes and models, the longest values, places, then what the thing is."""
    text = text[:TEXT_MAX]
    taken = [False] * len(text)
    found: list[Span] = []
    for start, end, kind in (*_figures(text), *_values(text), *_places(text), *_things(text)):
        if not any(taken[start:end]):
            taken[start:end] = [True] * (end - start)
            found.append(Span(start, end, kind))
    return sorted(found, key=lambda span: span.start)


def attribute_words(text: str) -> frozenset[str]:
    """The words of a query that say how a thing is, not what it is."""
    text = plain(text)
    said = [text[span.start : span.end] for span in spans_in(text) if span.kind not in _NOT_HOW]
    return frozenset(word for one in said for word in words_of(one))


def _figures(text: str) -> Iterator[tuple[int, int, str]]:
    for found in SIZE.finditer(text):
        yield found.start(), found.end(), "size"
    for found in MODEL.finditer(text):
        yield found.start(), found.end(), "model"


def _values(text: str) -> Iterator[tuple[int, int, str]]:
    """Values of attributes, the longest at each place; Latin ones as whole words."""
    values, at = values_by_text(), 0
    while at < len(text):
        for length in range(min(LENGTH_MAX, len(text) - at), 0, -1):
            kind = values.get(text[at : at + length])
            if kind and _is_whole(text, at, at + length):
                yield at, at + length, kind
                at += length - 1
                break
        at += 1


def _is_whole(text: str, start: int, end: int) -> bool:
    """Whether no Latin word is cut at either end."""
    before, after = text[start - 1 : start], text[end : end + 1]
    return not (
        (before.isascii() and before.isalnum() and text[start].isascii())
        or (after.isascii() and after.isalnum() and text[end - 1].isascii())
    )


def _places(text: str) -> Iterator[tuple[int, int, str]]:
    for start, word in words_with_places(text):
        if word in _PLACES:
            yield start, start + len(word), "place"


def _things(text: str) -> Iterator[tuple[int, int, str]]:
    for start, end in things_in(text):
        yield start, end, "product"


@cache
def values_by_text() -> dict[str, str]:
    """Each value of the attributes that are looked for, as it is compared, and its kind."""
    found: dict[str, str] = {}
    for handle, value in catalogue.usual_values(HANDLES):
        for text in (plain(value.zh), plain(value.en)):
            if 2 <= len(text) <= LENGTH_MAX and text not in ("其他", "other"):
                found.setdefault(text, HANDLES[handle])
    for kind, texts in ALSO.items():
        found.update((plain(text), kind) for text in texts.split())
    return found
