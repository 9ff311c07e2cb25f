"""议价与协议价: prices for one buyer, given or offered; each version with what became of it."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from huozhan import catalogue, pricebook
from huozhan.doors.desk.frame import Req, actor_of, show
from huozhan.doors.desk.prices import buyers_of
from huozhan.doors.pages import forms
from huozhan.doors.pages.forms import KEY_FIELD, Form
from huozhan.doors.pages.moments import moment_in, read_moment
from huozhan.doors.pages.price_rows import BadPriceRow, PriceRow, read_prices, text_of, write_prices
from huozhan.kernel.refusals import NotFound, Refusal

KINDS = ("negotiated", "contract")
DAYS_FIRST = {"negotiated": 30, "contract": 365}


@get("/desk/prices/new", include_in_schema=False)
async def new(request: Req) -> Response[Any]:
    """Prices for a buyer; from a book, its rows as they stand."""
    actor_of(request).must("offer.edit")
    kind = request.query_params.get("kind", KINDS[0])
    typed = {
        "kind": kind if kind in KINDS else KINDS[0],
        "buyer_id": request.query_params.get("buyer", ""),
        "starts_at": moment_in(request, 0),
        "ends_at": moment_in(request, DAYS_FIRST.get(kind, DAYS_FIRST[KINDS[0]])),
    }
    if book_id := request.query_params.get("book", ""):
        shown = await forms.ask(request, pricebook.price_book, book_id=book_id)
        if shown.side != "seller" or shown.party is None:
            raise NotFound(book_id=book_id)
        typed |= {"kind": shown.kind, "buyer_id": shown.party.org_id, "rows": write_prices(shown.rows)}
        if shown.shown.allows_coupons and shown.kind == KINDS[1]:
            typed["allows_coupons"] = "1"
    return await _form(request, typed)


async def _form(request: Req, typed: dict[str, Any], refused: Refusal | None = None) -> Response[Any]:
    forms.must_be_for_a_form(refused)
    return await show(
        request,
        "price_new",
        "desk.prices.new",
        "prices",
        refused=refused,
        typed=typed,
        kinds=KINDS,
        buyers=await buyers_of(request),
    )


@post("/desk/prices/new", include_in_schema=False)
async def say(request: Req) -> Response[Any]:
    """Gives prices, or offers a contract list."""
    form = await forms.read_form(request)
    try:
        said = await _say(request, form)
    except Refusal as refusal:
        forms.must_be_for_a_form(refusal)
        return await _form(request, dict(form.values), refusal)
    return forms.see(f"/desk/prices/{said.book_id}")


async def _say(request: Req, form: Form) -> pricebook.views.Said:
    rows = read_prices(await text_of(form, "rows"), "rows")
    if not rows:
        raise BadPriceRow(field="rows", line=1, typed="")
    found = await forms.ask(request, catalogue.skus_by_code, codes=[row.code for row in rows])
    fields: dict[str, Any] = {
        "buyer_id": form.get("buyer_id"),
        "ends_at": read_moment(request, form.get("ends_at"), "ends_at"),
        "rows": _rows(found.sku_ids, rows),
    }
    key = form.get(KEY_FIELD)
    if form.get("kind") == "contract":
        return await forms.ask(
            request,
            pricebook.offer_contract,
            key=key,
            starts_at=read_moment(request, form.get("starts_at"), "starts_at"),
            allows_coupons=form.get("allows_coupons") == "1",
            **fields,
        )
    return await forms.ask(request, pricebook.give_price, key=key, offer_id=found.offer_ids[0], **fields)


def _rows(sku_ids: list[str], rows: list[PriceRow]) -> list[dict[str, Any]]:
    return [
        {"sku_id": sku_id, "price_e4": row.price_e4, "from_quantity": row.from_quantity}
        for sku_id, row in zip(sku_ids, rows, strict=True)
    ]


@get("/desk/prices/{book_id:str}", include_in_schema=False)
async def book(request: Req, book_id: FromPath[str]) -> Response[Any]:
    """One book: what holds, what waits, and every version before."""
    return await _book_page(request, book_id)


async def _book_page(request: Req, book_id: str, refused: Refusal | None = None) -> Response[Any]:
    forms.must_be_for_a_form(refused)
    version = forms.whole_number(request.query_params.get("version", ""), 1_000_000)
    shown = await forms.ask(request, pricebook.price_book, book_id=book_id, version=version)
    if shown.side != "seller" or shown.party is None:
        raise NotFound(book_id=book_id)
    return await show(
        request,
        "price_book",
        shown.party.name.say(request.scope["state"]["lang"]) or "desk.prices.title",
        "prices",
        refused=refused,
        book=shown,
    )


@post("/desk/prices/{book_id:str}/take-back", include_in_schema=False)
async def take_back(request: Req, book_id: FromPath[str]) -> Response[Any]:
    """Takes given prices back."""
    form = await forms.read_form(request)
    try:
        await forms.ask(
            request,
            pricebook.take_price_back,
            key=form.get(KEY_FIELD),
            book_id=book_id,
            reason=form.get("reason"),
        )
    except Refusal as refusal:
        return await _book_page(request, book_id, refusal)
    return forms.see(f"/desk/prices/{book_id}")


ROUTES = [new, say, book, take_back]
