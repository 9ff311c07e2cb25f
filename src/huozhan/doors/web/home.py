"""The market's front: what is sold here and where to begin."""

from collections import Counter
from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from huozhan import catalogue, search
from huozhan.doors.entrance import LANG_COOKIE, set_cookie
from huozhan.doors.hall import Hall
from huozhan.doors.pages import forms, showing
from huozhan.doors.web import mine
from huozhan.kernel.wording import LANGUAGES
from huozhan.search import FoundOffer

SHELF_OFFERS = 12
OF_ONE_SHOP_MAX = 2
CHOSEN_FROM = 60
CATEGORY_OFFERS = 25
BELTS_SHOWN = 12
_COOKIE_KEPT_SECONDS = 31_536_000
_THEMES = ("paper", "night")

SCENES = (
    ("one", "parcel", {"moq_to": 1}),
    ("small", "split", {"moq_to": 12}),
    ("fast", "truck", {"promise": "24"}),
    ("factory", "factory", {"supplier_kind": "factory"}),
    ("new", "spark", {"sort": "newest"}),
    ("popular", "chart", {"sort": "sold"}),
)
"""Ways to begin: the words are under `home.scene.<name>`; each is a search that works."""

Req = Request[Any, Any, Any]


@get("/", include_in_schema=False)
async def home(request: Req) -> Response[Any]:
    """The front page."""
    selected = await forms.ask(request, search.find_offers, sort="best", limit=CHOSEN_FROM)
    newest = await forms.ask(request, search.find_offers, sort="newest", limit=CHOSEN_FROM)
    shelves = _shelf(selected.offers), _shelf(newest.offers)
    return showing.show(
        request,
        "web/home.html",
        "home.title",
        page={"section": "home", "canonical": "/"},
        scenes=SCENES,
        branches=selected.facets.get("vertical", []),
        belts=selected.facets.get("province", [])[:BELTS_SHOWN],
        selected=shelves[0],
        newest=shelves[1],
        mine=await mine.card_prices(request, [one.card for shelf in shelves for one in shelf]),
    )


def _shelf(found: list[FoundOffer]) -> list[FoundOffer]:
    """The first of what was found, with few of one shop, so that a shelf shows the breadth of the market."""
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
    found = await forms.ask(request, search.find_offers, limit=1)
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
    found = await forms.ask(request, search.find_offers, category=[category_id], limit=CATEGORY_OFFERS)
    return showing.show(
        request,
        "web/category.html",
        shown.name.say(request.scope["state"]["lang"]),
        page={"section": "categories", "canonical": f"/categories/{category_id}"},
        category=shown,
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
