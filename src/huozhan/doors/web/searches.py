"""Searches of the buyer: those kept under a name, those watched for new goods, and keeping one from a page of results."""

from typing import Any
from urllib.parse import parse_qsl

from litestar import Request, Response, get, post
from litestar.datastructures import MultiDict
from litestar.params import FromPath

from huozhan import search
from huozhan.doors.pages import filtering, forms, showing
from huozhan.doors.pages.filtering import Says
from huozhan.kernel.actor import ActorKind
from huozhan.kernel.refusals import Refusal
from huozhan.search import Results, SavedSearchView

Req = Request[Any, Any, Any]


@get("/searches", include_in_schema=False)
async def searches(request: Req) -> Response[Any]:
    """What the organisation keeps."""
    return await _page(request)


async def _page(request: Req, refused: Refusal | None = None) -> Response[Any]:
    kept = (await forms.ask(request, search.saved_searches)).items
    return showing.show(
        request,
        "web/searches.html",
        "searches.title",
        page={"section": "me"},
        refused=refused,
        searches=[{"view": one, "says": _in_words(request, one)} for one in kept],
        said=request.query_params.get("said", ""),
    )


def _in_words(request: Req, one: SavedSearchView) -> str:
    """What a search looks for, as the chips of its results say it."""
    nothing = Results(offers=[], total=0, page=1, pages=0, facets={}, words=[], names=one.names)
    query = filtering.query_of(one.search)
    chips = filtering.chips(Says(request, nothing), "/search", query)
    return " · ".join(part for part in (query["q"], *(chip["label"] for chip in chips)) if part)


@post("/searches", include_in_schema=False)
async def keep(request: Req) -> Response[Any]:
    """Keeps what a page of results shows."""
    form = await forms.read_form(request)
    address = form.get("address")
    if request.scope["state"]["actor"].kind is ActorKind.anonymous:
        query = filtering.read_query(MultiDict(parse_qsl(address)))
        return forms.see(showing.address("/sign-in", next=filtering.link("/search", query)))
    asked = filtering.search_at(address)
    if form.get("shop"):
        asked["seller_id"] = form.get("shop")
    try:
        await forms.ask(
            request, search.save_search, name=form.get("name"), search=asked, watch=bool(form.get("watch"))
        )
    except Refusal as refused:
        forms.must_be_for_a_form(refused)
        return await _page(request, refused)
    return forms.see(showing.address("/searches", said="kept"))


@get("/searches/{search_id:str}", include_in_schema=False)
async def look_again(request: Req, search_id: FromPath[str]) -> Response[Any]:
    """Looks for it again, the newest goods first where that is what is asked."""
    one = await forms.ask(request, search.saved_search, search_id=search_id)
    path = f"/shops/{one.search.seller_id}" if one.search.seller_id else "/search"
    sort = "newest" if request.query_params.get("new") else "best"
    return forms.see(filtering.link(path, filtering.query_of(one.search), sort=sort))


@post("/searches/{search_id:str}", include_in_schema=False)
async def change(request: Req, search_id: FromPath[str]) -> Response[Any]:
    """Another name, or watched or not."""
    form = await forms.read_form(request)
    watch = {"on": True, "off": False}.get(form.get("watch"))
    try:
        await forms.ask(request, search.edit_search, search_id=search_id, name=form.get("name"), watch=watch)
    except Refusal as refused:
        forms.must_be_for_a_form(refused)
        return await _page(request, refused)
    return forms.see("/searches")


@post("/searches/{search_id:str}/drop", include_in_schema=False)
async def drop(request: Req, search_id: FromPath[str]) -> Response[Any]:
    """Forgets it."""
    await forms.read_form(request)
    await forms.ask(request, search.drop_search, search_id=search_id)
    return forms.see("/searches")


ROUTES = [searches, keep, look_again, change, drop]
