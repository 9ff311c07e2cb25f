"""店铺资料: what the shop says of itself, its mixed batch, where it sells, late payments; the way to the members."""

from typing import Any

from litestar import Response, get, post

from huozhan import catalogue, parties
from huozhan.doors.desk.frame import Req, actor_of, show
from huozhan.doors.pages import forms, sheets
from huozhan.doors.pages.amounts import minor, whole
from huozhan.doors.pages.forms import Form
from huozhan.doors.pages.regions import read_regions, write_regions
from huozhan.kernel.refusals import Refusal

_SERVICES = tuple(f"service_{one}" for one in catalogue.Service)
_FIELDS = ("about_zh", "about_en", "mix_amount", "mix_pieces", "reopens_late", "not_sold_to", *_SERVICES)


@get("/desk/shop", include_in_schema=False)
async def shop(request: Req) -> Response[Any]:
    """The settings as they stand."""
    return await _page(request)


async def _page(request: Req, refused: Refusal | None = None, form: Form | None = None) -> Response[Any]:
    settings = await forms.ask(request, catalogue.my_shop)
    mix = settings.mix
    organisation = await forms.ask(request, parties.organisation)
    shown = {
        "about_zh": organisation.about.zh,
        "about_en": organisation.about.en,
        "mix_amount": sheets.amount(mix.amount_minor) if mix and mix.amount_minor else "",
        "mix_pieces": str(mix.pieces) if mix and mix.pieces else "",
        "reopens_late": "1" if settings.reopens_late else "",
        "not_sold_to": write_regions(settings.not_sold_to, request.scope["state"]["lang"]),
    } | {f"service_{one}": "1" for one in settings.services}
    typed = {name: form.get(name) for name in _FIELDS} if form else shown
    return await show(
        request, "shop", "look.desk.shop", "shop", refused=refused, typed=typed, choices=settings.choices, org_id=actor_of(request).org_id,
        may_speak=actor_of(request).may("org.manage"),
    )  # fmt: skip


@post("/desk/shop", include_in_schema=False)
async def edit_shop(request: Req) -> Response[Any]:
    """Sets them."""
    form = await forms.read_form(request)
    try:
        mix = {
            "amount_minor": minor(form.get("mix_amount"), "mix_amount") or None,
            "pieces": whole(form.get("mix_pieces"), "mix_pieces") or None,
        }
        await forms.ask(
            request, catalogue.edit_shop, mix=mix if any(mix.values()) else None,
            reopens_late=form.get("reopens_late") == "1",
            not_sold_to=read_regions(form.get("not_sold_to"), "not_sold_to"),
            services=[one for one in catalogue.Service if form.get(f"service_{one}") == "1"],
        )  # fmt: skip
        if actor_of(request).may("org.manage"):
            name = (await forms.ask(request, parties.organisation)).name
            about = forms.fields_of(form, ("about_zh", "about_en"))
            await forms.ask(request, parties.edit_organisation, name_zh=name.zh, name_en=name.en, **about)
    except Refusal as refusal:
        return await _page(request, refusal, form)
    return forms.see("/desk/shop")


@get("/desk/members", include_in_schema=False)
async def members(request: Req) -> Response[Any]:
    """Members belong to the organisation, wherever it trades."""
    actor_of(request).must("org.view")
    return forms.see("/organisation")


ROUTES = [shop, edit_shop, members]
