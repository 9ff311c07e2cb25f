"""The market's front: what is sold here and where to begin."""

from collections import Counter
from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from huozhan import catalogue, parties, search, shelves
from huozhan.doors.entrance import LANG_COOKIE, set_cookie
from huozhan.doors.hall import Hall
from huozhan.doors.pages import forms, showing, structured
from huozhan.doors.web import lists, mine
from huozhan.kernel.wording import LANGUAGES
from huozhan.search import FoundOffer

SHELF_OFFERS = 12
OF_ONE_SHOP_MAX = 2
CATEGORY_OFFERS = 25
BELTS_SHOWN = 12
_COOKIE_KEPT_SECONDS = 31_536_000
_THEMES = ("paper", "night")

Req = Request[Any, Any, Any]


@get("/", include_in_schema=False)
async def home(request: Req) -> Response[Any]:
    """The front page."""
    hall: Hall = request.app.state.hall
    laid = await forms.ask(request, shelves.entrances)
    list_links, hot_list = await lists.of_market(request)
    filled = {one.shelf.shelf_key: _broad(one.offers) for one in laid.shelves}
    return showing.show(
        request,
        "web/home.html",
        "home.title",
        page={
            "section": "home",
            "canonical": "/",
            "structured": structured.written([structured.site(hall.terms.name_zh, hall.settings.url)]),
        },
        entrances=laid.entrances,
        hot=(await forms.ask(request, search.hot_words)).words,
        shelves=laid.shelves,
        filled=filled,
        branches=laid.branches,
        belts=(await forms.ask(request, parties.belts)).items[:BELTS_SHOWN],
        lists=list_links,
        hot_list=hot_list.places,
        spans=hot_list.spans,
        mine=await mine.card_prices(
            request,
            [one.card for offers in filled.values() for one in offers]
            + [one.found.card for one in hot_list.places],
        ),
    )


def _broad(found: list[FoundOffer]) -> list[FoundOffer]:
    """The first of a shelf, with few of one shop, so that it shows the breadth of the market."""
    of_shop: Counter[str] = Counter()
    chosen: list[FoundOffer] = []
    rest: list[FoundOffer] = []
    for offer in found:
        of_shop[offer.card.seller_id] += 1
        (chosen if of_shop[offer.card.seller_id] <= OF_ONE_SHOP_MAX else rest).append(offer)
    return (chosen + rest)[:SHELF_OFFERS]


@get("/categories", include_in_schema=False)
async def categories(request: Req) -> Response[Any]:
    """The branches of the category tree that have goods, the fullest first."""
    listed = await forms.ask(request, catalogue.categories)
    found = await forms.ask(request, search.find_offers, limit=1, count=["vertical"])
    counts = {choice.value: choice.count for choice in found.facets.get("vertical", [])}
    return showing.show(
        request,
        "web/categories.html",
        "category.title",
        page={"section": "categories", "canonical": "/categories"},
        branches=sorted(
            (face for face in listed.items if face.category_id in counts or not counts),
            key=lambda face: -counts.get(face.category_id, 0),
        ),
        counts=counts,
    )


@get("/categories/{category_id:str}", include_in_schema=False)
async def category(request: Req, category_id: FromPath[str]) -> Response[Any]:
    """One category: where it stands, what is below it, and its goods."""
    shown = await forms.ask(request, catalogue.category, category_id=category_id)
    found = await forms.ask(
        request, search.find_offers, category=[category_id], limit=CATEGORY_OFFERS, count=["category"]
    )
    hall: Hall = request.app.state.hall
    lang = request.scope["state"]["lang"]
    steps = [
        (hall.words.say("category.title", lang), "/categories"),
        *((step.name.say(lang), f"/categories/{step.category_id}") for step in shown.path),
        (shown.name.say(lang), f"/categories/{category_id}"),
    ]
    return showing.show(
        request,
        "web/category.html",
        shown.name.say(lang),
        page={
            "section": "categories",
            "canonical": f"/categories/{category_id}",
            "structured": structured.written([structured.trail(steps, hall.settings.url)]),
        },
        category=shown,
        lists=await lists.of_category(request, category_id),
        counts={choice.value: choice.count for choice in found.facets.get("category", [])},
        found=found,
        mine=await mine.card_prices(request, [one.card for one in found.offers]),
    )


@post("/preferences", include_in_schema=False)
async def preferences(request: Req) -> Response[Any]:
    """Keeps language and theme in the browser, and goes back to the page."""
    form = await forms.read_form(request)
    hall: Hall = request.app.state.hall
    state, secure = request.scope["state"], hall.settings.secure_cookies
    if form.get("lang") in LANGUAGES:
        set_cookie(state, LANG_COOKIE, form.get("lang"), max_age=_COOKIE_KEPT_SECONDS, secure=secure)
    if form.get("theme") in _THEMES:
        set_cookie(
            state,
            showing.THEME_COOKIE,
            form.get("theme"),
            max_age=_COOKIE_KEPT_SECONDS,
            secure=secure,
            http_only=False,
        )
    return forms.see(forms.safe_path(form.get("next")))


ROUTES = [home, categories, category, preferences]
