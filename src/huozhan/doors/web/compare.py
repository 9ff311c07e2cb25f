"""Comparing offers side by side; the whole comparison stands in its address."""

from typing import Any

from litestar import Request, Response, get

from huozhan import insight, ordering
from huozhan.doors.hall import Hall
from huozhan.doors.pages import forms, showing
from huozhan.doors.pages.places import place_name, province_names, spoken
from huozhan.doors.web import kept
from huozhan.doors.web.favourites import history_shown, kept_shown
from huozhan.doors.web.own_place import PLACE_FIRST, chosen_place, own_place

CHOICES_SHOWN = 12
QUANTITY_FIRST = 1

Req = Request[Any, Any, Any]


@get("/compare", include_in_schema=False)
async def compare(request: Req) -> Response[Any]:
    """Up to six offers at my quantity, to my door."""
    params = request.query_params
    wanted = kept.ids_among(params.getall("o", []))
    asked, quantity = wanted[: insight.asks.COMPARED_MAX], _quantity(request)
    to, places = await places_of(request)
    skus = kept.ids_among(params.getall("sku", []))[: insight.asks.COMPARED_MAX]
    shown = None
    if asked:
        shown = await forms.ask(
            request, insight.compare_offers, offers=asked, quantity=quantity, to=to["code"], skus=skus
        )
    here = {"n": quantity, "to": to["code"], "sku": skus}
    hall: Hall = request.app.state.hall
    compared = [one.offer_id for one in shown.offers] if shown else []
    return showing.show(
        request,
        "web/compare.html",
        "compare.title",
        page={"section": "compare"},
        shown=shown,
        too_many=len(wanted) > insight.asks.COMPARED_MAX,
        most=insight.asks.COMPARED_MAX,
        quantity=quantity,
        to=to,
        places=places,
        without={
            one: showing.address("/compare", o=[o for o in compared if o != one], **here) for one in compared
        },
        link=hall.settings.public_url + showing.address("/compare", o=compared, **here),
        only_differing=params.get("diff") == "1",
        toggle=showing.address("/compare", o=compared, **here, diff="" if params.get("diff") == "1" else "1"),
        choices=await _choices(request, compared),
    )


def _quantity(request: Req) -> int:
    return forms.whole_number(request.query_params.get("n", ""), ordering.asks.QUANTITY_MAX) or QUANTITY_FIRST


async def places_of(request: Req, typed: str = "") -> tuple[dict[str, str], dict[str, str]]:
    """Where goods are to go, and the places to choose among: that one, the reader's own, every province.

    They go to the place that was typed, else the one chosen on some page, else the reader's own.
    """
    lang, own = request.scope["state"]["lang"], await own_place(request)
    code = typed if place_name(typed) else chosen_place(request) or own or PLACE_FIRST
    places = {one: spoken(one, lang) for one in (code, own) if place_name(one)}
    return {"code": code, "name": spoken(code, lang)}, places | dict(province_names(lang))


async def _choices(request: Req, compared: list[str]) -> list[Any]:
    """Goods that the reader keeps or looked at, to compare with."""
    if len(compared) >= insight.asks.COMPARED_MAX:
        return []
    found = [
        *(await kept_shown(request, CHOICES_SHOWN)),
        *(await history_shown(request, CHOICES_SHOWN))["offers"],
    ]
    by_id = {one.card.offer_id: one for one in found if one.card.offer_id not in compared}
    return list(by_id.values())[:CHOICES_SHOWN]


ROUTES = [compare]
