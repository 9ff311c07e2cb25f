"""Search by a photo: sent from the search box or this page, then shown with what looks like it, whole or in part."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from huozhan import catalogue, search
from huozhan.doors.hall import Hall
from huozhan.doors.pages import filtering, forms, showing
from huozhan.doors.web import finding, mine
from huozhan.kernel.refusals import NotFound, Refusal
from huozhan.search import KeepPhoto

UPLOAD_BYTES_MAX = catalogue.PICTURE_BYTES_MAX + 100_000
PRIVATE = "private, max-age=3600"
PARTS = {
    "whole": "",
    "middle": "200,200,600,600",
    "top": "0,0,1000,500",
    "bottom": "0,500,1000,500",
    "left": "0,0,500,1000",
    "right": "500,0,500,1000",
}
_CROP_LENGTH_MAX = 20

Req = Request[Any, Any, Any]


class NoPhoto(Refusal):
    """The form was sent without a file."""

    code = "search.no_photo"
    sort = catalogue.NotAPicture.sort


@get("/search/photo", include_in_schema=False)
async def photo_form(request: Req) -> Response[Any]:
    """Where a photo is chosen, for browsers without scripts."""
    return _form(request)


@post("/search/photo", include_in_schema=False, request_max_body_size=UPLOAD_BYTES_MAX)
async def send_photo(request: Req) -> Response[Any]:
    """Keeps the photo and goes on to what it finds."""
    form = await forms.read_form(request)
    content = b"".join([await file.read() for file in form.files.get("photo", [])[:1]])
    try:
        if not content:
            raise NoPhoto
        kept = await forms.call(request, search.keep_photo, KeepPhoto(content))
    except Refusal as refusal:
        return _form(request, refusal)
    return forms.see(f"/search/photo/{kept.photo_id}")


def _form(request: Req, refused: Refusal | None = None) -> Response[Any]:
    return showing.show(
        request,
        "web/photo_form.html",
        "photo.title",
        page={"canonical": "/search/photo"},
        refused=refused,
        kept_hours=_kept_hours(request),
    )


def _kept_hours(request: Req) -> int:
    """How long photos are kept."""
    hall: Hall = request.app.state.hall
    return int(hall.rules.at("search.photo_kept", hall.clock.now()).span.total_seconds() // 3_600)


@get("/search/photo/{photo_id:str}", include_in_schema=False)
async def found_by_photo(request: Req, photo_id: FromPath[str]) -> Response[Any]:
    """The photo and the offers whose pictures look like it."""
    path = f"/search/photo/{photo_id}"
    query = {**filtering.read_query(request.query_params), "crop": _crop(request)}
    try:
        found = await forms.ask(
            request, search.find_by_photo, photo_id=photo_id, crop=query["crop"], **filtering.fields_of(query)
        )
    except NotFound:
        return showing.show(request, "web/photo_gone.html", "photo.gone", status=404)
    if 0 < found.results.pages < query["page"]:
        return forms.see(filtering.link(path, query, page=found.results.pages))
    return showing.show(
        request,
        "web/photo.html",
        "photo.title",
        photo=found.photo,
        query=query,
        found=found.results,
        path=path,
        parts=_parts(request, path, query),
        kept_hours=_kept_hours(request),
        mine=await mine.card_prices(request, [one.card for one in found.results.offers]),
        hidden={**filtering.hidden_of(query), **({"crop": query["crop"]} if query["crop"] else {})},
        **finding.around(request, path, query, found.results),
    )


def _parts(request: Req, path: str, query: filtering.Query) -> list[dict[str, Any]]:
    """Parts of the photo that one press looks for."""
    hall: Hall = request.app.state.hall
    return [
        {
            "label": hall.words.say(f"photo.part.{name}", request.scope["state"]["lang"]),
            "crop": crop,
            "href": filtering.link(path, query, crop=crop),
            "current": crop == query["crop"],
        }
        for name, crop in PARTS.items()
    ]


def _crop(request: Req) -> str:
    """The part of the photo that the address names; what is none stands for all of it."""
    text: str = request.query_params.get("crop", "")[:_CROP_LENGTH_MAX]
    parts = text.split(",")
    fits = len(parts) == 4 and all(part.isascii() and part.isdigit() and len(part) <= 4 for part in parts)
    return text if fits else ""


@get("/search/photo/{photo_id:str}/file", include_in_schema=False)
async def photo_file(request: Req, photo_id: FromPath[str]) -> Response[bytes]:
    """The photo itself; whoever was given its address may see it."""
    kept = await forms.ask(request, search.photo_file, photo_id=photo_id)
    return Response(kept.webp, media_type="image/webp", headers={"cache-control": PRIVATE})


ROUTES = [photo_form, send_photo, found_by_photo, photo_file]
