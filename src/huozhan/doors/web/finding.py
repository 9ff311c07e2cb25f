"""Finding goods: results with filters that count, and suggestions while one types."""

from decimal import Decimal, DecimalException
from typing import Any, get_args

from litestar import Request, Response, get

from huozhan import parties, search
from huozhan.doors.hall import Hall
from huozhan.doors.pages import forms, showing
from huozhan.doors.pages.places import place_name
from huozhan.doors.web import mine
from huozhan.kernel.money import PRICE_E4_MAX, PRICE_SCALE
from huozhan.search import Results

SORTS = ("best", "sold", "price_up", "price_down", "newest")
CHOICES_SHOWN = 12
PAGES_BESIDE = 2
NEAR_SHOWN = 6
_MANY = ("province", "supplier_kind", "promise")
_MOQS = (1, 10, 50, 100, 500)
_MOQ_MAX = 999_999
_PAGE_ASKED_MAX = 10**9
_SUPPLIER_KINDS = get_args(parties.SupplierKind)

Req = Request[Any, Any, Any]
Query = dict[str, Any]


def read_query(request: Req) -> Query:
    """The search that an address asks for; what makes no sense is left out."""
    params = request.query_params
    query: Query = {
        "q": params.get("q", "").strip()[:100],
        "category": [one for one in params.getall("category", []) if one][:1],
        "sort": params.get("sort", "best") if params.get("sort") in SORTS else "best",
        "view": "list" if params.get("view") == "list" else "grid",
        "price_from": _amount(params.get("price_from", "")),
        "price_to": _amount(params.get("price_to", "")),
        "moq_to": forms.whole_number(params.get("moq_to", ""), _MOQ_MAX) or 0,
        "exact": "1" if params.get("exact") == "1" else "",
        "page": min(forms.whole_number(params.get("page", ""), _PAGE_ASKED_MAX) or 1, search.PAGE_MAX),
    }
    for name in _MANY:
        query[name] = [one for one in params.getall(name, []) if one][:20]
    query["supplier_kind"] = [one for one in query["supplier_kind"] if one in _SUPPLIER_KINDS]
    return query


def fields_of(query: Query) -> dict[str, Any]:
    """The search as the use case is asked for it."""
    return {
        **{name: query[name] or None for name in ("q", "category", "sort", "moq_to", "page", *_MANY)},
        "exact": bool(query["exact"]),
        "price_from_e4": _e4(query["price_from"]),
        "price_to_e4": _e4(query["price_to"]),
    }


def link(path: str, query: Query, **changes: Any) -> str:
    """The address of the same search with something changed; a change starts on the first page again."""
    wanted = {**query, "page": 1, **changes}
    defaults = {"sort": "best", "view": "grid", "page": 1}
    return showing.address(
        path, **{name: value for name, value in wanted.items() if value and value != defaults.get(name)}
    )


@get("/search", include_in_schema=False)
async def results(request: Req) -> Response[Any]:
    """What was found."""
    query = read_query(request)
    found = await forms.ask(request, search.find_offers, **fields_of(query))
    if 0 < found.pages < query["page"]:
        return forms.see(link("/search", query, page=found.pages))
    return showing.show(
        request,
        "web/search.html",
        _title(request, query, found),
        page={"q": query["q"], "canonical": home_of("/search", query) if found.total else ""},
        query=query,
        found=found,
        near=await _near(request, query, found),
        mine=await mine.card_prices(request, [one.card for one in (*found.offers, *found.others)]),
        hidden=hidden_of(query),
        instead=insteads(query, found),
        **around(request, "/search", query, found),
    )


def home_of(path: str, query: Query) -> str:
    """The one address of results that differ only in order, layout and narrowing."""
    return link(path, {"q": query["q"], "category": query["category"]}, page=query["page"])


def _title(request: Req, query: Query, found: Results) -> str:
    """What was looked for, in which category, and which page of it this is."""
    words = _Says(request)
    what = [query["q"], *(words.choice("category", one, found) for one in query["category"])]
    named = " · ".join(part for part in what if part) or words.say("search.title")
    return words.say("search.title_page", title=named, n=found.page) if found.page > 1 else named


async def _near(request: Req, query: Query, found: Results) -> list[Any]:
    """Phrases for somebody whose words found nothing: what was typed may be pinyin, or the beginning of a word."""
    if found.total or not query["q"]:
        return []
    return (await forms.ask(request, search.suggest, q=query["q"], limit=NEAR_SHOWN)).suggestions


def insteads(query: Query, found: Results) -> dict[str, str]:
    """Addresses of what was typed where something else was shown, and of what was probably meant."""
    return {
        "typed": link("/search", query, exact="1") if found.instead else "",
        "meant": link("/search", query, q=found.meant) if found.meant else "",
    }


