"""Assortments 组货: the wishes, the list that was built, edited, shared by its link, put into the cart in one step."""

from decimal import Decimal, DecimalException
from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from huozhan import catalogue, insight, ordering
from huozhan.doors.hall import Hall
from huozhan.doors.pages import forms, showing
from huozhan.doors.pages.forms import Form
from huozhan.doors.pages.places import spoken
from huozhan.doors.web import kept
from huozhan.doors.web.compare import places_of
from huozhan.doors.web.favourites import kept_shown
from huozhan.doors.web.lines import lines_of
from huozhan.kernel.money import MINOR_PER_MAJOR, PRICE_SCALE
from huozhan.kernel.refusals import Forbidden, Invalid, Refusal
from huozhan.kernel.shapes import Bilingual

CATEGORY_ROWS = 3
BAND_ROWS = 3
PERCENT_BP = 100
_PIECES_MAX = 1_000_000
_COUNT_MAX = 60
_PERCENT_MAX = 1_000
FIRST = {
    "budget": "3000", "suppliers_most": "3", "offers_least": "5", "offers_most": "20", "pieces_most": "200",
    "markup": "50", "margin": "20", "share": "40",
}  # fmt: skip

Req = Request[Any, Any, Any]


@get("/assortments", include_in_schema=False)
async def assortments(request: Req) -> Response[Any]:
    """The organisation's assortments."""
    cursor = request.query_params.get("cursor", "")
    listed = await forms.ask(request, insight.my_assortments, cursor=cursor)
    lang = request.scope["state"]["lang"]
    return showing.show(
        request,
        "web/assortments.html",
        "assortment.mine",
        page={"section": "me"},
        items=[(one, spoken(one.to, lang)) for one in listed.items],
        next_href=showing.address("/assortments", cursor=listed.next_cursor) if listed.next_cursor else "",
        first_href="/assortments" if cursor else "",
    )


@get("/assortments/new", include_in_schema=False)
async def wishes(request: Req) -> Response[Any]:
    """What the assortment should be."""
    kept.actor_of(request).must("cart.use")
    asked = {name: request.query_params.get(name, "") for name in ("words", "category[0]")}
    return await _wishes_page(request, {**FIRST, **{name: value for name, value in asked.items() if value}})


async def _wishes_page(
    request: Req, typed: dict[str, Any], refused: Refusal | None = None, chosen: list[str] | None = None
) -> Response[Any]:
    to, places = await places_of(request, str(typed.get("to", "")))
    without = str(refused.facts.get("without", "")) if refused else ""
    lang = request.scope["state"]["lang"]
    return showing.show(
        request,
        "web/assortment_new.html",
        "assortment.new",
        page={"section": "me"},
        refused=refused,
        typed=typed,
        helps=[one for one in without.split(",") if one],
        to=str(typed.get("to") or to["code"]),
        places=[{"value": code, "label": name} for code, name in places.items()],
        verticals=[
            {"value": one.category_id, "label": one.name.say(lang)}
            for one in (await forms.ask(request, catalogue.categories)).items
        ],
        category_rows=range(CATEGORY_ROWS),
        band_rows=range(BAND_ROWS),
        favourites=await kept_shown(request, 24),
        chosen=chosen or [],
        can_solve=insight.has_solver(),
    )


@post("/assortments", include_in_schema=False)
async def build(request: Req) -> Response[Any]:
    """Builds it, and shows what came of it."""
    form = await forms.read_form(request)
    chosen = kept.ids_among(form.lists.get("offer", []))
    try:
        made = await forms.ask(request, insight.build_assortment, **_asked(form, chosen))
    except Refusal as refusal:
        forms.must_be_for_a_form(refusal)
        return await _wishes_page(request, dict(form.values), refusal, chosen)
    return forms.see(f"/assortments/{made.assortment_id}")


def _asked(form: Form, chosen: list[str]) -> dict[str, Any]:
    categories = [
        {
            "category_id": form.get(f"category[{n}]"),
            "least": forms.whole_number(form.get(f"category_least[{n}]"), _COUNT_MAX) or 0,
        }
        for n in range(CATEGORY_ROWS)
        if form.get(f"category[{n}]")
    ]
    bands = []
    for n in range(BAND_ROWS):
        least = forms.whole_number(form.get(f"band_least[{n}]"), _COUNT_MAX)
        if least:
            band = {"least": least}
            for end in ("from", "to"):
                if amount := _amount(form.get(f"band_{end}[{n}]"), PRICE_SCALE, f"band_{end}[{n}]"):
                    band[f"{end}_e4"] = amount
            bands.append(band)
    return {
        "budget_minor": _amount(form.get("budget"), MINOR_PER_MAJOR, "budget"),
        "to": form.get("to"),
        "words": form.get("words"),
        "categories": categories,
        "bands": bands,
        "offers": chosen,
        **{
            name: forms.whole_number(form.get(name), _PIECES_MAX)
            for name in ("suppliers_most", "offers_least", "offers_most", "pieces_most")
        },
        **{
            f"{name}_bp": value * PERCENT_BP
            for name in ("markup", "margin", "share")
            if (value := forms.whole_number(form.get(name), _PERCENT_MAX)) is not None
        },
    }


