"""Markets of any number of made-up goods."""

from importlib import resources

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


class _StoppedError(Exception):
    pass


async def test_a_load_that_was_stopped_goes_on_and_does_nothing_twice(
    hall: Hall, category_tree: None, monkeypatch: pytest.MonkeyPatch
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
