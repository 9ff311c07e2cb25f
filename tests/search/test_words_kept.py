"""What documents hold is what the plain way of cutting says, however much of it is kept from other titles."""

import gzip
from importlib import resources
from pathlib import Path

import duckdb
import msgspec
import pytest

from huozhan.doors.market.plenty import Plenty
from huozhan.doors.market.records import OfferRecord, SupplierRecord
from huozhan.kernel.shapes import Bilingual
from huozhan.search import segmenting
from huozhan.search.kinds import kinds_in
from huozhan.search.segmenting import Kept, asked_words, signs_of, words_of
from tests.search import plain_words

DATA = Path(__file__).parents[3] / "shared" / "data"
DEMO = resources.files("huozhan") / "demo"
ODD = (
    "", "  ", "-", "- -", "ＡＢＣ－１２３ 保温杯（大号）", "T-shirt 男 t恤 １０ ｋｇ", "10 厘米 x 20 釐米；500 毫升", "a" * 90, "杯" * 90,
    "無線藍牙耳機 適用於 手機/平板 充電線+數據線", "case for phone, black/white", "3XL XXXL 500 ml500毫升", "🎁礼品 100%", "½ ㎏ ﬁne …",
    "USB-C/USB.A v1.0 .NET no.5 1.5m", "headset with mic - for pc & mac or tablet", "cup - red- - blue -", "wi-fi router - black",
    "compatible with phones (case), stand", "for手机 and平板", "lamp w/lid w/ cord", "bag!- new - case", "大号太多买到还行",
)  # fmt: skip


def agrees(title: str) -> None:
    """The title's words, signs and kinds are those of the plain way."""
    text = plain_words.plain(title)
    assert segmenting.plain(title) == text
    assert words_of(title) == plain_words.search_words(segmenting.narrow(title)), title
    assert asked_words(title) == plain_words.asked_words(text), title
    assert signs_of(title) == plain_words.signs(text), title
    assert kinds_in(title) == plain_words.kinds(text), title


@pytest.mark.parametrize("title", ODD)
def test_odd_titles(title: str) -> None:
    agrees(title)


def test_the_titles_of_the_demo_and_of_made_up_shops() -> None:
    offers = msgspec.json.Decoder(OfferRecord).decode_lines(
        gzip.decompress((DEMO / "offers.jsonl.gz").read_bytes())
    )[::7]
    models = msgspec.json.Decoder(SupplierRecord).decode_lines((DEMO / "suppliers.jsonl").read_bytes())
    offers += Plenty(300, models).shop(0).offers[:150]
    for offer in offers:
        for title in (offer.title_zh, offer.title_en):
            agrees(title)


@pytest.mark.shared_data
@pytest.mark.skipif(not DATA.exists(), reason="needs ../shared/data")
def test_real_titles() -> None:
    zh, en = (
        DATA / "zh-product-understanding" / "items.parquet",
        DATA / "icecat-search" / "products.parquet",
    )
    for file in (zh, en):
        for (title,) in duckdb.sql(f"SELECT title FROM read_parquet('{file}') LIMIT 1500").fetchall():
            agrees(title)


def test_what_is_kept_is_made_once_and_begun_anew_when_it_is_full() -> None:
    made: list[str] = []
    kept = Kept(lambda text: made.append(text) or Bilingual(text), 2)
    assert [kept[one].zh for one in ("a", "b", "a", "b")] == ["a", "b", "a", "b"]
    assert made == ["a", "b"]
    assert (kept["c"].zh, len(kept)) == ("c", 1)
    assert kept["a"].zh == "a"
    assert made == ["a", "b", "c", "a"]
