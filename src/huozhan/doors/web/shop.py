"""A shop: who sells, what they promise, their goods, and a search inside."""

from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath

from huozhan import catalogue, promotion, scenes
from huozhan.doors.pages import filtering, forms, showing
from huozhan.doors.web import finding, kept, mine

OF_THE_SHOP = ("province", "belt", "supplier_kind", "pickup_48", "pickup_24", "score")
"""What all goods of one shop have in common is no filter among them."""

Req = Request[Any, Any, Any]


@get("/shops/{org_id:str}", include_in_schema=False)
async def shop(request: Req, org_id: FromPath[str]) -> Response[Any]:
    """One shop."""
    shown = await forms.ask(request, catalogue.shop_page, seller_id=org_id, size=1)
    query, path = filtering.read_query(request.query_params), f"/shops/{org_id}"
    found = await filtering.find(request, query, seller_id=org_id)
    around = finding.around(request, path, query, found)
    beside = [group for group in around["groups"] if group["name"] not in OF_THE_SHOP]
    return showing.show(
        request,
        "web/shop.html",
        shown.seller.name.say(request.scope["state"]["lang"]),
        page={"canonical": filtering.home_of(path, query)},
        shop=shown,
        service=await forms.ask(request, scenes.shop_service, seller_id=org_id),
        kept=await kept.kept_ids(request, [], [org_id]),
        query=query,
        found=found,
        mine=await mine.card_prices(request, [one.card for one in found.offers]),
        promotions=(await forms.ask(request, promotion.shop_promotions, seller_id=org_id)).items,
        path=path,
        keep_shop=org_id,
        hidden=filtering.hidden_of(query),
        **{**around, "groups": beside},
    )


ROUTES = [shop]
