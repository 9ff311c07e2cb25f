"""Where goods go on the pages of a buyer: the place they chose, else their own, and nothing that merely stood in a form."""

import re

from huozhan.doors.web.own_place import PLACE_COOKIE
from tests.doors.web.browsing import Browser, Page
from tests.interest.looking import cups
from tests.ordering.trading import Trade

OWN, CHOSEN, FIRST = "510100", "440000", "310000"


async def part(browser: Browser, address: str) -> Page:
    """A part of a page, as a script fetches it."""
    return Page(await browser.client.get(address, headers={"hx-request": "true"}))


def chosen(page: Page) -> str:
    found = re.search(r'<option value="(\d+)" selected>', page.source)
    assert found
    return found[1]


async def test_the_cost_at_the_door_is_for_the_readers_own_address_until_they_choose(
    li: Browser, visitor: Browser, trade: Trade
) -> None:
    await trade.address_of(trade.li)
    cup = await cups(trade)

    page = await li.get(f"/offers/{cup}")
    own = await part(li, f"/offers/{cup}/landed?n=130")

    assert 'hx-trigger="change, load" hx-params="n"' in page.source
    assert PLACE_COOKIE not in li.client.cookies
    assert (chosen(own), chosen(await part(visitor, f"/offers/{cup}/landed?n=130"))) == (OWN, FIRST)
    assert 'hx-trigger="change"' in own.source


async def test_a_place_that_was_chosen_is_kept_for_the_next_page(li: Browser, trade: Trade) -> None:
    await trade.address_of(trade.li)
    cup = await cups(trade)

    await part(li, f"/offers/{cup}/landed?n=130&to={CHOSEN}")

    assert li.client.cookies[PLACE_COOKIE] == CHOSEN
    assert chosen(await part(li, f"/offers/{cup}/landed?n=130")) == CHOSEN
    assert "广东省" in (await li.get(f"/compare?o={cup}&n=130")).text
