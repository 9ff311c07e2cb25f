"""库存: what came in, what was miscounted, and why a number is what it is."""

from typing import Any

from litestar import Response, get, post

from huozhan import catalogue
from huozhan.doors.desk.frame import Req, show
from huozhan.doors.pages import forms, showing
from huozhan.doors.pages.amounts import whole
from huozhan.doors.pages.forms import KEY_FIELD, Form
from huozhan.kernel.refusals import NotFound, Refusal


@get("/desk/stock", include_in_schema=False)
async def stock(request: Req) -> Response[Any]:
    """The goods and what is free of each; those sold out on demand."""
    query = request.query_params
    words = query.get("words", "").strip()
    sold_out, low_stock = query.get("sold_out") == "1", query.get("low_stock") == "1"
    cursor = query.get("cursor", "")
    found = await forms.ask(
        request, catalogue.my_offers, words=words, sold_out=sold_out, low_stock=low_stock, cursor=cursor
    )
    wanted = {"words": words, "sold_out": "1" if sold_out else "", "low_stock": "1" if low_stock else ""}
    return await show(
        request,
        "stock",
        "look.desk.stock",
        "stock",
        offers=found.items,
        wanted=wanted,
        next_href=showing.address("/desk/stock", cursor=found.next_cursor, **wanted)
        if found.next_cursor
        else "",
        first_href=showing.address("/desk/stock", **wanted) if cursor else "",
    )


@get("/desk/stock/{offer_id:str}", include_in_schema=False)
async def stock_of(request: Req, offer_id: str) -> Response[Any]:
    """One offer's SKUs with what is free of each, and the history of one."""
    return await _page(request, offer_id)


async def _page(
    request: Req, offer_id: str, refused: Refusal | None = None, form: Form | None = None
) -> Response[Any]:
    offer = await forms.ask(request, catalogue.offer_to_edit, offer_id=offer_id)
    codes = {sku_id: code for code, sku_id in offer.sku_ids.items()}
    chosen = (form.get("sku_id") if form else request.query_params.get("sku", "")) or next(iter(codes))
    if chosen not in codes:
        raise NotFound(sku_id=chosen)
    cursor = request.query_params.get("cursor", "")
    history = await forms.ask(request, catalogue.stock_history, sku_id=chosen, cursor=cursor)
    here = showing.address(f"/desk/stock/{offer_id}", sku=chosen)
    return await show(
        request,
        "stock_of",
        "look.desk.stock",
        "stock",
        refused=refused,
        typed=form.values if form else None,
        offer_id=offer_id,
        offer=offer.offer,
        skus=[_sku_row(offer, sku) for sku in offer.offer.skus],
        chosen=chosen,
        code=codes[chosen],
        moves=history.items,
        next_href=showing.address(f"/desk/stock/{offer_id}", sku=chosen, cursor=history.next_cursor)
        if history.next_cursor
        else "",
        first_href=here if cursor else "",
    )


def _sku_row(offer: Any, sku: Any) -> dict[str, Any]:
    axes = offer.offer.options
    values = [axes[at].values[choice] for at, choice in enumerate(sku.choice)]
    return {
        "sku_id": offer.sku_ids[sku.sku_code],
        "code": sku.sku_code,
        "values": values,
        "free": sku.stock or 0,
    }


@post("/desk/stock/{offer_id:str}", include_in_schema=False)
async def change(request: Req, offer_id: str) -> Response[Any]:
    """Goods came in, or the count was wrong."""
    form = await forms.read_form(request)
    use_case: Any = catalogue.receive_stock if form.get("deed") == "receive" else catalogue.adjust_stock
    try:
        await forms.ask(
            request, use_case, key=form.get(KEY_FIELD), sku_id=form.get("sku_id"), reason=form.get("reason"),
            quantity=whole(form.get("quantity"), "quantity"),
        )  # fmt: skip
    except Refusal as refusal:
        return await _page(request, offer_id, refusal, form)
    return forms.see(showing.address(f"/desk/stock/{offer_id}", sku=form.get("sku_id")))


ROUTES = [stock, stock_of, change]
