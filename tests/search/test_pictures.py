"""Buyers find offers by a photo."""

from typing import Any

import numpy as np
import pytest
import pytest_asyncio
import pyvips

from huozhan import catalogue, search
from huozhan.catalogue import FolderShelf
from huozhan.catalogue.goods import Step
from huozhan.catalogue.listing import OwnOffer
from huozhan.catalogue.offer import Name
from huozhan.doors.hall import Hall
from huozhan.doors.jobs.pictures import PictureIndexer, forget_photos
from huozhan.doors.jobs.relay import relay_once
from huozhan.doors.jobs.search import Indexer
from huozhan.doors.noting import put_away
from huozhan.kernel.actor import anonymous
from huozhan.kernel.clock import MovableClock
from huozhan.kernel.refusals import NotFound, TooMany
from huozhan.kernel.shapes import Nothing
from huozhan.search import FindByPhoto, KeepPhoto, Notebook
from huozhan.search.pictures.finding import count_photo
from tests import world
from tests.catalogue.making import shirts


def stripes(colour: tuple[int, int, int], *, across: bool, side: int = 320) -> pyvips.Image:
    """A cloth with dark stripes one way or the other."""
    at = np.arange(side) // (side // 8) % 2
    dark = at[:, None] if across else at[None, :]
    pixels = np.where(np.broadcast_to(dark, (side, side))[..., None], 20, np.array(colour)).astype(np.uint8)
    return pyvips.Image.new_from_array(pixels).copy(interpretation="srgb")


RED, BLUE = stripes((220, 40, 40), across=True), stripes((40, 60, 220), across=False)
GREEN = stripes((40, 190, 80), across=True)
MUG = Name(zh="不锈钢保温杯500毫升", en="Steel vacuum mug 500 ml")
MUG_TOO = Name(zh="304不锈钢保温杯500毫升", en="304 steel vacuum mug 500 ml")


def jpeg(image: pyvips.Image) -> bytes:
    content: bytes = image.jpegsave_buffer(Q=85)
    return content


class Market:
    """A market whose indexers work when told."""

    def __init__(self, hall: Hall, people: world.World) -> None:
        self.hall = hall
        self.people = people
        self._rounds = (Indexer().round, PictureIndexer().round)

    async def publish(self, code: str, *images: pyvips.Image, **changes: Any) -> str:
        """Publishes an offer with these pictures and tells its id."""
        shelf, seller = FolderShelf(self.hall.settings.pictures), self.people.yunzhi
        hung = [await catalogue.add_picture(shelf, seller, jpeg(image)) for image in images]
        named = {"title": Name(zh="条纹布料", en=f"Cloth {code} striped")} | changes
        offer = shirts(
            offer_code=code,
            pictures=tuple(one.picture_id for one in hung), **named,
        )  # fmt: skip
        return (await self.hall.run(catalogue.publish_offer, offer, seller)).offer_id

    async def index(self) -> None:
        """Lets the relay and both indexers catch up."""
        while await relay_once(self.hall):
            pass
        for round_ in self._rounds:
            while await round_(self.hall):
                pass
        self.hall.index.look_now()
        self.hall.index.eye.index.look_now()

    async def keep(self, image: pyvips.Image) -> str:
        """Keeps a visitor's photo and tells its id."""
        return (await self.hall.run(search.keep_photo, KeepPhoto(jpeg(image)), anonymous())).photo_id

    async def codes(self, photo_id: str, **asked: Any) -> list[str]:
        """The codes of what a visitor finds by a photo, in order."""
        ask = FindByPhoto(photo_id=photo_id, **asked)
        found = await self.hall.run(search.find_by_photo, ask, anonymous())
        return [offer.card.offer_code for offer in found.results.offers]


@pytest_asyncio.fixture(loop_scope="session")
async def market(hall: Hall) -> Market:
    """Two cloths, red and blue, in a market with both indexes."""
    hall.index = search.open_index(hall.settings.index)
    market = Market(hall, await world.make(hall))
    await market.publish("CRIMSON", RED)
    await market.publish("AZURE", BLUE)
    await market.index()
    return market


async def test_the_goods_on_the_photo_come_first(market: Market) -> None:
    assert (await market.codes(await market.keep(RED.resize(0.7))))[0] == "CRIMSON"
    assert (await market.codes(await market.keep(BLUE.resize(1.6))))[0] == "AZURE"


async def test_a_part_of_the_photo_is_searched_alone(market: Market) -> None:
    both = await market.keep(RED.join(BLUE, "horizontal"))

    assert (await market.codes(both, crop="0,0,500,1000"))[0] == "CRIMSON"
    assert (await market.codes(both, crop="500,0,500,1000"))[0] == "AZURE"


