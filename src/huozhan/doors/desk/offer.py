"""One offer, new or standing, as a form: bilingual, with its category's attributes, ladder, SKU grid and pictures."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from litestar import Response, get, post

from huozhan import catalogue
from huozhan.catalogue import FolderShelf
from huozhan.doors.desk import editor
from huozhan.doors.desk.frame import Req, actor_of, show
from huozhan.doors.hall import Hall
from huozhan.doors.pages import formats, forms
from huozhan.doors.pages.places import city_of, place_name, province_of, provinces
from huozhan.kernel.refusals import NotFound, Refusal
from huozhan.kernel.shapes import Bilingual

UPLOAD_BYTES_MAX = 60_000_000
PROMISES = (24, 48, 72, 120, 168, 360)
QUOTE_TYPES = ("fixed", "sku_price", "offer_ladder", "sku_ladder")
UNITS = (
    "piece", "pair", "set", "pack", "box", "carton", "bag", "bottle", "roll", "sheet", "metre", "kilogram", "tonne", "machine",
)  # fmt: skip
_HOURS_MAX = 9_999
_NEITHER = ("find_category", "grid", "axis", "pictures")


@get("/desk/offers/new", include_in_schema=False)
async def new_offer(request: Req) -> Response[Any]:
    """An empty form."""
    actor_of(request).must("offer.edit")
    return await _form(request, editor.empty_fields(), None)


@get("/desk/offers/{offer_id:str}/edit", include_in_schema=False)
async def edit_offer(request: Req, offer_id: str) -> Response[Any]:
    """A standing offer in its form."""
    actor_of(request).must("offer.edit")
    standing = await forms.ask(request, catalogue.offer_to_edit, offer_id=offer_id)
    return await _form(request, editor.fields_of(standing.offer, request.scope["state"]["lang"]), standing)


@post(
    ["/desk/offers/new", "/desk/offers/{offer_id:str}/edit"],
    include_in_schema=False,
    request_max_body_size=UPLOAD_BYTES_MAX,
)
async def save_offer(request: Req, offer_id: str = "") -> Response[Any]:
    """Publishes or keeps a draft; finding a category, building the grid and adding pictures only show the form again."""
    actor_of(request).must("offer.edit")  # before so large a body is read
    form = await forms.read_form(request)
    standing = await forms.ask(request, catalogue.offer_to_edit, offer_id=offer_id) if offer_id else None
    typed = editor.typed_fields(form)
    lang, deed = request.scope["state"]["lang"], form.get("do")
    try:
        await _hang_pictures(request, form, typed)
        if deed in _NEITHER:
            return await _form(request, typed, standing)
        if form.get("category_found"):
            typed["category_id"] = form.get("category_found")
        known = await _attributes(request, typed.get("category_id", ""), standing)
        fields = editor.publication(typed, known, lang, "draft" if deed == "draft" else "on_sale")
        if standing:
            fields |= {"source": standing.offer.source, "offer_code": standing.offer.offer_code}
        await forms.ask(request, catalogue.publish_offer, **_given(fields))
    except Refusal as refusal:
        return await _form(request, typed, standing, refusal)
    return forms.see("/desk/offers")


def _given(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Without what was left empty inside the parts."""
    return {
        **fields,
        "skus": [{name: value for name, value in sku.items() if value is not None} for sku in fields["skus"]],
        "ladder": [
            {name: value for name, value in step.items() if value is not None} for step in fields["ladder"]
        ],
    }


async def _hang_pictures(request: Req, form: forms.Form, typed: dict[str, Any]) -> None:
    hall: Hall = request.app.state.hall
    shelf = FolderShelf(hall.settings.pictures)
    for file in form.files.get("files", []):
        if content := await file.read():
            picture = await catalogue.add_picture(shelf, actor_of(request), content)
            typed["pictures"] = list(dict.fromkeys([*typed["pictures"], picture.picture_id]))


