"""A shop: who sells, what they promise, their goods, and a search inside."""

from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath

from huozhan import catalogue, messaging, promotion, scenes, search
from huozhan.doors.pages import forms, showing
from huozhan.doors.web import finding, kept, mine

Req = Request[Any, Any, Any]


@get("/shops/{org_id:str}", include_in_schema=False)
async def shop(request: Req, org_id: FromPath[str]) -> Response[Any]:
    """One shop."""
    shown = await forms.ask(request, catalogue.shop_page, seller_id=org_id, size=1)
    query, path = finding.read_query(request), f"/shops/{org_id}"
    found = await forms.ask(request, search.find_offers, **finding.fields_of(query), seller_id=org_id)
    around = finding.around(request, path, query, found)
    beside = ("category", "promise", "price")
    return showing.show(
        request,
        "web/shop.html",
        shown.seller.name.say(request.scope["state"]["lang"]),
        page={"canonical": finding.home_of(path, query)},
        shop=shown,
        response=await forms.ask(request, messaging.response_of, seller_id=org_id),
        service=await forms.ask(request, scenes.shop_service, seller_id=org_id),
        kept=await kept.kept_ids(request, [], [org_id]),
        query=query,
        found=found,
        mine=await mine.card_prices(request, [one.card for one in found.offers]),
        promotions=(await forms.ask(request, promotion.shop_promotions, seller_id=org_id)).items,
        path=path,
        hidden=finding.hidden_of(query),
        **{**around, "groups": [group for group in around["groups"] if group["name"] in beside]},
    )


ROUTES = [shop]
