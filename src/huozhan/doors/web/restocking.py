"""What goes with goods, and what is to be stocked up again: parts of other pages, and a page of its own."""

from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath

from huozhan import insight
from huozhan.doors.pages import forms, showing
from huozhan.doors.web import mine

ALSO_SHOWN = 12
RESTOCK_SHOWN = 40

Req = Request[Any, Any, Any]


@get("/offers/{offer_id:str}/also", include_in_schema=False)
async def also(request: Req, offer_id: FromPath[str]) -> Response[Any]:
    """What buyers of an offer also stock: as a page, and as the part that the offer's page fetches."""
    shown = await forms.ask(request, insight.also_stocked, offers=[offer_id], size=ALSO_SHOWN)
    return showing.show(
        request,
        "web/also.html",
        "also.title",
        also=shown.offers,
        offer_id=offer_id,
        mine=await mine.card_prices(request, [one.offer.card for one in shown.offers]),
    )


@get("/restock", include_in_schema=False)
async def restock(request: Req) -> Response[Any]:
    """What the organisation bought, what is due first."""
    listed = await forms.ask(request, insight.restocks, size=RESTOCK_SHOWN)
    bought = [one.offer.card.offer_id for one in listed.items]
    beside = (
        (await forms.ask(request, insight.also_stocked, offers=bought, size=ALSO_SHOWN)).offers
        if bought
        else []
    )
    return showing.show(
        request,
        "web/restock.html",
        "restock.title",
        page={"section": "me"},
        items=listed.items,
        also=beside,
        mine=await mine.card_prices(request, [one.offer.card for one in beside]),
    )


async def beside_cart(request: Req, offer_ids: list[str]) -> list[Any]:
    """What goes with the goods of a purchase list."""
    wanted = offer_ids[: insight.asks.OFFERS_MOST]
    return (await forms.ask(request, insight.also_stocked, offers=wanted, size=6)).offers if wanted else []


ROUTES = [also, restock]