def hidden_of(query: Query) -> dict[str, str]:
    """What the form of filters carries along."""
    kept = {"q": query["q"], "sort": query["sort"], "view": query["view"]}
    return {name: value for name, value in kept.items() if value and value not in ("best", "grid")}


def around(request: Req, path: str, query: Query, found: Results) -> dict[str, Any]:
    """What stands around results: filters, chips of those that are on, sorting, pages."""
    words = _Says(request)
    return {
        "groups": _groups(words, query, found),
        "chips": _chips(words, path, query, found),
        "clear": link(
            path,
            {
                **query,
                "category": [],
                "price_from": "",
                "price_to": "",
                "moq_to": 0,
                **{name: [] for name in _MANY},
            },
        ),
        "sorts": [
            {
                "label": words.say(f"search.sort.{sort}"),
                "href": link(path, query, sort=sort),
                "current": sort == query["sort"],
            }
            for sort in SORTS
        ],
        "views": {view: link(path, query, view=view, page=query["page"]) for view in ("grid", "list")},
        "pages": _pages(path, query, found),
        "previous": link(path, query, page=found.page - 1) if found.page > 1 else "",
        "next": link(path, query, page=found.page + 1) if found.page < found.pages else "",
    }


class _Says:
    """The words of the reader's language."""

    def __init__(self, request: Req) -> None:
        self.hall: Hall = request.app.state.hall
        self.lang: str = request.scope["state"]["lang"]

    def say(self, key: str, **facts: Any) -> str:
        """A text of the catalogue."""
        return self.hall.words.say(key, self.lang, **facts)

    def choice(self, facet: str, value: str, found: Results) -> str:
        """What a value of a facet is called."""
        if facet == "province":
            return place_name(value).say(self.lang) or value
        if facet == "supplier_kind":
            return self.say(f"supplier.kind.{value}")
        if facet == "promise":
            return self.say("search.promise", n=value)
        names = {c.value: c.name for name in ("category", "vertical") for c in found.facets.get(name, ())}
        return names[value].say(self.lang) if names.get(value) else value


def _groups(words: _Says, query: Query, found: Results) -> list[dict[str, Any]]:
    def group(by: str, kind: str, **more: Any) -> dict[str, Any]:
        return {"name": by, "label": words.say(f"search.by.{by}"), "kind": kind, **more}

    groups: list[dict[str, Any]] = []
    for facet in ("category", *_MANY):
        options = [
            {
                "value": c.value,
                "label": words.choice(facet, c.value, found),
                "count": c.count,
                "chosen": c.value in query[facet],
            }
            for c in [c for c in found.facets.get(facet, []) if c.value][:CHOICES_SHOWN]
        ]
        if options:
            groups.append(group(facet, "one" if facet == "category" else "many", options=options))
    moqs = [
        {"value": n, "label": words.say("search.moq", n=n), "count": None, "chosen": n == query["moq_to"]}
        for n in sorted({*_MOQS, query["moq_to"] or _MOQS[0]})
    ]
    return [
        *groups,
        group("moq", "one", name="moq_to", options=moqs),
        group("price", "range", low=query["price_from"], high=query["price_to"]),
    ]


def _chips(words: _Says, path: str, query: Query, found: Results) -> list[dict[str, str]]:
    chips = [
        {
            "label": words.choice(facet, value, found),
            "href": link(path, query, **{facet: [one for one in query[facet] if one != value]}),
        }
        for facet in ("category", *_MANY)
        for value in query[facet]
    ]
    if query["price_from"] or query["price_to"]:
        label = words.say("search.chip.price", low=query["price_from"] or "0", high=query["price_to"] or "∞")
        chips.append({"label": label, "href": link(path, query, price_from="", price_to="")})
    if query["moq_to"]:
        chips.append(
            {"label": words.say("search.chip.moq", n=query["moq_to"]), "href": link(path, query, moq_to=0)}
        )
    return chips


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
    """Phrases that go on from what was typed."""
    typed = request.query_params.get("q", "").strip()[:100]
    found = await forms.ask(request, search.suggest, q=typed)
    return showing.fragment(request, "web/suggest.html", suggestions=found.suggestions)


def _amount(text: str) -> str:
    """An amount as it was typed, where it is one."""
    try:
        price_e4 = Decimal(text) * PRICE_SCALE
    except DecimalException:
        return ""
    return text if price_e4.is_finite() and 0 <= price_e4 <= PRICE_E4_MAX else ""


def _e4(text: str) -> int | None:
    return int(Decimal(text) * PRICE_SCALE) if text else None


ROUTES = [results, suggest]
