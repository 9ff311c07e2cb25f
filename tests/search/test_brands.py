"""A brand that a query names, told by what the market's own offers name as theirs."""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import pytest

from huozhan import catalogue
from huozhan.catalogue.offer import AttributeValue, Name
from huozhan.doors.jobs.search import Learning
from huozhan.search.understanding.brands import BrandBook, learn_brands
from tests.catalogue.making import shirts
from tests.search.test_finding import Market, market

__all__ = ["market"]


class Goods:
    """Offers by their brands, and how many titles say a word."""

    def __init__(self, brands: Mapping[str, int], titles: Mapping[str, int]) -> None:
        self._brands, self._titles = brands, titles

    def values(self, start: str, limit: int) -> list[tuple[str, int]]:
        return [(start + brand, offers) for brand, offers in self._brands.items()][:limit]

    def titled(self, word: str) -> int:
        return self._titles.get(word, 0)

    def expect(self, words: Collection[str], starts: Collection[str]) -> None:
        assert starts == ()
        assert {*words} <= {"爱普生", "epson", "pro", "tripp", "lite", "original", "竹"}


@pytest.fixture
def book(tmp_path: Path) -> BrandBook:
    """The brands of a little market."""
    goods = Goods(
        {"爱普生epson": 34, "epson pro": 20, "tripp lite": 9, "original": 2, "竹": 5, "once": 1, "a very long name of it": 7},
        {"epson": 60, "original": 900, "竹": 80, "pro": 4_000, "lite": 12, "tripp": 9},
    )  # fmt: skip
    file = tmp_path / "brands.json"
    assert learn_brands(goods, file) == 5
    return BrandBook(file)


@pytest.mark.parametrize(
    ("words", "brands"),
    [
        (["爱普生", "打印机"], ["brand:爱普生epson"]),
        (["ink", "epson"], ["brand:爱普生epson"]),
        (["epson", "pro", "ink"], ["brand:epson pro"]),
        (["tripp", "lite", "cable"], ["brand:tripp lite"]),
        (["lite", "tripp"], []),
        (["original", "竹", "once"], []),
        (["epson", "tripp", "lite", "epson"], ["brand:爱普生epson", "brand:tripp lite"]),
        ([], []),
    ],
)
def test_brands_are_known_by_each_of_their_names_unless_a_name_is_a_word_like_others(
    book: BrandBook, words: list[str], brands: list[str]
) -> None:
    assert book.named(words) == brands


def test_what_is_learnt_anew_is_taken_up_and_nothing_is_known_before(tmp_path: Path) -> None:
    book = BrandBook(tmp_path / "brands.json")
    assert book.named(["epson"]) == []
    learn_brands(Goods({"epson": 2}, {}), book.file)
    assert book.named(["epson"]) == ["brand:epson"]


async def test_goods_of_the_brand_come_before_what_only_fits_them_and_the_brand_narrows(
    market: Market,
) -> None:
    def of(brand: str, code: str, title: str) -> Any:
        said = (AttributeValue(handle="brand", value=Name("", brand)),)
        return shirts(offer_code=code, title=Name(zh="", en=title), attributes=said)

    for offer in (
        of(
            "Epson", "OWN-1", "Epson printer cartridge for office printers of the WF series, black, 500 pages"
        ),
        of("Epson", "OWN-2", "Epson printer cartridge for office printers of the XP series, cyan, 500 pages"),
        of("Inkwell", "FITS", "Cartridge, Epson"),
    ):
        await market.hall.run(catalogue.publish_offer, offer, market.people.hongfa)
    await market.index()
    assert (await market.codes("epson cartridge"))[0] == "FITS"
    await Learning().round(market.hall)
    found = await market.find("epson cartridge")
    assert {one.card.offer_code for one in found.offers[:2]} == {"OWN-1", "OWN-2"}
    assert [(one.value, one.count, one.name.en) for one in found.brands] == [("brand:epson", 2, "epson")]
    inside = await market.find("epson cartridge", attr=["brand:epson"])
    assert (inside.total, inside.brands) == (2, [])
