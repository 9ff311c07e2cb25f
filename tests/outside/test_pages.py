"""Words of the pages, and in which language they are shown."""

import pytest

from huozhan_outside.pages import language_of, money
from huozhan_outside.words import WORDS


def test_every_word_is_there_in_both_languages() -> None:
    for word, texts in WORDS.items():
        assert set(texts) == {"zh", "en"}, word
        assert all(texts.values()), word
        assert any("\u4e00" <= sign <= "\u9fff" for sign in texts["zh"]) or word == "other.language", word


@pytest.mark.parametrize(
    ("wish", "accepted", "language"),
    [
        ("en", "zh-CN", "en"),
        (None, "en-GB,en;q=0.9,zh;q=0.8", "en"),
        (None, "de, zh-TW;q=0.9", "zh"),
        (None, "", "zh"),
        ("fr", "en", "en"),
    ],
)
def test_the_address_decides_before_the_browser(wish: str | None, accepted: str, language: str) -> None:
    assert language_of(wish, accepted) == language


@pytest.mark.parametrize(
    ("amount_minor", "currency", "text"),
    [
        (5, "CNY", "¥0.05"),
        (123456789, "GBP", "£1,234,567.89"),
        (5000, "JPY", "JP¥5,000"),
        (100, "CHF", "CHF 1.00"),
    ],
)
def test_money_is_written_as_people_write_it(amount_minor: int, currency: str, text: str) -> None:
    assert money(amount_minor, currency) == text
