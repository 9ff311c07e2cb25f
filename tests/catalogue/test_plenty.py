"""Markets of any number of made-up goods."""

import gzip
import statistics
from importlib import resources
from pathlib import Path

import duckdb
import msgspec
import pytest
from stdnum.cn import uscc as credit_code

from huozhan.catalogue.offer import faults
from huozhan.doors.hall import Hall
from huozhan.doors.market.load import load_plenty
from huozhan.doors.market.plenty import Plenty, Shop
from huozhan.doors.market.records import SupplierRecord

MODELS = msgspec.json.Decoder(SupplierRecord).decode_lines(
    (resources.files("huozhan") / "demo" / "suppliers.jsonl").read_bytes()
)


def shops(scale: int) -> list[Shop]:
    """All shops of a market of this size."""
    plenty = Plenty(scale, MODELS)
    return [plenty.shop(number) for number in range(len(plenty.sizes))]


def test_shops_hold_as_many_sound_offers_as_were_asked_for() -> None:
    made = shops(2_000)
    offers = [offer for shop in made for offer in shop.offers]

    assert len(offers) == 2_000
    assert len({offer.offer_code for offer in offers}) == 2_000
    assert len({shop.supplier.name_zh for shop in made}) == len(made) > 3
    assert all(credit_code.is_valid(shop.supplier.uscc) for shop in made)
    assert [fault for offer in offers for fault in faults(offer.ask({}))] == []
    assert {len(offer.skus) > 1 for offer in offers} == {True, False}


def test_the_same_number_is_the_same_shop_whenever_it_is_made() -> None:
    assert Plenty(2_000, MODELS).shop(2) == shops(2_000)[2]
    assert Plenty(2_000, MODELS, seed=2).shop(2) != shops(2_000)[2]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A folder with a little of each set, in words of our own."""
    for name in ("zh-product-understanding", "icecat-search", "zh-title-ner"):
        (tmp_path / name).mkdir()
    with duckdb.connect() as db:
        for file, rows in (
            ("zh-product-understanding/items", "('夏季 透气 网面 运动鞋 男 轻便'), ('手账 胶带'), ('坏�的 运动鞋'), (NULL)"),
            ("icecat-search/products", "('Acme X1 wooden music box', 2000), ('Free thing', 0)"),
        ):  # fmt: skip
            named = "title" if file.startswith("zh") else "title, price_usd_cents"
            db.execute(
                f"COPY (SELECT * FROM (VALUES {rows}) AS t({named})) TO '{tmp_path / file}.parquet' (FORMAT parquet)"
            )
    marked = msgspec.json.encode({"text": "户外 登山 运动鞋 防滑", "entities": []})
    (tmp_path / "zh-title-ner/taobao_titles_train.jsonl.gz").write_bytes(gzip.compress(marked))
    (tmp_path / "zh-title-ner/gazetteer_product1.txt").write_text("儿童运动鞋\n没有这种\n")
    (tmp_path / "zh-title-ner/gazetteer_brand1.txt").write_text("飞鸟牌\n123\n")
    return tmp_path


def test_real_titles_lie_in_the_categories_that_they_name(data: Path) -> None:
    plenty = Plenty(600, MODELS, data=data)
    offers = [offer for number in range(len(plenty.sizes)) for offer in plenty.shop(number).offers]

    zh = " ".join(offer.title_zh for offer in offers)
    assert all(part in zh for part in ("透气", "登山", "飞鸟牌", "运动鞋"))
    assert "\N{REPLACEMENT CHARACTER}" not in zh
    assert "123" not in zh
    assert {o.category_id for o in offers if "登山" in o.title_zh} == {
        one.category_id for one in plenty._leaves if one.name_zh == "运动鞋"
    }
    acme = [offer for offer in offers if offer.title_en == "Acme X1 wooden music box"]
    assert acme
    assert statistics.median(offer.ladder[0].price_e4 for offer in acme) > 500_000, (
        "20 dollars are no 15 yuan"
    )
    assert [fault for offer in offers for fault in faults(offer.ask({}))] == []
    assert {offer.supplier_code for offer in offers}.isdisjoint(
        offer.supplier_code for shop in shops(600) for offer in shop.offers
    )


def test_real_titles_are_the_same_whenever_they_are_read(data: Path) -> None:
    assert Plenty(300, MODELS, data=data).shop(0) == Plenty(300, MODELS, data=data).shop(0)
    (data / "zh-title-ner/gazetteer_brand1.txt").write_text("白鹤牌\n")
    assert Plenty(300, MODELS, data=data).name != Plenty(300, MODELS).name


def test_a_folder_without_sets_lends_nothing(tmp_path: Path) -> None:
    assert Plenty(300, MODELS, data=tmp_path).shop(0).offers[0].title_zh


class _StoppedError(Exception):
    pass


async def test_a_load_that_was_stopped_goes_on_and_does_nothing_twice(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    hall.terms = msgspec.structs.replace(hall.terms, is_demo=True)
    monkeypatch.setattr("huozhan.doors.market.plenty.OFFERS_A_SHOP", 8)
    monkeypatch.setattr("huozhan.doors.market.load.SHOPS_OF_A_KEEPER", 1)

    def stop(_: str, done: int, total: int) -> None:
        if done > total // 2:
            raise _StoppedError

    with pytest.raises(_StoppedError):
        await load_plenty(hall, 40, stop)
    went_on = await load_plenty(hall, 40, lambda *_: None)
    again = await load_plenty(hall, 40, lambda *_: None)

    assert went_on.offers == again.offers == 40
    assert 0 < went_on.offers_changed < 40
    assert again.offers_changed == 0
    async with hall.pool.acquire() as db:
        assert await db.fetchval("SELECT count(*) FROM offer WHERE state = 'on_sale'") == 40
