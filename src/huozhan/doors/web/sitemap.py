"""The site map: every address that a search engine may show, in files of so many that each reads one in a moment."""

from datetime import datetime
from typing import Any
from xml.etree import ElementTree as ET

from litestar import Request, Response, get
from litestar.params import FromPath

from huozhan import catalogue, insight, parties, search, shelves
from huozhan.doors.hall import Hall
from huozhan.doors.pages import forms
from huozhan.doors.web.entrances import belt_address
from huozhan.doors.web.lists import list_address
from huozhan.kernel.refusals import NotFound

_SPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
_KEPT_SECONDS = 3_600

Req = Request[Any, Any, Any]


@get("/sitemap.xml", include_in_schema=False)
async def index(request: Req) -> Response[bytes]:
    """Which files there are: one of pages, and one for each stretch of offers."""
    stretches = await forms.ask(request, catalogue.offer_stretches)
    paths = ["/sitemap/pages.xml", *(f"/sitemap/offers/{start}" for start in stretches.starts)]
    return _xml(request, "sitemapindex", "sitemap", [(path, None) for path in paths])


@get("/sitemap/pages.xml", include_in_schema=False)
async def pages(request: Req) -> Response[bytes]:
    """Home, categories with goods, shelves, belts, and lists of the day that have goods on them."""
    found = await forms.ask(request, search.find_offers, limit=1, count=["vertical", "category"])
    categories = {one.value for facet in ("vertical", "category") for one in found.facets.get(facet, [])}
    laid = await forms.ask(request, shelves.entrances)
    keys = {one.shelf_key for one in (*laid.entrances, *(one.shelf for one in laid.shelves))}
    known = (await forms.ask(request, parties.belts)).items
    listed = (await forms.ask(request, insight.filled_lists)).lists
    paths = [
        "/",
        "/categories",
        "/belts",
        *(f"/categories/{one}" for one in sorted(categories)),
        *(f"/shelves/{one}" for one in sorted(keys)),
        *(belt_address(one.belt) for one in known),
        *(list_address(one.kind, one.category, one.belt) for one in listed),
    ]
    return _xml(request, "urlset", "url", [(path, None) for path in paths])


@get("/sitemap/offers/{start:str}", include_in_schema=False)
async def offers(request: Req, start: FromPath[str]) -> Response[bytes]:
    """A stretch of offers on sale, each with when it changed last."""
    listed = await forms.ask(request, catalogue.listed_offers, start=start)
    if not listed.items:
        raise NotFound
    return _xml(
        request, "urlset", "url", [(f"/offers/{one.offer_id}", one.changed_at) for one in listed.items]
    )


def _xml(request: Req, root: str, entry: str, paths: list[tuple[str, datetime | None]]) -> Response[bytes]:
    hall: Hall = request.app.state.hall
    tree = ET.Element(root, xmlns=_SPACE)
    for path, at in paths:
        one = ET.SubElement(tree, entry)
        ET.SubElement(one, "loc").text = hall.settings.url + path
        if at:
            ET.SubElement(one, "lastmod").text = at.date().isoformat()
    return Response(
        ET.tostring(tree, encoding="utf-8", xml_declaration=True),
        media_type="application/xml",
        headers={"cache-control": f"max-age={_KEPT_SECONDS}"},
    )


ROUTES = [index, pages, offers]
