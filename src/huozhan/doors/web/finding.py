"""Finding goods: results with filters that count, and suggestions while one types."""

from typing import Any

from litestar import Request, Response, get

from huozhan import search
from huozhan.doors.pages import filtering, forms, showing
from huozhan.doors.pages.filtering import Query, Says, link
from huozhan.doors.web import mine
from huozhan.search import Results

PAGES_BESIDE = 2
NEAR_SHOWN = 6

Req = Request[Any, Any, Any]


@get("/search", include_in_schema=False)
async def results(request: Req) -> Response[Any]:
    """What was found."""
    query = filtering.read_query(request.query_params)
    found = await filtering.find(request, query, loosen=not query["exact"])
    if 0 < found.pages < query["page"]:
        return forms.see(link("/search", query, page=found.pages))
    return showing.show(
        request,
        "web/search.html",
        _title(request, query, found),
        page={"q": query["q"], "canonical": filtering.home_of("/search", query) if found.total else ""},
        query=query,
        found=found,
        near=await _near(request, query, found),
        **await _ways_on(request, query, found),
        mine=await mine.card_prices(
            request, [one.card for one in (*found.offers, *found.others, *found.by_meaning)]
        ),
        hidden=filtering.hidden_of(query),
        instead=insteads(query, found),
        related=(await forms.ask(request, search.related_words, q=query["q"])).words if query["q"] else [],
        brands=[
            {
                "label": one.name.say(request.scope["state"]["lang"]),
                "count": one.count,
                "href": link("/search", query, attr=[*query["attr"], one.value]),
            }
            for one in found.brands
        ],
        guesses=[
            {
                "label": one.name.say(request.scope["state"]["lang"]),
                "count": one.count,
                "href": link("/search", query, category=[one.value])
                if found.total
                else f"/categories/{one.value}",
            }
            for one in found.guesses
        ],
        **around(request, "/search", query, found),
    )


def _title(request: Req, query: Query, found: Results) -> str:
    """What was looked for, in which category, and which page of it this is."""
    words = Says(request, found)
    what = [query["q"], *(words.value("category", one) for one in query["category"])]
    named = " · ".join(part for part in what if part) or words.say("search.title")
    return words.say("search.title_page", title=named, n=found.page) if found.page > 1 else named


async def _near(request: Req, query: Query, found: Results) -> list[Any]:
    """Phrases for somebody whose words found nothing: what was typed may be pinyin, or the beginning of a word."""
    if found.total or not query["q"]:
        return []
    return (await forms.ask(request, search.suggest, q=query["q"], limit=NEAR_SHOWN)).suggestions


async def _ways_on(request: Req, query: Query, found: Results) -> dict[str, Any]:
    """For somebody who found nothing: suppliers to ask, and what many look for."""
    if found.total:
        return {}
    asked = (await forms.ask(request, search.suppliers_to_ask, q=query["q"])).suppliers if query["q"] else []
    hot = await forms.ask(request, search.hot_words)
    return {"suppliers": asked, "hot": hot.words}


def insteads(query: Query, found: Results) -> dict[str, str]:
    """Addresses of what was typed where something else was shown, and of what was probably meant."""
    return {
        "typed": link("/search", query, exact="1") if found.instead or found.without else "",
        "meant": link("/search", query, q=found.meant) if found.meant else "",
    }


def around(request: Req, path: str, query: Query, found: Results) -> dict[str, Any]:
    """What stands around results: filters, chips of those that are on, switches, sorting, pages."""
    words = Says(request, found)
    return {
        "groups": filtering.groups(words, query),
        "chips": filtering.chips(words, path, query),
        "switches": [*filtering.switches(words, path, query), *_each(words, path, query, found)],
        "clear": filtering.without_filters(path, query),
        **filtering.to_keep(words, query),
        "sorts": [
            {
                "label": words.say(f"search.sort.{sort}"),
                "href": link(path, query, sort=sort),
                "current": sort == query["sort"],
            }
            for sort in filtering.SORTS
        ],
        "views": {view: link(path, query, view=view, page=query["page"]) for view in ("grid", "list")},
        "pages": _pages(path, query, found),
        "previous": link(path, query, page=found.page - 1) if found.page > 1 else "",
        "next": link(path, query, page=found.page + 1) if found.page < found.pages else "",
    }


def _each(words: Says, path: str, query: Query, found: Results) -> list[dict[str, Any]]:
    """The switch between identical goods put together and every offer by itself; none where there is nothing to switch."""
    if not query["each"] and not any(one.same for one in found.offers):
        return []
    is_on = bool(query["each"])
    href = link(path, query, each="" if is_on else "1")
    return [{"label": words.say("same.each"), "href": href, "on": is_on, "count": 0}]


def _pages(path: str, query: Query, found: Results) -> list[dict[str, Any]]:
    """First, last and what is near; a gap is one entry without an address."""
    near = range(found.page - PAGES_BESIDE, found.page + PAGES_BESIDE + 1)
    shown = sorted({1, found.pages, *(n for n in near if 1 <= n <= found.pages)}) if found.pages else []
    entries: list[dict[str, Any]] = []
    for before, n in zip([0, *shown], shown, strict=False):
        if n - before > 1:
            entries.append({"label": "…", "href": "", "current": False})
        entries.append({"label": str(n), "href": link(path, query, page=n), "current": n == found.page})
    return entries


@get("/search/suggest", include_in_schema=False)
async def suggest(request: Req) -> Response[Any]:
    """Phrases that go on from what was typed; before anything was, what many look for."""
    typed = request.query_params.get("q", "").strip()[:100]
    if not typed:
        hot = await forms.ask(request, search.hot_words)
        return showing.fragment(request, "web/suggest.html", suggestions=[], hot=hot.words)
    found = await forms.ask(request, search.suggest, q=typed)
    return showing.fragment(request, "web/suggest.html", suggestions=found.suggestions, hot=[])


ROUTES = [results, suggest]
