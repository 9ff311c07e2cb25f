"""Texts are cut the same way for the index and for the query."""

from huozhan.search.segmenting import asked_words, plain, words_of


def test_keeps_words_of_the_trade_whole() -> None:
    assert "一件代发" in asked_words("夏季新款一件代发T恤")


def test_writes_units_width_and_script_one_way() -> None:
    assert plain("５００ 毫升 保溫杯 ３ＸＬ") == plain("500ml 保温杯 3xl")


def test_finds_the_singular_in_the_plural() -> None:
    assert asked_words("boxes glass mugs dresses berries") == ["box", "glass", "mug", "dress", "berry"]


def test_holds_the_shorter_words_inside_long_ones() -> None:
    assert {"不锈钢", "保温杯"} <= set(words_of("不锈钢保温杯"))
