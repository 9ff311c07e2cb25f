"""My prices with suppliers 我的专属价格: levels, negotiated prices, and contract lists to say yes or no to."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from huozhan import pricebook
from huozhan.doors.pages import forms, showing
from huozhan.doors.pages.forms import KEY_FIELD
from huozhan.kernel.crypto import new_token
from huozhan.kernel.refusals import NotFound, Refusal
from huozhan.kernel.work import UseCase

Req = Request[Any, Any, Any]


@get("/prices", include_in_schema=False)
async def prices(request: Req) -> Response[Any]:
    """What suppliers ask of us alone."""
    cursor = request.query_params.get("cursor", "")
    listed = await forms.ask(request, pricebook.price_books, side="buyer", cursor=cursor)
    return showing.show(
        request,
        "web/prices.html",
        "prices.title",
        page={"section": "me"},
        levels=(await forms.ask(request, pricebook.my_levels)).items,
        books=listed.items,
        next_href=showing.address("/prices", cursor=listed.next_cursor) if listed.next_cursor else "",
        first_href="/prices" if cursor else "",
    )


@get("/prices/{book_id:str}", include_in_schema=False)
async def book(request: Req, book_id: FromPath[str]) -> Response[Any]:
    """One list: what it says, and the versions before."""
    return await _page(request, book_id)


async def _page(request: Req, book_id: str, refused: Refusal | None = None) -> Response[Any]:
    forms.must_be_for_a_form(refused)
    version = forms.whole_number(request.query_params.get("version", ""), 1_000_000)
    shown = await forms.ask(request, pricebook.price_book, book_id=book_id, version=version)
    if shown.side != "buyer":
        raise NotFound(book_id=book_id)
    return showing.show(
        request,
        "web/price_book.html",
        "prices.title",
        page={"section": "me"},
        refused=refused,
        book=shown,
        form_key=new_token(),
    )


async def _do(request: Req, book_id: str, use_case: UseCase[Any, Any], *names: str) -> Response[Any]:
    form = await forms.read_form(request)
    try:
        await forms.ask(
            request, use_case, key=form.get(KEY_FIELD), book_id=book_id, **forms.fields_of(form, names)
        )
    except Refusal as refusal:
        return await _page(request, book_id, refusal)
    return forms.see(f"/prices/{book_id}")


@post("/prices/{book_id:str}/accept", include_in_schema=False)
async def accept(request: Req, book_id: FromPath[str]) -> Response[Any]:
    """Says yes to the list that was read."""
    return await _do(request, book_id, pricebook.accept_contract, "version")


@post("/prices/{book_id:str}/decline", include_in_schema=False)
async def decline(request: Req, book_id: FromPath[str]) -> Response[Any]:
    """Says no to it."""
    return await _do(request, book_id, pricebook.decline_contract, "version")


@post("/prices/{book_id:str}/end", include_in_schema=False)
async def end(request: Req, book_id: FromPath[str]) -> Response[Any]:
    """Gives agreed prices up."""
    return await _do(request, book_id, pricebook.end_contract, "reason")


ROUTES = [prices, book, accept, decline, end]
