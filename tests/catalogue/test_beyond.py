"""What an offer says beyond selling it as it is: sent by the piece to a buyer's customers, customised."""

from typing import Any

import msgspec
import pytest

from huozhan.catalogue.customisation import Customisation, CustomKind
from huozhan.catalogue.dropship import DropshipView, Packing
from huozhan.catalogue.goods import QuoteType, Step
from huozhan.catalogue.listing import OwnOffer, offer_to_edit
from huozhan.catalogue.offer import DropshipNotSingle, PublishOffer
from huozhan.catalogue.publishing import _fingerprints, publish_offer
from huozhan.catalogue.rows import FaultKind, offers_of
from huozhan.catalogue.sheet import open_table
from huozhan.catalogue.showing import ShowOffer, offer_page, offer_version
from huozhan.doors.hall import Hall
from huozhan.kernel.actor import Actor
from tests.catalogue.making import grid, shirts

LOGO = Customisation(kinds=(CustomKind.logo, CustomKind.packaging), from_pieces=100, days=7)
ONE = {"moq": 1, "ladder": (Step(1, 160_000), Step(20, 140_000))}


async def test_a_page_says_what_one_piece_costs_and_what_is_customised(hall: Hall, mei: Actor) -> None:
    offer = shirts(dropship=Packing.plain, customisation=LOGO, **ONE)
    published = await hall.run(publish_offer, offer, mei)

    page = await hall.run(offer_page, ShowOffer(offer_id=published.offer_id), mei)

    assert page.dropship == DropshipView(packing=Packing.plain, price_low_e4=160_000, price_high_e4=160_000)
    assert page.customisation == LOGO
    async with hall.working(mei) as work:
        kept = await offer_version(work, int(published.offer_id), 1)
    assert kept.shown["customisation"] == {"kinds": ["logo", "packaging"], "from_pieces": 100, "days": 7}
    assert kept.shown["dropship"] == "plain"
    again = (await hall.run(offer_to_edit, OwnOffer(offer_id=published.offer_id), mei)).offer
    assert (again.dropship, again.customisation) == (Packing.plain, LOGO)
    assert not (await hall.run(publish_offer, again, mei)).changed


@pytest.mark.parametrize(
    ("offer", "low", "high"),
    [
        (grid(1, 3, moq=1, dropship=Packing.buyers), 100_000, 100_002),
        (
            grid(1, 2, moq=1, dropship=Packing.buyers, quote_type=QuoteType.sku_ladder),
            160_000,
            160_000,
        ),
    ],
)
async def test_each_skus_price_of_one_piece_counts(
    hall: Hall, mei: Actor, offer: PublishOffer, low: int, high: int
) -> None:
    if offer.quote_type is QuoteType.sku_ladder:
        laddered = [msgspec.structs.replace(sku, price_e4=None, ladder=ONE["ladder"]) for sku in offer.skus]
        offer = msgspec.structs.replace(offer, skus=tuple(laddered))
    published = await hall.run(publish_offer, offer, mei)
    page = await hall.run(offer_page, ShowOffer(offer_id=published.offer_id), mei)
    assert page.dropship == DropshipView(packing=Packing.buyers, price_low_e4=low, price_high_e4=high)


@pytest.mark.parametrize("bound", [{"moq": 2}, {"moq": 1, "lot": 6}])
async def test_what_is_not_sold_by_the_piece_is_not_dropshipped(
    hall: Hall, mei: Actor, bound: dict[str, int]
) -> None:
    with pytest.raises(DropshipNotSingle):
        await hall.run(publish_offer, shirts(dropship=Packing.plain, **bound), mei)


async def test_what_was_said_is_taken_back(hall: Hall, mei: Actor) -> None:
    published = await hall.run(publish_offer, shirts(dropship=Packing.plain, customisation=LOGO, **ONE), mei)
    await hall.run(publish_offer, shirts(**ONE), mei)
    page = await hall.run(offer_page, ShowOffer(offer_id=published.offer_id), mei)
    assert (page.version, page.dropship, page.customisation) == (2, None, None)


def test_offers_that_say_nothing_of_it_are_what_they_were() -> None:
    """The sum of an offer that was published before there was anything to say: it must not be rewritten."""
    content, _ = _fingerprints(shirts(), 7)
    assert content == "53fabb91c823449d6f1433db3c2f8d6d356b26f7f684c7695749bb73f5868000"
    assert _fingerprints(shirts(customisation=LOGO), 7)[0] != content
    assert _fingerprints(shirts(dropship=Packing.plain), 7)[0] != content


def parsed(*, lot: str = "1", **cells: str) -> Any:
    header = ["offer_code", "title_zh", "category_id", "quote_type", "ladder", "moq", "lot", *cells]
    row = ["D-1", "杯", "aa-1-13-8", "offer_ladder", "1:9.00", "1", lot, *cells.values()]
    lines = "\n".join(",".join(f'"{cell}"' for cell in line) for line in (header, row))
    [one] = offers_of(open_table(lines.encode()).rows)
    return one.ask, [
        (fault.column, fault.kind) for fault in one.faults if fault.kind is not FaultKind.held_back
    ]


def test_a_table_says_it_in_four_cells() -> None:
    ask, wrong = parsed(
        dropship="Buyers", custom_kinds="logo；to_sample, logo", custom_from="50", custom_days="5"
    )
    assert wrong == []
    assert ask.dropship is Packing.buyers
    assert ask.customisation == Customisation(
        kinds=(CustomKind.logo, CustomKind.to_sample), from_pieces=50, days=5
    )
    assert parsed(custom_kinds="logo", custom_days="5")[0].customisation.from_pieces == 1
    assert parsed()[0].customisation is None


@pytest.mark.parametrize(
    ("cells", "wrong"),
    [
        ({"custom_kinds": "tattoo", "custom_days": "3"}, [("custom_kinds", FaultKind.unknown_word)]),
        ({"custom_kinds": ";", "custom_days": "3"}, [("custom_kinds", FaultKind.unknown_word)]),
        ({"custom_kinds": "logo"}, [("custom_days", FaultKind.missing)]),
        ({"custom_from": "10"}, [("custom_kinds", FaultKind.missing), ("custom_days", FaultKind.missing)]),
        ({"custom_kinds": "logo", "custom_days": "0"}, [("custom_days", FaultKind.out_of_range)]),
        ({"dropship": "gift"}, [("dropship", FaultKind.unknown_word)]),
        ({"dropship": "plain", "lot": "6"}, [("dropship", FaultKind.dropship_not_single)]),
    ],
)
def test_a_bad_cell_is_named(cells: dict[str, str], wrong: list[tuple[str, FaultKind]]) -> None:
    ask, found = parsed(**cells)
    assert (ask, found) == (None, wrong)
