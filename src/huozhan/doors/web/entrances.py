"""Where a buyer goes in: shelves for what they came to do, and industrial belts on a map."""

from functools import cache
from importlib import resources
from typing import Any
from urllib.parse import quote

import msgspec
from litestar import Request, Response, get
from litestar.params import FromPath

from huozhan import parties, search, shelves
from huozhan.doors.hall import Hall
from huozhan.doors.pages import filtering, forms, showing, structured
from huozhan.doors.pages.places import city_of, place_name, province_names, province_of
from huozhan.doors.web import lists, mine
from huozhan.parties import BeltFace

BELT_OFFERS = 25

Req = Request[Any, Any, Any]


@get("/shelves/{shelf_key:str}", include_in_schema=False)
async def shelf(request: Req, shelf_key: FromPath[str]) -> Response[Any]:
    """One entrance or shelf with all its goods, page by page."""
    asked = forms.whole_number(request.query_params.get("page", ""), search.PAGE_MAX) or 1
    shown = await forms.ask(request, shelves.shelf, shelf_key=shelf_key, page=asked)
    path = f"/shelves/{shelf_key}"
    if asked > shown.pages:
        return forms.see(showing.address(path, page=shown.pages))
    return showing.show(
        request,
        "web/shelf.html",
        shown.shelf.title.say(request.scope["state"]["lang"]),
        page={"section": shelf_key, "canonical": showing.address(path, page=asked if asked > 1 else None)},
        shown=shown,
        search_href=filtering.link("/search", filtering.query_of(shown.rule)) if shown.rule else "",
        previous=showing.address(path, page=asked - 1) if asked > 1 else "",
        next=showing.address(path, page=asked + 1) if asked < shown.pages else "",
        mine=await mine.card_prices(request, [one.card for one in shown.offers]),
    )


@get("/belts", include_in_schema=False)
async def belts(request: Req) -> Response[Any]:
    """The industrial belts, on a map and as a list by province."""
    known = (await forms.ask(request, parties.belts)).items
    found = await forms.ask(request, search.find_offers, limit=1, count=["province"])
    lang = request.scope["state"]["lang"]
    provinces = {one.value: one.count for one in found.facets.get("province", [])}
    by_province: dict[str, list[BeltFace]] = {}
    for one in known:
        by_province.setdefault(province_of(one.place_code), []).append(one)
    return showing.show(
        request,
        "web/belts.html",
        "belts.title",
        page={"section": "belts", "canonical": "/belts"},
        known=known,
        groups=sorted(
            (
                (code, provinces.get(code, 0), by_province.get(code, []))
                for code in {*provinces, *by_province}
                if code
            ),
            key=lambda group: (-group[1], -len(group[2]), group[0]),
        ),
        told=msgspec.json.encode(_told(request, lang, known, provinces)).decode(),
    )


def _told(request: Req, lang: str, known: list[BeltFace], provinces: dict[str, int]) -> dict[str, Any]:
    """What the map is drawn from: names by division code, goods by province, belts as dots."""
    words = request.app.state.hall.words
    return {
        "names": dict(province_names(lang)),
        "provinces": [
            {
                "name": place_name(code).say(lang),
                "n": n,
                "href": showing.address("/search", province=code),
                "label": words.say("belts.province_label", lang, place=place_name(code).say(lang), n=n),
            }
            for code, n in provinces.items()
            if code
        ],
        "belts": [
            {
                "name": one.name.say(lang),
                "at": at,
                "n": one.suppliers,
                "href": belt_address(one.belt),
                "label": words.say("belts.belt_label", lang, belt=one.name.say(lang), n=one.suppliers),
            }
            for one in known
            if (at := where(one.place_code))
        ],
    }


def belt_address(belt: str) -> str:
    """The page of a belt."""
    return f"/belts/{quote(belt, safe='')}"


def where(place_code: str) -> list[float] | None:
    """East and north of a city, or of its province where the city is not known; none for what is no place."""
    known = _coordinates()
    return known.get(place_code) or known.get(city_of(place_code)) or known.get(province_of(place_code))


@cache
def _coordinates() -> dict[str, list[float]]:
    """Degrees east and north of provinces and cities, by division code."""
    told: dict[str, list[float]] = msgspec.json.decode(
        resources.files("huozhan.reference").joinpath("coordinates.json").read_bytes()
    )
    return told


@get("/belts/{belt:str}", include_in_schema=False)
async def belt(request: Req, belt: FromPath[str]) -> Response[Any]:
    """One belt: who makes things there, and their goods."""
    shown = await forms.ask(request, parties.belt, belt=belt)
    found = await forms.ask(request, search.find_offers, belt=[belt], limit=BELT_OFFERS, count=[])
    hall: Hall = request.app.state.hall
    lang = request.scope["state"]["lang"]
    name = shown.belt.name.say(lang)
    steps = [(hall.words.say("belts.title", lang), "/belts"), (name, belt_address(belt))]
    return showing.show(
        request,
        "web/belt.html",
        name,
        page={
            "section": "belts",
            "canonical": belt_address(belt),
            "structured": structured.written([structured.trail(steps, hall.settings.url)]),
        },
        belt=shown.belt,
        suppliers=shown.suppliers,
        found=found,
        lists=await lists.of_belt(request, belt),
        all_href=showing.address("/search", belt=belt),
        mine=await mine.card_prices(request, [one.card for one in found.offers]),
    )


ROUTES = [shelf, belts, belt]
