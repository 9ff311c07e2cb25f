"""The address of a search: read, written, and shown as filters, chips and quick switches. What makes no sense is left out."""

from collections.abc import Iterable
from decimal import Decimal, DecimalException
from typing import Any
from urllib.parse import parse_qsl

from litestar import Request
from litestar.datastructures import MultiDict

from huozhan import search
from huozhan.doors.pages import forms, showing
from huozhan.doors.pages.places import place_name, province_names
from huozhan.kernel.money import PRICE_E4_MAX, PRICE_SCALE
from huozhan.kernel.wording import Words
from huozhan.search import ANY_REGION, FILTERS, Choice, FindOffers, Results

SORTS = ("best", "sold", "price_up", "price_down", "newest")
VALUES_MAX = 20
IN_ORDER = ("promise", "pickup_48", "pickup_24", "score", "invoice", "credit")
"""Filters whose values have an order of their own; of others the commonest comes first."""
OF_FIGURES = frozenset({"pickup_48", "pickup_24", "score", "credit"})
NAME_MAX = 60
MOQS = (1, 10, 50, 100, 500)
QUICK = (
    ("has", "one_piece"), ("has", "dropship"), ("has", "mixed"), ("has", "sample"), ("has", "free_shipping"), ("promise", "24"),
    ("supplier_kind", "factory"), ("has", "verified"), ("has", "no_reason"),
)  # fmt: skip
"""Filters that stand above the results as switches."""
_PIECES_MAX = 999_999
_PAGE_ASKED_MAX = 10**9
_DEFAULTS = {"sort": "best", "view": "grid", "page": 1}

Req = Request[Any, Any, Any]
Query = dict[str, Any]


def read_query(params: Any) -> Query:
    """The search that an address asks for."""
    return {
        "q": params.get("q", "").strip()[:100],
        **{row.name: _values(row, params.getall(row.name, [])) for row in FILTERS},
        "sort": params.get("sort", "best") if params.get("sort") in SORTS else "best",
        "view": "list" if params.get("view") == "list" else "grid",
        "n": forms.whole_number(params.get("n", ""), _PIECES_MAX) or 0,
        "price_from": _amount(params.get("price_from", "")),
        "price_to": _amount(params.get("price_to", "")),
        "moq_to": forms.whole_number(params.get("moq_to", ""), _PIECES_MAX) or 0,
        "to": _region(params.get("to", "")),
        "exact": "1" if params.get("exact") == "1" else "",
        "each": "1" if params.get("each") == "1" else "",
        "page": min(forms.whole_number(params.get("page", ""), _PAGE_ASKED_MAX) or 1, search.PAGE_MAX),
    }


def _values(row: search.Filter, given: Iterable[str]) -> list[str]:
    known = [value for value in dict.fromkeys(given) if len(value) <= 100 and row.knows(value)]
    return known[: 1 if row.choice is Choice.one else VALUES_MAX]


def _region(text: str) -> str:
    return (
        text
        if text == ANY_REGION
        or place_name(text)
        or (text.isascii() and text.isalpha() and text.isupper() and len(text) == 2)
        else ""
    )


def _amount(text: str) -> str:
    """An amount as it was typed, where it is one."""
    try:
        price_e4 = Decimal(text) * PRICE_SCALE
    except DecimalException:
        return ""
    return text if price_e4.is_finite() and 0 <= price_e4 <= PRICE_E4_MAX else ""


def fields_of(query: Query) -> dict[str, Any]:
    """The search as the use case is asked for it."""
    same = ("q", "sort", "n", "moq_to", "to", "page", *(row.name for row in FILTERS))
    return {
        **{name: query[name] or None for name in same},
        "exact": bool(query["exact"]),
        "each": bool(query["each"]),
        "price_from_e4": _e4(query["price_from"]),
        "price_to_e4": _e4(query["price_to"]),
    }


def _e4(text: str) -> int | None:
    return int(Decimal(text) * PRICE_SCALE) if text else None


def query_of(ask: FindOffers) -> Query:
    """A search as its address says it, first page."""
    wanted = read_query(MultiDict())
    values = {name: getattr(ask, name) for name in wanted if hasattr(ask, name)}
    return {
        **wanted,
        **{name: value for name, value in values.items() if value},
        "exact": "1" if ask.exact else "",
        "each": "1" if ask.each else "",
        "price_from": _typed(ask.price_from_e4),
        "price_to": _typed(ask.price_to_e4),
        "page": 1,
    }


def _typed(price_e4: int | None) -> str:
    return "" if price_e4 is None else f"{Decimal(price_e4) / PRICE_SCALE:f}"


