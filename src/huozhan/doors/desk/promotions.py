"""营销: what the shop takes off its prices, how much it has brought, and making or stopping it."""

import re
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from huozhan import catalogue, promotion
from huozhan.doors.desk.frame import Req, actor_of, show
from huozhan.doors.hall import Hall
from huozhan.doors.pages import forms, showing
from huozhan.doors.pages.amounts import e4, minor, scaled, whole
from huozhan.doors.pages.forms import KEY_FIELD, Form
from huozhan.doors.pages.moments import moment_in, read_moment
from huozhan.kernel.refusals import Refusal

KINDS = ("full", "item", "shop_coupon")
STEPS_MAX = 5
DAYS_FIRST = 14
_CODES = re.compile(r"[,，;；\s]+")
_HUNDREDTH_OF_A_PERCENT = 100


@get("/desk/promotions", include_in_schema=False)
async def promotions(request: Req) -> Response[Any]:
    """All promotions of the shop, the newest first."""
    return await _list(request)


async def _list(request: Req, refused: Refusal | None = None) -> Response[Any]:
    forms.must_be_for_a_form(refused)
    cursor = request.query_params.get("cursor", "")
    made = await forms.ask(request, promotion.my_promotions, cursor=cursor)
    return await show(
        request,
        "promotions",
        "look.desk.promotions",
        "promotions",
        refused=refused,
        promotions=made.items,
        next_href=showing.address("/desk/promotions", cursor=made.next_cursor),
        has_next=bool(made.next_cursor),
        first_href="/desk/promotions" if cursor else "",
    )


@get("/desk/promotions/new", include_in_schema=False)
async def new_promotion(request: Req) -> Response[Any]:
    """The form of a new one."""
    actor_of(request).must("offer.edit")
    return await _form(
        request,
        {"kind": "full", "starts_at": moment_in(request, 0), "ends_at": moment_in(request, DAYS_FIRST)},
    )


async def _form(request: Req, typed: dict[str, Any], refused: Refusal | None = None) -> Response[Any]:
    hall: Hall = request.app.state.hall
    lang = request.scope["state"]["lang"]
    kinds = [
        {
            "value": kind,
            "label": hall.words.say(f"desk.promotions.kind.{kind}", lang),
            "text": hall.words.say(f"desk.promotions.kind.{kind}_text", lang),
        }
        for kind in KINDS
    ]
    return await show(
        request,
        "promotion_new",
        "desk.promotions.new",
        "promotions",
        refused=refused,
        typed=typed,
        kinds=kinds,
        steps_max=STEPS_MAX,
    )


@post("/desk/promotions/new", include_in_schema=False)
async def make_promotion(request: Req) -> Response[Any]:
    """Makes it."""
    form = await forms.read_form(request)
    try:
        await forms.ask(
            request,
            promotion.make_promotion,
            key=form.get(KEY_FIELD),
            **forms.fields_of(form, ("kind", "name_zh", "name_en")),
            starts_at=read_moment(request, form.get("starts_at"), "starts_at"),
            ends_at=read_moment(request, form.get("ends_at"), "ends_at"),
            offer_ids=await _offer_ids(request, form),
            off_bp=scaled(form.get("off_rate"), "off_rate", _HUNDREDTH_OF_A_PERCENT),
            off_e4=e4(form.get("off_piece"), "off_piece"),
            steps=_steps(form),
            least_minor=minor(form.get("least"), "least"),
            off_minor=minor(form.get("off"), "off"),
            coupons_total=whole(form.get("coupons_total"), "coupons_total"),
            per_buyer=whole(form.get("per_buyer"), "per_buyer"),
            usable_until=read_moment(request, form.get("usable_until"), "usable_until")
            if form.get("usable_until")
            else None,
        )
    except Refusal as refusal:
        forms.must_be_for_a_form(refusal)
        return await _form(request, dict(form.values), refusal)
    return forms.see("/desk/promotions")


async def _offer_ids(request: Req, form: Form) -> list[str]:
    codes = [code for code in _CODES.split(form.get("offer_codes")) if code]
    if not codes:
        return []
    found = await forms.ask(request, catalogue.offers_by_code, codes=codes)
    return found.offer_ids


def _steps(form: Form) -> list[dict[str, int]]:
    """The steps that were filled in; half of one is refused with the field that lacks."""
    typed = form.prefixed("step")
    steps = []
    for n in range(STEPS_MAX):
        start, off = (minor(typed.get(f"{n}-{part}", ""), f"step[{n}-{part}]") for part in ("from", "off"))
        if start is not None or off is not None:
            steps.append({"from_minor": start or 0, "off_minor": off or 0})
    return steps


@post("/desk/promotions/{promotion_id:str}/stop", include_in_schema=False)
async def stop_promotion(request: Req, promotion_id: FromPath[str]) -> Response[Any]:
    """Stops one for good."""
    form = await forms.read_form(request)
    try:
        await forms.ask(
            request, promotion.stop_promotion, key=form.get(KEY_FIELD), promotion_id=promotion_id,
            reason=form.get("reason"),
        )  # fmt: skip
    except Refusal as refusal:
        return await _list(request, refusal)
    return forms.see("/desk/promotions")


ROUTES = [promotions, new_promotion, make_promotion, stop_promotion]
