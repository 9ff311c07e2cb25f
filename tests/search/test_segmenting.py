"""Texts are cut the same way for the index and for the query."""

import pytest

from huozhan.search.segmenting import asked_words, plain, sizes_in, words_of


def test_keeps_words_of_the_trade_whole() -> None:
    assert "一件代发" in asked_words("夏季新款一件代发T恤")


def test_writes_units_width_and_script_one_way() -> None:
    assert plain("５００ 毫升 保溫杯 ３ＸＬ") == plain("500ml 保温杯 3xl")


def test_finds_the_singular_in_the_plural() -> None:
    assert asked_words("boxes glass mugs dresses berries") == ["box", "glass", "mug", "dress", "berry"]


def test_holds_the_shorter_words_inside_long_ones() -> None:
    assert {"不锈钢", "保温杯"} <= set(words_of("不锈钢保温杯"))


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2斤装", "1000g装"), ("1.5 斤", "750g"), ("3两", "150g"), ("5公斤", "5kg"), ("500克", "500g"), ("10升桶", "10l桶"), ("5 米", "5m"),
        ("1打", "12个"), ("15.6寸", "15.6inch"), ('15.6"笔记本', "15.6inch笔记本"), ("27″ 显示器", "27inch 显示器"), ('10" plate', "10inch plate"),
    ],
)  # fmt: skip
def test_amounts_are_written_in_one_unit(written: str, read: str) -> None:
    assert plain(written) == read


@pytest.mark.parametrize(
    "text", ["2升级款", "3米色", "2两用", "4 打印机", "1克拉", "8寸照片", '"10" cup', "三两", "升降桌 米白"]
)
def test_signs_that_are_no_unit_here_stay(text: str) -> None:
    assert plain(text) == text


@pytest.mark.parametrize(
    ("written", "size", "numbers"),
    [
        ("30x40cm", "30x40cm", ["30", "40cm"]),
        ("30 X 40 CM", "30x40cm", ["30", "40cm"]),
        ("30×40厘米", "30x40cm", ["30", "40cm"]),
        ("30*40cm", "30x40cm", ["30", "40cm"]),
        ("300mm*200mm", "300mmx200mm", ["300mm", "200mm"]),
        ("330ml*24", "330mlx24", ["330ml", "24"]),
        ("195/50R13C", "195-50r13c", ["195", "50", "r13c"]),
        ("195-50r13c", "195-50r13c", ["195", "50", "r13c"]),
        ("12-24V", "12-24v", ["12", "24v"]),
        ("M8x20", "m8x20", ["m8", "20"]),
    ],
)
def test_a_size_is_one_word_however_it_is_joined_and_its_numbers_too(
    written: str, size: str, numbers: list[str]
) -> None:
    assert (sizes_in(plain(written)), asked_words(written), words_of(written)) == ([size], numbers, numbers)


@pytest.mark.parametrize(
    "text", ["12ax7", "x2000", "mac os x 10", "usb 3.0", "type-c", "iphone 15 pro max", "3.5mm"]
)
def test_what_only_looks_like_a_size_is_none(text: str) -> None:
    assert sizes_in(plain(text)) == []


def test_rims_that_share_a_size_are_each_found() -> None:
    assert {"225", "45", "60", "r14", "r15", "r16"} <= set(words_of("雪地轮胎 225/45 60r14R15R16"))