async def _form(
    request: Req, typed: dict[str, Any], standing: Any, refused: Refusal | None = None
) -> Response[Any]:
    lang = request.scope["state"]["lang"]
    if typed.get("category_found"):
        typed["category_id"] = typed["category_found"]
    words = typed.get("category_words", "").strip()
    found = (await forms.ask(request, catalogue.find_categories, words=words)).items if words else ()
    freight = await forms.ask(request, catalogue.my_freight)
    return await show(
        request,
        "offer",
        "desk.offer.edit" if standing else "desk.offer.new",
        "offers",
        refused=refused,
        typed=typed,
        standing=standing,
        category=await _category(request, typed.get("category_id", "")),
        found=found,
        searched=bool(words),
        attributes=await _attributes(request, typed.get("category_id", ""), standing),
        grid=editor.grid(typed, lang),
        axes_max=editor.AXES,
        freight_options=[
            {"value": one.code, "label": one.name.say(lang) or one.code} for one in freight.items
        ],
        **_options(request, typed, lang),
    )


def _options(request: Req, typed: Mapping[str, Any], lang: str) -> dict[str, Any]:
    """What the choices of the form are called."""
    hall: Hall = request.app.state.hall
    promised = {*PROMISES, forms.whole_number(typed.get("promise_hours", ""), _HOURS_MAX) or PROMISES[0]}
    origins = dict.fromkeys([*provinces(), *([typed["origin_code6"]] if typed.get("origin_code6") else [])])
    return {
        "unit_options": [{"value": unit, "label": hall.words.say(f"unit.{unit}", lang)} for unit in UNITS],
        "quote_options": [
            {"value": one, "label": hall.words.say(f"quote_type.{one}", lang)} for one in QUOTE_TYPES
        ],
        "custom_options": [
            {"value": kind.value, "label": hall.words.say(f"custom.{kind}", lang)}
            for kind in catalogue.CustomKind
        ],
        "dropship_options": [
            {"value": one, "label": hall.words.say(f"dropship.{one}", lang)}
            for one in (editor.NO_DROPSHIP, *catalogue.Packing)
        ],
        "promise_options": [
            {"value": str(hours), "label": formats.span(timedelta(hours=hours), lang, hall.words)}
            for hours in sorted(promised)
        ],
        "origin_options": [{"value": code, "label": _place(code, lang)} for code in origins],
    }


def _place(code6: str, lang: str) -> str:
    """A place with what it lies in."""
    codes = dict.fromkeys((province_of(code6), city_of(code6), code6))
    names = [name for code in codes if (name := place_name(code).say(lang))]
    return " ".join(names) or code6


async def _category(request: Req, category_id: str) -> Any:
    if not category_id:
        return None
    try:
        return await forms.ask(request, catalogue.category, category_id=category_id)
    except NotFound:
        return None


async def _attributes(request: Req, category_id: str, standing: Any) -> list[dict[str, Any]]:
    """The category's attributes, then what the offer says beside them, each with the values known for it."""
    category = await _category(request, category_id)
    own = {one.handle: one for one in standing.offer.attributes if one.handle} if standing else {}
    template = {one.handle: one for one in category.attributes} if category else {}
    names = {}
    if own.keys() - template.keys():
        shown = await forms.ask(request, catalogue.offer_page, offer_id=standing.offer_id)
        names = {one.handle: one.name for one in shown.attributes}
    return [
        {
            "handle": handle,
            "name": template[handle].name if handle in template else names.get(handle, Bilingual(en=handle)),
            "own_name": own[handle].name if handle in own else Bilingual(),
            "choices": template[handle].choices if handle in template else (),
            "values": [
                *([own[handle].value] if handle in own else []),
                *(template[handle].choices if handle in template else ()),
            ],
        }
        for handle in dict.fromkeys([*template, *own])
    ]


ROUTES = [new_offer, edit_offer, save_offer]