async def find(request: Req, query: Query, **more: Any) -> Results:
    """What the address asks for is found; a value that there is not any more is left out of it."""
    try:
        return await forms.ask(request, search.find_offers, **fields_of(query), **more)
    except search.FilterValueUnknown as refused:
        name = refused.facts["filter"]
        query[name] = [] if isinstance(query[name], list) else ""
        return await forms.ask(request, search.find_offers, **fields_of(query), **more)


def link(path: str, query: Query, **changes: Any) -> str:
    """The address of the same search with something changed; a change starts on the first page again."""
    wanted = {**query, "page": 1, **changes}
    return showing.address(
        path, **{name: value for name, value in wanted.items() if value and value != _DEFAULTS.get(name)}
    )


def search_at(address: str) -> dict[str, Any]:
    """The search that the query of an address asks for, as the use case is asked for it, whatever its page."""
    query = read_query(MultiDict(parse_qsl(address)))
    return {name: value for name, value in fields_of(query).items() if value is not None and name != "page"}


def home_of(path: str, query: Query) -> str:
    """The one address of results that differ only in order, layout and narrowing."""
    return link(path, {"q": query["q"], "category": query["category"]}, page=query["page"])


def without_filters(path: str, query: Query) -> str:
    """The address of the same words with nothing filtered."""
    return link(path, {name: query[name] for name in ("q", "sort", "view")})


def hidden_of(query: Query) -> dict[str, str]:
    """What the form of filters carries along."""
    kept = {"q": query["q"], "sort": query["sort"], "view": query["view"], "each": query["each"]}
    return {name: value for name, value in kept.items() if value and value not in ("best", "grid")}


class Says:
    """The words of the reader's language, for what was found."""

    def __init__(self, request: Req, found: Results) -> None:
        self.words: Words = request.app.state.hall.words
        self.lang: str = request.scope["state"]["lang"]
        self.found = found
        self._names = {
            name: {choice.value: choice.name for choice in choices if choice.name}
            for name, choices in found.facets.items()
        }
        self._names["category"] = {**self._names.get("category", {}), **found.names}
        self._names["attr"] = {c.value: c.name for one in found.attributes for c in one.choices}

    def say(self, key: str, **facts: Any) -> str:
        """A text of the catalogue."""
        return self.words.say(key, self.lang, **facts)

    def chip(self, name: str, value: str) -> str:
        """What a value is called away from its filter: figures say nothing without what they are of."""
        said = self.value(name, value)
        if name not in OF_FIGURES:
            return said
        return self.say("search.chip.of", filter=self.say(f"search.by.{name}"), value=said)

    def value(self, name: str, value: str) -> str:
        """What a value of a filter is called."""
        if name == "province":
            return place_name(value).say(self.lang) or value
        if name == "supplier_kind":
            return self.say(f"supplier.kind.{value}")
        if name == "promise":
            return self.say("search.promise", n=value)
        if name in ("pickup_48", "pickup_24", "score"):
            return self.say(f"search.{'score' if name == 'score' else 'pickup'}.{value}")
        if name == "credit":
            return self.say("search.credit", n=value)
        if name == "invoice":
            return self.say(f"invoice.kind.{value}")
        if name in ("custom", "certificate"):
            return self.say(f"{name}.{value}")
        if name == "has":
            return self.say(f"search.has.{value}")
        if name == "attr" and value not in self._names["attr"]:
            handle, _, key = value.partition(search.APART)
            return search.attribute_value_name(handle, key).say(self.lang)
        named = self._names.get(name, {}).get(value)
        return named.say(self.lang) if named else value


def groups(words: Says, query: Query) -> list[dict[str, Any]]:
    """The filters as a form shows them, each with its values and their counts."""
    found = {
        row.name: _choices(words, query, row.name) for row in FILTERS if row.choice is not Choice.attribute
    }

    def group(by: str, kind: str, options: list[dict[str, Any]]) -> dict[str, Any]:
        return {"name": by, "label": words.say(f"search.by.{by}"), "kind": kind, "options": options}

    shown = [group("category", "one", found["category"]), *_attribute_groups(words, query)]
    shown += [_price_group(words, query), _moq_group(words, query)]
    shown += [
        group(row.name, "many", found[row.name])
        for row in FILTERS
        if row.name in found and row.choice is not Choice.one
    ]
    shown.append(_to_group(words, query))
    return [one for one in shown if one["kind"] in ("price", "place") or one["options"]]


def _choices(words: Says, query: Query, name: str) -> list[dict[str, Any]]:
    counted = {choice.value: choice.count for choice in words.found.facets.get(name, []) if choice.value}
    rows = [*counted.items(), *((value, 0) for value in query[name] if value not in counted)]
    if name in IN_ORDER:
        order = next(row.values for row in FILTERS if row.name == name)
        rows.sort(key=lambda row: order.index(row[0]))
    return [_option(words, query, name, value, count) for value, count in rows]


