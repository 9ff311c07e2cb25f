"""What the words of a title are: how a thing is, where it comes from, and what it is called."""

import itertools

import pytest

from huozhan.search.segmenting import plain
from huozhan.search.understanding.spans import attribute_words, spans_in


def _told(title: str, *kinds: str) -> list[str]:
    text = plain(title)
    return [text[span.start : span.end] for span in spans_in(text) if span.kind in kinds]


@pytest.mark.parametrize(
    ("title", "called"),
    [
        ("15.6寸电脑包 出差", ["电脑包"]),
        ("秋冬亲子鞋批发", ["亲子鞋"]),
        ("复古 大喇叭", ["大喇叭"]),
        ("矮凳子 吧台凳", ["矮凳子", "吧台凳"]),
        ("婚庆用品", ["婚庆用品"]),
        ("宾馆 用品", ["用品"]),
        ("春秋童装 夏装", ["童装", "夏装"]),
    ],
)
def test_goods_are_called_by_a_head_and_what_belongs_to_it(title, called):
    assert _told(title, "product") == called


def test_words_that_say_for_whom_or_where_are_no_goods_though_categories_end_in_them():
    assert _told("专柜 休闲 户外 婴儿 连衣裙", "product") == ["连衣裙"]


def test_a_head_apart_from_the_word_before_it_is_not_joined():
    assert _told("电脑 包", "product") == ["电脑"]


def test_spans_lie_apart_and_in_order():
    text = plain("日本进口不锈钢保温杯500ml红色a6000x")
    spans = spans_in(text)

    assert [(text[one.start : one.end], one.kind) for one in spans] == [
        ("日本", "place"),
        ("不锈钢", "material"),
        ("保温杯", "product"),
        ("500ml", "size"),
        ("红色", "colour"),
        ("a6000x", "model"),
    ]
    assert all(one.end <= other.start for one, other in itertools.pairwise(spans))


def test_how_a_thing_is_does_not_include_what_it_is_or_where_it_comes_from():
    assert attribute_words("日本 红色 保温杯 a6000x") == {"红色"}
