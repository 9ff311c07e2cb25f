"""货架: what stands behind each entrance and shelf; arranged by a search and by hand, and looked at before buyers see it."""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

from litestar import Request, Response, get, post
from litestar.params import FromPath

from huozhan import operations, shelves
from huozhan.doors.console.frame import actor_of, show
from huozhan.doors.pages import filtering, forms
from huozhan.doors.pages.forms import KEY_FIELD
from huozhan.kernel.refusals import Invalid, NotFound, Refusal
from huozhan.kernel.shapes import Bilingual

Req = Request[Any, Any, Any]
_HOME = "/console/shelves"
_WORDS = ("title_zh", "title_en", "line_zh", "line_en", "sign", "place")
POSITION_LAST = 99


@get(_HOME, include_in_schema=False)
async def all_shelves(request: Req) -> Response[Any]:
    """All shelves, shown or not."""
    found = await forms.ask(request, shelves.arranged_shelves)
    return await show(
        request,
        "shelves",
        "look.console.shelves",
        "shelves",
        shelves=[
            {"shelf": one, "href": _address(one), "rule": unquote(_address(one))} for one in found.items
        ],
    )


@get(f"{_HOME}/new", include_in_schema=False)
async def new(request: Req) -> Response[Any]:
    """A shelf that is not there yet."""
    actor_of(request).must("market.operate")
    return await _form(
        request, {"place": "home", "sign": "tag", "position": "50", "is_shown": "on", "version": "0"}
    )


@get(f"{_HOME}/{{shelf_key:str}}", include_in_schema=False)
async def one_shelf(request: Req, shelf_key: FromPath[str]) -> Response[Any]:
    """A shelf to be arranged, with what it shows now."""
    found = await forms.ask(request, shelves.arranged_shelf, shelf_key=shelf_key)
    return await _form(request, _as_typed(found))


def _as_typed(one: shelves.views.ArrangedShelf) -> dict[str, str]:
    return {
        "shelf_key": one.shelf_key,
        "version": str(one.version),
        "place": one.place,
        "position": str(one.position),
        "title_zh": one.title.zh,
        "title_en": one.title.en,
        "line_zh": one.line.zh,
        "line_en": one.line.en,
        "sign": one.sign,
        "rule": unquote(_address(one)),
        "pinned": "\n".join(one.pinned),
        "hidden": "\n".join(one.hidden),
        "is_shown": "on" if one.is_shown else "",
    }


def _rule(text: str) -> dict[str, Any]:
    """The search that an address asks for, whole or from its question mark on."""
    typed = text.strip()
    asked = urlsplit(typed).query if "?" in typed else typed if "=" in typed else ""
    if typed and not asked and not typed.endswith("/search"):
        raise Invalid(field="rule", detail="at `$.rule`")
    return filtering.search_at(asked)


def _address(one: shelves.views.ArrangedShelf) -> str:
    """The rule as the address of a search; nothing where search no longer understands it."""
    return filtering.link("/search", filtering.query_of(one.rule)) if one.rule else ""


def _offers(text: str, field: str) -> list[str]:
    """Offers by their numbers or addresses, one after another."""
    found = [one.rstrip("/").rpartition("/")[2].partition("?")[0] for one in text.replace(",", " ").split()]
    if not all(one.isascii() and one.isdigit() for one in found):
        raise Invalid(field=field, detail=f"at `$.{field}`")
    return found


@post(_HOME, include_in_schema=False)
async def arrange(request: Req) -> Response[Any]:
    """Shows what buyers would see, or makes it so."""
    form = await forms.read_form(request)
    try:
        filling = _filling(form.values)
        if deed := form.get("deed"):
            return await _form(request, {**form.values, **_moved(deed, filling["pinned"], filling["hidden"])})
        await forms.ask(
            request, operations.arrange_shelf, key=form.get(KEY_FIELD), shelf_key=form.get("shelf_key"),
            version=forms.whole_number(form.get("version"), 10**9) or 0,
            position=forms.whole_number(form.get("position"), POSITION_LAST) or 0,
            **forms.fields_of(form, _WORDS), is_shown=bool(form.get("is_shown")), reason=form.get("reason"), **filling,
        )  # fmt: skip
    except NotFound:
        raise
    except Refusal as refusal:
        return await _form(request, dict(form.values), refusal)
    return forms.see(_HOME)


def _title(typed: Mapping[str, str]) -> Bilingual:
    return Bilingual(typed.get("title_zh", ""), typed.get("title_en", ""))


def _options(request: Req, kind: str, values: Iterable[str]) -> list[dict[str, str]]:
    words, lang = request.app.state.hall.words, request.scope["state"]["lang"]
    return [{"value": one, "label": words.say(f"console.shelf.{kind}.{one}", lang)} for one in values]


def _moved(deed: str, pinned: list[str], hidden: list[str]) -> dict[str, str]:
    """The picks after a button of the preview: `first`, `up`, `free` or `hide`, and the offer; anything else leaves them."""
    what, _, offer_id = deed.partition(":")
    at = pinned.index(offer_id) if offer_id in pinned else len(pinned)
    pins = [one for one in pinned if one != offer_id]
    hides = [one for one in hidden if one != offer_id]
    if what == "first":
        pins.append(offer_id)
    elif what == "up":
        pins.insert(max(at - 1, 0), offer_id)
    elif what == "hide":
        hides.append(offer_id)
    elif what != "free":
        pins, hides = pinned, hidden
    return {"pinned": "\n".join(pins), "hidden": "\n".join(hides)}


def _filling(typed: Mapping[str, str]) -> dict[str, Any]:
    """What fills the shelf, as it was typed; refused where it cannot be read."""
    return {
        "rule": _rule(typed.get("rule", "")),
        **{name: _offers(typed.get(name, ""), name) for name in ("pinned", "hidden")},
    }


async def _form(request: Req, typed: dict[str, Any], refused: Refusal | None = None) -> Response[Any]:
    """The form with what it would show; what cannot be read shows nothing."""
    seen = None
    filling: dict[str, Any] = {"pinned": [], "hidden": []}
    try:
        filling = _filling(typed)
        seen = await forms.ask(request, shelves.preview_shelf, **filling)
    except Refusal as refusal:
        refused = refused or refusal
    is_new = typed.get("version") == "0"
    return await show(
        request,
        "shelf",
        "console.shelf.new" if is_new else _title(typed).say(request.scope["state"]["lang"]),
        "shelves",
        refused=refused,
        typed=typed,
        is_new=is_new,
        place_options=_options(request, "place", shelves.Place),
        sign_options=_options(request, "sign", shelves.SIGNS),
        seen=seen,
        pinned=filling["pinned"],
        hidden=filling["hidden"],
    )


ROUTES = [all_shelves, new, one_shelf, arrange]
