"""平台券: the market's own coupons, what is left of their budgets, and making or stopping them."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from huozhan import operations, promotion
from huozhan.doors.console.frame import Req, actor_of, show
from huozhan.doors.pages import forms, showing
from huozhan.doors.pages.amounts import minor, whole
from huozhan.doors.pages.forms import KEY_FIELD
from huozhan.doors.pages.moments import moment_in, read_moment
from huozhan.kernel.refusals import Refusal

DAYS_FIRST = 14


@get("/console/promotions", include_in_schema=False)
async def promotions(request: Req) -> Response[Any]:
    """All coupons of the market, the newest first."""
    return await _list(request)


async def _list(request: Req, refused: Refusal | None = None) -> Response[Any]:
    cursor = request.query_params.get("cursor", "")
    made = await forms.ask(request, promotion.market_promotions, cursor=cursor)
    return await show(
        request,
        "promotions",
        "look.console.promotions",
        "promotions",
        refused=refused,
        promotions=made.items,
        next_href=showing.address("/console/promotions", cursor=made.next_cursor),
        has_next=bool(made.next_cursor),
        first_href="/console/promotions" if cursor else "",
    )


@get("/console/promotions/new", include_in_schema=False)
async def new_coupon(request: Req) -> Response[Any]:
    """The form of new ones."""
    actor_of(request).must("market.rules")
    return await _form(
        request, {"starts_at": moment_in(request, 0), "ends_at": moment_in(request, DAYS_FIRST)}
    )


async def _form(request: Req, typed: dict[str, Any], refused: Refusal | None = None) -> Response[Any]:
    return await show(
        request, "promotion_new", "console.promotions.new", "promotions", refused=refused, typed=typed
    )


@post("/console/promotions/new", include_in_schema=False)
async def make_coupon(request: Req) -> Response[Any]:
    """Makes them, and sets their budget aside."""
    form = await forms.read_form(request)
    try:
        await forms.ask(
            request,
            operations.make_market_coupon,
            key=form.get(KEY_FIELD),
            **forms.fields_of(form, ("name_zh", "name_en", "reason")),
            starts_at=read_moment(request, form.get("starts_at"), "starts_at"),
            ends_at=read_moment(request, form.get("ends_at"), "ends_at"),
            off_minor=minor(form.get("off"), "off"),
            least_minor=minor(form.get("least"), "least"),
            coupons_total=whole(form.get("coupons_total"), "coupons_total"),
            per_buyer=whole(form.get("per_buyer"), "per_buyer"),
            usable_until=read_moment(request, form.get("usable_until"), "usable_until")
            if form.get("usable_until")
            else None,
            budget_minor=minor(form.get("budget"), "budget"),
        )
    except Refusal as refusal:
        return await _form(request, dict(form.values), refusal)
    return forms.see("/console/promotions")


@post("/console/promotions/{promotion_id:str}/stop", include_in_schema=False)
async def stop_coupon(request: Req, promotion_id: FromPath[str]) -> Response[Any]:
    """Gives out no more of them."""
    form = await forms.read_form(request)
    try:
        await forms.ask(
            request, operations.stop_market_coupon, key=form.get(KEY_FIELD), promotion_id=promotion_id,
            reason=form.get("reason"),
        )  # fmt: skip
    except Refusal as refusal:
        return await _list(request, refusal)
    return forms.see("/console/promotions")


ROUTES = [promotions, new_coupon, make_coupon, stop_coupon]
