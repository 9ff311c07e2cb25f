"""豁免公告: the published notices that hold goods up, for everybody."""

from typing import Any

from litestar import Request, Response, get

from huozhan import disruption
from huozhan.doors.pages import forms, showing
from huozhan.doors.pages.regions import write_regions

Req = Request[Any, Any, Any]


@get("/disruptions", include_in_schema=False)
async def disruptions(request: Req) -> Response[Any]:
    """Those that are not over."""
    found = await forms.ask(request, disruption.disruptions)
    lang = request.scope["state"]["lang"]
    return showing.show(
        request,
        "web/disruptions.html",
        "disruption.page.title",
        page={"canonical": "/disruptions"},
        disruptions=[{"notice": one, "regions": write_regions(one.regions, lang)} for one in found.items],
    )


async def that_hold_up(
    request: Req, origin: str, destination: str, category_id: str = ""
) -> list[disruption.views.DisruptionView]:
    """The notices that hold up goods from one place to another."""
    found = await forms.ask(
        request, disruption.disruptions, origin=origin, destination=destination, category_id=category_id
    )
    return found.items


ROUTES = [disruptions]