def _amount(text: str, scale: int, field: str) -> int | None:
    """An amount as it is typed, in the smallest unit of its scale; None where nothing is typed."""
    if not text:
        return None
    try:
        amount = Decimal(text.replace(",", "")) * scale
        if not amount.is_finite() or amount != amount.to_integral_value() or not 0 <= amount < 10**15:
            raise Invalid(detail=f"at `$.{field}`")
    except DecimalException as error:
        raise Invalid(detail=f"at `$.{field}`") from error
    return int(amount)


@get("/assortments/{assortment_id:str}", include_in_schema=False)
async def assortment(request: Req, assortment_id: FromPath[str]) -> Response[Any]:
    """One assortment: one's own, or one whose link one has."""
    return await _page(request, assortment_id)


def _by_link(assortment_id: str, key: str) -> insight.asks.ShowAssortment:
    """An assortment and the key of its link, if there is one."""
    return forms.ask_from(insight.asks.ShowAssortment, {"assortment_id": assortment_id, "key": key[:64]})


async def _page(request: Req, assortment_id: str, refused: Refusal | None = None) -> Response[Any]:
    key = request.query_params.get("key", "")
    shown = await forms.call(request, insight.assortment, _by_link(assortment_id, key))
    hall: Hall = request.app.state.hall
    titles: dict[str, Bilingual] = {
        line.offer_id: line.title for share in shown.shares for line in share.lines
    }
    return showing.show(
        request,
        "web/assortment.html",
        "assortment.title",
        page={"section": "me"},
        refused=refused,
        shown=shown,
        key=key,
        titles=titles,
        place=spoken(shown.wishes.to, request.scope["state"]["lang"]),
        troubles=ordering.worth_telling(shown.troubles),
        link=hall.settings.public_url
        + showing.address(f"/assortments/{assortment_id}", key=shown.link_key or key),
    )


@post("/assortments/{assortment_id:str}/edit", include_in_schema=False)
async def edit(request: Req, assortment_id: FromPath[str]) -> Response[Any]:
    """Sets quantities; none takes a line out."""
    form = await forms.read_form(request)
    lines = [{"sku_id": line["sku_id"], "quantity": line["quantity"]} for line in lines_of(form)]
    lines += [
        {"sku_id": sku_id, "quantity": 0}
        for sku_id, typed in form.prefixed("qty").items()
        if typed.strip() in ("", "0")
    ]
    if form.get("drop"):
        lines = [line for line in lines if line["sku_id"] != form.get("drop")]
        lines.append({"sku_id": form.get("drop"), "quantity": 0})
    await forms.ask(request, insight.edit_assortment, assortment_id=assortment_id, lines=lines)
    return forms.see(f"/assortments/{assortment_id}")


@post("/assortments/{assortment_id:str}/cart", include_in_schema=False)
async def to_cart(request: Req, assortment_id: FromPath[str]) -> Response[Any]:
    """Puts all of it on the purchase list, in one step."""
    form = await forms.read_form(request)
    if not kept.actor_of(request).person_id:
        here = showing.address(f"/assortments/{assortment_id}", key=form.get("key"))
        return forms.see(showing.address("/sign-in", next=here))
    try:
        await forms.call(request, insight.assortment_to_cart, _by_link(assortment_id, form.get("key")))
    except Forbidden:
        raise
    except Refusal as refusal:
        forms.must_be_for_a_form(refusal)
        return await _page(request, assortment_id, refusal)
    return forms.see("/cart")


@post("/assortments/{assortment_id:str}/drop", include_in_schema=False)
async def drop(request: Req, assortment_id: FromPath[str]) -> Response[Any]:
    """Forgets it."""
    await forms.read_form(request)
    await forms.ask(request, insight.drop_assortment, assortment_id=assortment_id)
    return forms.see("/assortments")


ROUTES = [assortments, wishes, build, assortment, edit, to_cart, drop]
