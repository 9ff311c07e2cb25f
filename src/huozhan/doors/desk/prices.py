"""专属价格: levels and what their members pay, who has which level, and the books for single buyers."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from huozhan import catalogue, ordering, pricebook
from huozhan.doors.desk.frame import Req, actor_of, show
from huozhan.doors.pages import forms, sheets, showing
from huozhan.doors.pages.amounts import minor, scaled, whole
from huozhan.doors.pages.forms import KEY_FIELD, Form
from huozhan.doors.pages.price_rows import (
    read_offs,
    read_prices,
    text_of,
    write_offs,
    write_prices,
    write_rate,
)
from huozhan.kernel.refusals import Refusal

ORDERS_LOOKED_AT = 100
LEVELS = list(pricebook.Level)
_HUNDREDTH_OF_A_PERCENT = 100


@get("/desk/prices", include_in_schema=False)
async def prices(request: Req) -> Response[Any]:
    """Everything that the shop asks of some buyers."""
    return await _page(request)


async def _page(request: Req, refused: Refusal | None = None, form: Form | None = None) -> Response[Any]:
    forms.must_be_for_a_form(refused)
    cursor, after = request.query_params.get("cursor", ""), request.query_params.get("members", "")
    listed = await forms.ask(request, pricebook.price_books, side="seller", cursor=cursor)
    members = await forms.ask(request, pricebook.price_members, cursor=after)
    return await show(
        request,
        "prices",
        "desk.prices.title",
        "prices",
        refused=refused,
        typed=form.values if form else None,
        levels=(await forms.ask(request, pricebook.levels)).levels,
        level_names=LEVELS,
        members=members.items,
        more_members=showing.address("/desk/prices", members=members.next_cursor) + "#members"
        if members.next_cursor
        else "",
        first_members="/desk/prices#members" if after else "",
        books=listed.items,
        next_href=showing.address("/desk/prices", cursor=listed.next_cursor) + "#books"
        if listed.next_cursor
        else "",
        first_href="/desk/prices#books" if cursor else "",
        buyers=await buyers_of(request),
    )


async def buyers_of(request: Req) -> list[dict[str, str]]:
    """Whom the shop sold to lately, as choices."""
    sales = await forms.ask(request, ordering.my_sales, size=ORDERS_LOOKED_AT)
    lang = request.scope["state"]["lang"]
    names = {order.counterparty_id: order.counterparty.say(lang) for order in sales.orders}
    return [{"value": org_id, "label": name} for org_id, name in names.items()]


@post("/desk/prices/members", include_in_schema=False)
async def assign(request: Req) -> Response[Any]:
    """Gives a buyer a level, or takes it away."""
    form = await forms.read_form(request)
    try:
        await forms.ask(
            request,
            pricebook.assign_level,
            key=form.get(KEY_FIELD),
            **forms.fields_of(form, ("buyer_id", "level", "reason")),
        )
    except Refusal as refusal:
        return await _page(request, refusal, form)
    return forms.see("/desk/prices#members")


@get("/desk/prices/levels/{level:str}", include_in_schema=False)
async def level(request: Req, level: FromPath[str]) -> Response[Any]:
    """What members of a level pay."""
    actor_of(request).must("offer.edit")
    return await _level_page(request, level)


async def _level_page(
    request: Req, level: str, refused: Refusal | None = None, form: Form | None = None
) -> Response[Any]:
    forms.must_be_for_a_form(refused)
    shown = await forms.ask(request, pricebook.level_prices, level=level)
    kept = {
        "off_rate": write_rate(shown.off_bp),
        "rows": write_prices(shown.rows),
        "offers": write_offs(shown.rows),
        "days": str(shown.rule.days) if shown.rule else "90",
        "least": sheets.amount(shown.rule.least_minor) if shown.rule and shown.rule.least_minor else "",
        "least_orders": str(shown.rule.least_orders) if shown.rule and shown.rule.least_orders else "",
    }
    return await show(
        request,
        "price_level",
        "desk.prices.level",
        "prices",
        refused=refused,
        typed=form.values if form else kept,
        shown=shown,
    )


@post("/desk/prices/levels/{level:str}/rule", include_in_schema=False)
async def set_rule(request: Req, level: FromPath[str]) -> Response[Any]:
    """Says what brings a buyer to it by itself, or that nothing does."""
    form = await forms.read_form(request)
    try:
        await forms.ask(
            request,
            pricebook.set_level_rule,
            key=form.get(KEY_FIELD),
            level=level,
            least_minor=minor(form.get("least"), "least") or 0,
            least_orders=whole(form.get("least_orders"), "least_orders") or 0,
            days=whole(form.get("days"), "days"),
        )
    except Refusal as refusal:
        return await _level_page(request, level, refusal, form)
    return forms.see("/desk/prices#levels")


@post("/desk/prices/levels/{level:str}", include_in_schema=False)
async def set_level(request: Req, level: FromPath[str]) -> Response[Any]:
    """Says what they pay from now on."""
    form = await forms.read_form(request)
    try:
        rows = read_prices(await text_of(form, "rows"), "rows")
        offs = read_offs(form.get("offers"), "offers")
        skus = await forms.ask(request, catalogue.skus_by_code, codes=[row.code for row in rows])
        offers = await forms.ask(request, catalogue.offers_by_code, codes=[row.code for row in offs])
        await forms.ask(
            request,
            pricebook.set_level_prices,
            key=form.get(KEY_FIELD),
            level=level,
            off_bp=scaled(form.get("off_rate"), "off_rate", _HUNDREDTH_OF_A_PERCENT) or 0,
            rows=[
                {"sku_id": sku_id, "price_e4": row.price_e4}
                for sku_id, row in zip(skus.sku_ids, rows, strict=True)
            ],
            offers=[
                {"offer_id": offer_id, "off_bp": row.off_bp}
                for offer_id, row in zip(offers.offer_ids, offs, strict=True)
            ],
        )
    except Refusal as refusal:
        return await _level_page(request, level, refusal, form)
    return forms.see("/desk/prices")


ROUTES = [prices, assign, level, set_level, set_rule]