def _option(words: Says, query: Query, name: str, value: str, count: int) -> dict[str, Any]:
    return {
        "value": value,
        "label": words.value(name, value),
        "count": count,
        "chosen": value in query[name],
    }


def _attribute_groups(words: Says, query: Query) -> list[dict[str, Any]]:
    return [
        {
            "name": "attr",
            "label": one.name.say(words.lang),
            "kind": "many",
            "options": [_option(words, query, "attr", choice.value, choice.count) for choice in one.choices],
        }
        for one in words.found.attributes
    ]


def _price_group(words: Says, query: Query) -> dict[str, Any]:
    return {
        "name": "price",
        "label": words.say("search.by.price"),
        "kind": "price",
        "low": query["price_from"],
        "high": query["price_to"],
        "n": query["n"] or "",
    }


def _moq_group(words: Says, query: Query) -> dict[str, Any]:
    chosen = query["moq_to"]
    options = [
        {"value": n, "label": words.say("search.moq", n=n), "count": None, "chosen": n == chosen}
        for n in sorted({*MOQS, chosen or MOQS[0]})
    ]
    return {"name": "moq_to", "label": words.say("search.by.moq"), "kind": "one", "options": options}


def _to_group(words: Says, query: Query) -> dict[str, Any]:
    """Where goods must go: what the address says; else where the buyer's first address is, of which the address says nothing."""
    to, anywhere = words.found.to, words.say("search.to.any")
    places = dict(province_names(words.lang))
    if query["to"]:
        first = {ANY_REGION: anywhere, query["to"]: place_label(query["to"], words.lang)}
        if query["to"] == ANY_REGION:
            first = {ANY_REGION: anywhere}
    elif to:
        first = {"": words.say("search.to.mine", place=place_label(to, words.lang)), ANY_REGION: anywhere}
    else:
        first = {"": anywhere}
    options = [{"value": code, "label": name} for code, name in {**first, **places}.items()]
    label = words.say("search.by.to")
    return {"name": "to", "label": label, "kind": "place", "chosen": query["to"], "options": options}


def place_label(region: str, lang: str) -> str:
    """What a region is called: a division with its province, or a country's letters."""
    if not region.isdigit():
        return region
    parts = [
        place_name(code).say(lang) for code in dict.fromkeys((f"{region[:2]}0000", f"{region[:4]}00", region))
    ]
    return (" " if lang == "zh" else ", ").join(part for part in parts if part)


def chips(words: Says, path: str, query: Query) -> list[dict[str, str]]:
    """What narrows the results now, each with the address without it."""
    shown = [
        {
            "label": words.chip(row.name, value),
            "href": link(path, query, **{row.name: [one for one in query[row.name] if one != value]}),
        }
        for row in FILTERS
        for value in query[row.name]
    ]
    if query["n"]:
        shown.append({"label": words.say("search.chip.n", n=query["n"]), "href": link(path, query, n=0)})
    if query["price_from"] or query["price_to"]:
        label = words.say("search.chip.price", low=query["price_from"] or "0", high=query["price_to"] or "∞")
        shown.append({"label": label, "href": link(path, query, price_from="", price_to="")})
    if query["moq_to"]:
        shown.append(
            {"label": words.say("search.chip.moq", n=query["moq_to"]), "href": link(path, query, moq_to=0)}
        )
    if query["to"] and query["to"] != ANY_REGION:
        label = words.say("search.chip.to", place=place_label(query["to"], words.lang))
        shown.append({"label": label, "href": link(path, query, to="")})
    return shown


def switches(words: Says, path: str, query: Query) -> list[dict[str, Any]]:
    """The filters that are wanted most, as links that turn them on and off."""
    counted = {name: {c.value: c.count for c in choices} for name, choices in words.found.facets.items()}
    shown = []
    for name, value in QUICK:
        is_on = value in query[name]
        kept = [one for one in query[name] if one != value]
        count = counted.get(name, {}).get(value, 0)
        if is_on or count:
            shown.append(
                {
                    "label": words.value(name, value),
                    "href": link(path, query, **{name: kept if is_on else [*kept, value]}),
                    "on": is_on,
                    "count": count,
                }
            )
    return shown


def to_keep(words: Says, query: Query) -> dict[str, str]:
    """What the form that keeps a search carries: its address, and a name made of it; nothing where nothing is looked for."""
    address = link("", {**query, "sort": "best", "view": "grid"}).lstrip("?")
    labels = [query["q"], *(chip["label"] for chip in chips(words, "", query))]
    return {"keep_address": address, "keep_name": " ".join(part for part in labels if part)[:NAME_MAX]}
