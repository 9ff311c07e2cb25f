"""Words of the pages, and in which language they are shown."""

import httpx
import pytest

from huozhan_outside.pages import language_of, money, read_money
from huozhan_outside.words import WORDS
from tests.outside.conftest import Outside


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


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("108", 10_800),
        ("1,234.5", 123_450),
        ("0.01", 1),
        ("", 0),
        ("-1", 0),
        ("1.234", 0),
        ("1.x", 0),
        ("²", 0),
    ],
)
def test_an_amount_that_people_write_is_read(text: str, minor: int) -> None:
    assert read_money(text) == minor


def test_a_company_transfer_is_sent_from_a_page_and_a_bad_one_says_so(outside: Outside) -> None:
    page = httpx.get(
        f"http://127.0.0.1:{outside.port}/bank/pay?to=8801&amount=5.00&back=javascript:x&lang=zh"
    )
    assert "对公转账" in page.text
    form = {
        "to": "8801 0000",
        "amount": "5.00",
        "currency": "CNY",
        "account_name": "小李杂货店",
        "account_no": "62220212",
    }
    bad = httpx.post(page.url, data={**form, "amount": "-5"})
    assert bad.status_code == 422
    assert "金额最多两位小数" in bad.text
    sent = httpx.post(page.url, data={**form, "back": "javascript:x"})
    assert "已转出 ¥5.00" in sent.text
    assert "javascript" not in sent.text
    (truth,) = outside.truth("bank")
    assert (truth["kind"], truth["part"], truth["amount_minor"]) == ("incoming", "88010000", 500)
