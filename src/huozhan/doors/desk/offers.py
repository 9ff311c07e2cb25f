"""货品管理: the seller's offers in a table, their price and stock changed in place."""

import contextlib
from typing import Any

from litestar import Response, get, post

from huozhan import catalogue
from huozhan.doors.desk.editor import read_ladder, write_ladder
from huozhan.doors.desk.frame import Req, show
from huozhan.doors.pages import forms, sheets, showing
from huozhan.doors.pages.amounts import e4, whole
from huozhan.doors.pages.forms import Form
from huozhan.kernel.moves import NoSuchMove
from huozhan.kernel.refusals import Refusal, Sort

STATES = ("on_sale", "paused", "draft", "taken_down")
_FILTERS = ("state", "words", "hinted", "sold_out")


class NoOffersChosen(Refusal):
    """No offer was ticked."""

    code = "desk.no_offers_chosen"
    sort = Sort.invalid


@get("/desk/offers", include_in_schema=False)
async def offers(request: Req) -> Response[Any]:
    """One page of offers, newest first."""
    return await _page(request)


async def _page(request: Req, refused: Refusal | None = None, form: Form | None = None) -> Response[Any]:
    wanted = {name: request.query_params.get(name, "").strip() for name in _FILTERS}
    found = await forms.ask(
        request,
        catalogue.my_offers,
        states=[wanted["state"]] if wanted["state"] in STATES else [],
        words=wanted["words"],
        hinted=wanted["hinted"] == "1",
        sold_out=wanted["sold_out"] == "1",
        cursor=request.query_params.get("cursor", ""),
    )

    def at(**changes: Any) -> str:
        return showing.address("/desk/offers", **{**wanted, **changes})

    return await show(
        request,
        "offers",
        "look.desk.offers",
        "offers",
        refused=refused,
        typed=form.values if form else None,
        offers=[_shown(row) for row in found.items],
        counts=await forms.ask(request, catalogue.offer_counts),
        wanted=wanted,
        states=[{"state": state, "href": at(state=state)} for state in STATES],
        all_href=at(state=""),
        here=showing.address("/desk/offers", **wanted, cursor=request.query_params.get("cursor", "")),
        next_href=at(cursor=found.next_cursor) if found.next_cursor else "",
        first_href=at() if request.query_params.get("cursor") else "",
    )


def _shown(row: Any) -> dict[str, Any]:
    """A row with what can be changed in the table: its one price, or its one ladder."""
    is_one = row.price_low_e4 == row.price_high_e4 and (row.ladder or row.skus == 1)
    return {
        "row": row,
        "price": sheets.unit_price(row.price_low_e4) if is_one else "",
        "ladder": write_ladder(row.ladder) if len(row.ladder) > 1 and not is_one else "",
    }


@post("/desk/offers/{offer_id:str}/quick", include_in_schema=False)
async def quick(request: Req, offer_id: str) -> Response[Any]:
    """Price or ladder, and the stock of an offer with one SKU, from the table."""
    form = await forms.read_form(request)
    try:
        standing = (await forms.ask(request, catalogue.offer_to_edit, offer_id=offer_id)).offer
        price_e4, stock = e4(form.get("price"), "price"), whole(form.get("stock"), "stock")
        await forms.ask(
            request, catalogue.edit_prices, offer_id=offer_id, **_edits(standing, form, price_e4, stock)
        )
    except Refusal as refusal:
        return await _page(request, refusal, form)
    return forms.see(forms.safe_path(form.get("back"), "/desk/offers"))


def _edits(offer: Any, form: Form, price_e4: int | None, stock: int | None) -> dict[str, Any]:
    """What was changed; a price goes where the offer keeps it, a stock only where it differs from what was shown."""
    [sku, *_] = offer.skus
    edit: dict[str, Any] = {"sku_code": sku.sku_code}
    if form.get("stock") != form.get("was") and stock is not None and len(offer.skus) == 1:
        edit["stock"] = stock
    fields: dict[str, Any] = {}
    steps = sku.ladder or offer.ladder
    if offer.ladder and form.get("ladder"):
        fields["ladder"] = read_ladder(form.get("ladder"), "ladder")
    elif price_e4 is not None and len(steps) <= 1 and (offer.ladder or len(offer.skus) == 1):
        if sku.price_e4 is not None:
            edit["price_e4"] = price_e4
        else:
            priced = [{"from_quantity": steps[0].from_quantity, "price_e4": price_e4}]
            (edit if sku.ladder else fields)["ladder"] = priced
    return {**fields, "skus": [edit] if len(edit) > 1 else []}


@post("/desk/offers/bulk", include_in_schema=False)
async def bulk(request: Req) -> Response[Any]:
    """Pauses or resumes the ticked offers; what is in that state already is passed over."""
    form = await forms.read_form(request)
    use_case: Any = catalogue.pause_offer if form.get("do") == "pause" else catalogue.resume_offer
    try:
        chosen = form.lists.get("offer_id", [])
        if not chosen:
            raise NoOffersChosen(field="offer_id")
        for offer_id in chosen:
            with contextlib.suppress(NoSuchMove):
                await forms.ask(request, use_case, offer_id=offer_id)
    except Refusal as refusal:
        return await _page(request, refusal, form)
    return forms.see(forms.safe_path(form.get("back"), "/desk/offers"))


ROUTES = [offers, quick, bulk]