async def test_what_is_not_on_sale_is_not_found_by_its_picture(market: Market) -> None:
    offer_id = await market.publish("PAUSED", RED.invert())
    await market.index()
    photo_id = await market.keep(RED.invert())
    assert (await market.codes(photo_id))[0] == "PAUSED"

    await market.hall.run(catalogue.pause_offer, OwnOffer(offer_id=offer_id), market.people.yunzhi)
    await market.index()

    assert "PAUSED" not in await market.codes(photo_id)


async def test_an_offer_with_several_pictures_counts_once(market: Market) -> None:
    await market.publish("MANY", RED.rot90(), BLUE.rot90(), RED.invert())
    await market.index()

    codes = await market.codes(await market.keep(BLUE.rot90()))

    assert codes[0] == "MANY"
    assert codes.count("MANY") == 1


async def test_filters_words_and_orders_hold_for_what_a_photo_finds(
    market: Market, clock: MovableClock
) -> None:
    photo_id = await market.keep(RED)
    assert await market.codes(photo_id, q="AZURE") == ["AZURE"]
    assert await market.codes(photo_id, price_to_e4=1) == []
    assert await market.codes(photo_id, limit=1, page=2) == ["AZURE"]

    clock.pass_(minutes=5)
    await market.publish("LATER", BLUE.rot90())
    await market.index()

    assert (await market.codes(photo_id, sort="newest"))[0] == "LATER"


async def test_a_photo_is_forgotten_after_a_day(market: Market, clock: MovableClock) -> None:
    photo_id = await market.keep(RED)
    clock.pass_(hours=25)

    with pytest.raises(NotFound):
        await market.codes(photo_id)
    assert await forget_photos(market.hall) == 1
    assert await forget_photos(market.hall) == 0


async def test_photos_are_counted_by_whence_they_come(market: Market) -> None:
    visitor = anonymous().using(address="198.51.100.7")
    for _ in range(120):
        await market.hall.run(count_photo, Nothing(), visitor)

    with pytest.raises(TooMany):
        await market.hall.run(search.keep_photo, KeepPhoto(jpeg(RED)), visitor)


async def test_the_same_goods_elsewhere_are_told_from_similar_ones(market: Market) -> None:
    ours = await market.publish("OURS", GREEN, title=MUG)
    cheap = await market.publish("CHEAP", GREEN.resize(0.8), title=MUG_TOO, ladder=(Step(2, 90_000),))
    await market.publish("LAMP", GREEN, title=Name(zh="落地灯北欧客厅", en="Nordic floor lamp"))
    await market.index()

    alike = await market.hall.run(search.alike_offers, search.ShowAlike(ours), anonymous())

    assert [one.card.offer_code for one in alike.same] == ["CHEAP"]
    assert alike.cheapest_id == cheap
    assert "LAMP" in {one.card.offer_code for one in alike.similar}
    assert "OURS" not in {one.card.offer_code for one in (*alike.same, *alike.similar)}
    cheapest = await market.hall.run(search.alike_offers, search.ShowAlike(cheap), anonymous())
    assert ([one.card.offer_code for one in cheapest.same], cheapest.cheapest_id) == (["OURS"], "")


async def test_without_a_picture_goods_with_like_titles_are_similar(market: Market) -> None:
    bare = await market.publish("BARE", title=Name(zh="纯棉毛巾加厚吸水", en="Thick cotton towel"))
    await market.publish("TOWEL", RED, title=Name(zh="纯棉毛巾家用吸水", en="Cotton towel for home"))
    await market.index()

    alike = await market.hall.run(search.alike_offers, search.ShowAlike(bare), anonymous())

    assert alike.same == []
    assert alike.similar[0].card.offer_code == "TOWEL"


async def test_a_search_by_photo_is_in_the_log_without_the_photos_address(market: Market) -> None:
    market.hall.notes = Notebook()
    photo_id = await market.keep(RED)
    ask = FindByPhoto(photo_id=photo_id, has=["single"])
    found = await market.hall.run(search.find_by_photo, ask, anonymous().using(door="search", visitor="anna"))

    await put_away(market.hall)

    async with market.hall.pool.acquire() as db:
        (row,) = await db.fetch(
            "SELECT q, filters, total, offer_ids, factors, scores_e3, marks FROM search_log"
        )
    shown = [int(one.card.offer_id) for one in found.results.offers]
    assert (row["q"], row["offer_ids"], row["total"]) == ("", shown, len(shown))
    assert photo_id not in row["filters"]
    assert '"photo": true' in row["filters"]
    held = market.hall.index.factors_of(shown)
    assert row["factors"] == [held[one] for one in shown]
    assert (row["scores_e3"], row["marks"]) == ([], "." * len(shown))
