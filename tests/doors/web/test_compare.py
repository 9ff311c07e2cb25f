"""The comparison as a page: its address holds all of it, it works without scripts, and bad addresses are calm."""

import html
import re
from urllib.parse import parse_qs, urlsplit

from tests.doors.web.browsing import Browser
from tests.interest.looking import bolts, cups
from tests.ordering.trading import Trade


async def test_two_offers_stand_side_by_side_at_my_quantity(visitor: Browser, trade: Trade) -> None:
    cup, bolt = await cups(trade), await bolts(trade)

    page = await visitor.get(f"/compare?o={cup}&o={bolt}&n=120&to=510100")
    english = await visitor.get(f"/compare?o={cup}&o={bolt}&n=120&to=510100", lang="en")

    for words in (
        "买 120 件，送到四川省 成都市",
        "¥1,080.00",
        "¥35.00",
        "¥1,115.00",
        "¥9.2917",
        "到手最低",
        "包邮",
    ):
        assert words in page.text, words
    assert "Buying 120, delivered to Sichuan" in english.text


async def test_the_link_opens_the_same_comparison(visitor: Browser, trade: Trade) -> None:
    cup, bolt = await cups(trade), await bolts(trade)
    first = await visitor.get(f"/compare?o={cup}&o={bolt}&n=300&to=510100&sku={trade.skus['blue']}")

    link = html.unescape(re.search(r'data-copy="([^"]+)"', first.source)[1])  # type: ignore[index]
    address = urlsplit(link)
    again = await visitor.get(f"{address.path}?{address.query}")

    assert parse_qs(address.query) == {
        "o": [cup, bolt], "n": ["300"], "to": ["510100"], "sku": [str(trade.skus["blue"])]
    }  # fmt: skip
    assert re.findall(r"¥[\d,.]+", again.text) == re.findall(r"¥[\d,.]+", first.text)


async def test_a_comparison_goes_into_the_purchase_list(li: Browser, trade: Trade) -> None:
    cup = await cups(trade)
    page = await li.get(f"/compare?o={cup}&n=130&to=510100")
    field = re.search(r'name="(qty\[\d+\])" value="(\d+)"', page.source)
    assert field

    cart = await li.post("/cart", then="cart", offer_id=cup, more={field[1]: field[2]})

    assert cart.path == "/cart"
    assert "¥1,170.00" in cart.text


async def test_addresses_that_make_no_sense_are_calm(visitor: Browser, trade: Trade) -> None:
    cup = await cups(trade)
    many = "&".join(f"o={n}" for n in range(1, 12))

    for address in (
        "/compare",
        "/compare?o=abc&o=&n=-4&to=xx",
        f"/compare?o={cup}&n=99999999999&to=999999&sku=zz",
        f"/compare?{many}",
        f"/compare?o={cup}&o={cup}",
        f"/compare?o={'9' * 40}",
    ):
        assert (await visitor.get(address)).status == 200, address
    assert "只显示前 6 款" in (await visitor.get(f"/compare?{many}")).text


async def test_the_place_is_ones_own_city_and_no_street(li: Browser, trade: Trade) -> None:
    page = await li.get(f"/compare?o={await cups(trade)}")

    assert re.search(r'<option value="510100" selected>四川省 成都市', page.source)
    assert "建设路" not in page.text


async def test_what_is_kept_can_be_added(li: Browser, trade: Trade) -> None:
    cup, bolt = await cups(trade), await bolts(trade)
    await li.get("/")
    await li.post("/favourites", offer=bolt, next="/favourites")

    page = await li.get(f"/compare?o={cup}")

    assert f'name="o" value="{bolt}"' in page.source.partition("compare-choices")[2]
