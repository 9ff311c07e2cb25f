"""Filters 筛选, one row each: what it is called, how its values are chosen, which field of the index holds them.

A new filter is a row here, a field of `FindOffers` (unless it is a mark), what the document holds for it, and its words:
`search.by.<name>`, and `search.mark.<value>` or `search.<name>.<value>` where its values are ours.
"""

from bisect import bisect_right
from collections.abc import Collection, Iterable, Mapping, Sequence
from enum import StrEnum
from functools import cache
from typing import Any

import msgspec

from huozhan import catalogue, certificates, scenes
from huozhan.catalogue import APART, HOME, QUANTITIES, IndexCard
from huozhan.kernel.refusals import Refusal, Sort
from huozhan.kernel.shapes import Bilingual, View
from huozhan.parties import OrgFace
from huozhan.scenes import BANDS
from huozhan.search.narrowing import PART, Filters

ANY_REGION = "any"
VALUES_SHOWN = 40
FEW_VALUES = 4
ATTRIBUTES_SHOWN = 8
"""Attributes that most of the found goods name come first; no more of them are shown."""


class Choice(StrEnum):
    """How the values of a filter are chosen."""

    one = "one"
    """One of the values."""
    many = "many"
    """Any of the values."""
    every = "every"
    """All of the values."""
    attribute = "attribute"
    """Any of the values of each attribute, written `handle:value`."""


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """One filter whose values are counted."""

    name: str
    """In `FindOffers`, in an address and in the facets of the answer."""
    choice: Choice
    field: str
    """The field of the index that is filtered by."""
    counted: str = ""
    """The field that is counted, where it is another."""
    values: tuple[str, ...] = ()
    """All values there are; empty where they come from goods and sellers."""

    @property
    def facet(self) -> str:
        """The field that is counted."""
        return self.counted or self.field

    def knows(self, value: str) -> bool:
        """Whether such a value can exist; one that no offer has may."""
        if self.choice is Choice.attribute:
            handle, apart, key = value.partition(APART)
            return bool(apart and key) and key.isprintable() and catalogue.is_attribute(handle)
        return value in self.values if self.values else bool(value) and value.isprintable()


MARKS = (
    "mixed", "sample", "one_piece", "dropship", "single", "free_shipping", "pay_later", "no_reason", "fast_refund", "freight_insurance", "verified", "selected",
)  # fmt: skip
"""What an offer, its freight, its shop or its supplier has or has not."""

CREDIT_DAYS = (7, 30, 60, 90)
"""Who grants credit for longer is found by the shorter terms too."""

FILTERS = (
    Filter(name="category", choice=Choice.one, field="within", counted="category"),
    Filter(name="has", choice=Choice.every, field="marks", values=MARKS),
    Filter(
        name="province", choice=Choice.many, field="province", values=tuple(f"{start}0000" for start in HOME)
    ),
    Filter(name="belt", choice=Choice.many, field="belt"),
    Filter(name="supplier_kind", choice=Choice.many, field="supplier_kind", values=("factory", "trader")),
    Filter(name="promise", choice=Choice.many, field="promise", values=("24", "48", "72")),
    Filter(name="pickup_48", choice=Choice.many, field="pickup_48", values=BANDS["pickup"]),
    Filter(name="pickup_24", choice=Choice.many, field="pickup_24", values=BANDS["pickup"]),
    Filter(name="score", choice=Choice.many, field="score", values=BANDS["composite"]),
    Filter(name="custom", choice=Choice.many, field="custom", values=tuple(catalogue.CustomKind)),
    Filter(
        name="certificate",
        choice=Choice.many,
        field="certificate",
        values=tuple(certificates.CertificateKind),
    ),
    Filter(name="invoice", choice=Choice.many, field="invoice", values=("ordinary", "special")),
    Filter(name="credit", choice=Choice.many, field="credit", values=tuple(map(str, CREDIT_DAYS))),
    Filter(name="attr", choice=Choice.attribute, field="attribute"),
)
BY_NAME: Mapping[str, Filter] = {row.name: row for row in FILTERS}
FACETS = tuple(row.name for row in FILTERS if row.choice is not Choice.attribute)
"""What is counted unless the caller says otherwise; attributes are, once it is clear what is looked for."""
COUNTABLE = frozenset({*FACETS, "vertical"})


class FacetChoice(View, frozen=True, kw_only=True):
    """One value of a facet with the number of offers that have it."""

    value: str
    count: int
    name: Bilingual = Bilingual()


class AttributeFacet(View, frozen=True, kw_only=True):
    """An attribute that the found goods name, with their values as `attr` takes them."""

    handle: str
    name: Bilingual
    choices: list[FacetChoice]


class FilterValueUnknown(Refusal):
    """There is no such value of this filter."""

    code = "search.filter_value_unknown"
    sort = Sort.invalid


def must_be_known(chosen: Mapping[str, Sequence[str]]) -> None:
    """Refuses values that no filter has."""
    for name, values in chosen.items():
        for value in values:
            if not BY_NAME[name].knows(value):
                raise FilterValueUnknown(filter=name, value=value)


def filter_terms(
    card: IndexCard,
    face: OrgFace | None,
    service: scenes.views.ServiceFace | None = None,
    certified: Sequence[str] = (),
) -> dict[str, Sequence[str]]:
    """What the index holds of an offer for filters beyond its category, place and promise."""
    bands = service.bands if service else scenes.views.Bands()
    is_selected = service is not None and service.is_selected
    return {
        "pickup_48": _and_below(bands.pickup_48),
        "pickup_24": _and_below(bands.pickup_24),
        "score": [bands.composite] if bands.composite else [],
        "belt": [face.belt.zh or face.belt.en] if face and face.belt else [],
        "marks": _marks(
            frozenset(card.services),
            mixed=card.mixes,
            sample=card.has_sample,
            one_piece=card.moq == 1 and card.lot == 1,
            dropship=card.dropship,
            single=card.lot == 1,
            free_shipping=card.ships_free,
            pay_later=card.takes_lent,
            verified=face is not None and face.verified,
            selected=is_selected,
        ),
        "custom": card.custom,
        "certificate": certified,
        "invoice": card.invoices,
        "credit": [str(days) for days in CREDIT_DAYS if days <= card.credit_days],
        "attribute": [f"{handle}{APART}{key}" for handle, key in card.values],
        "reach": card.reach,
    }


def _and_below(band: str) -> list[str]:
    """The bands of a pick-up rate that a supplier is found by: who keeps 99 % keeps 95 % too; none of too few orders."""
    return ["99", "95"] if band == "99" else [band] if band else []


@cache
def _marks(services: Collection[str], **has: bool) -> tuple[str, ...]:
    """The marks in their order; there are some hundreds of combinations."""
    return tuple(mark for mark in MARKS if mark in services or has.get(mark))


def filter_numbers(card: IndexCard) -> dict[str, int]:
    """The lowest unit price at each quantity that the index knows."""
    prices = card.prices_e4 or (card.price_low_e4,) * len(QUANTITIES)
    return {f"price_at_{quantity}": price for quantity, price in zip(QUANTITIES, prices, strict=True)}


def field_of(name: str) -> str:
    """The field whose terms are counted for a facet."""
    return BY_NAME[name].facet if name in BY_NAME else name


def fields_of(names: Iterable[str]) -> list[str]:
    """The same, for several facets."""
    return [field_of(name) for name in names]


def filters_of(ask: Any) -> Filters:
    """What the index must hold of every offer that an ask wants."""
    terms: dict[str, Sequence[str]] = {"seller": [ask.seller_id]} if ask.seller_id else {}
    every: dict[str, Sequence[str]] = {}
    for name, values in chosen_in(ask).items():
        row = BY_NAME[name]
        if row.choice is Choice.attribute:
            for value in values:
                part = f"{row.field}{PART}{value.partition(APART)[0]}"
                terms[part] = [*terms.get(part, ()), value]
        else:
            (every if row.choice is Choice.every else terms)[row.field] = values
    region = "" if ask.to in (None, ANY_REGION) else ask.to
    some, none = catalogue.wanted_terms(region) if region else ((), ())
    if some:
        terms["reach"] = some
    ranges = price_ranges(ask.price_from_e4, ask.price_to_e4, ask.n)
    minima = [n for n in (ask.moq_to, ask.n) if n]
    if minima:
        ranges["moq"] = (None, min(minima))
    return Filters(terms=terms, every=every, none={"reach": none} if none else {}, ranges=ranges)


def sort_of(ask: Any) -> str:
    """The order of an ask as the index knows it: prices are compared at the quantity known that comes next below."""
    if ask.n and ask.sort in ("price_up", "price_down"):
        return f"{ask.sort}_{QUANTITIES[bisect_right(QUANTITIES, ask.n) - 1]}"
    return str(ask.sort)


def price_ranges(
    low_e4: int | None, high_e4: int | None, quantity: int | None
) -> dict[str, tuple[int | None, int | None]]:
    """Bounds of the index that only goods within the asked prices pass.

    Prices fall with the quantity. Between two quantities that the index knows, the price is not above that of the lower
    one and not below that of the higher one: a few goods whose price lies between may be missed, none is shown wrongly.
    """
    if low_e4 is None and high_e4 is None:
        return {}
    if quantity is None:
        return {"price_low": (low_e4, high_e4)}
    at = bisect_right(QUANTITIES, quantity) - 1
    below = f"price_at_{QUANTITIES[at]}"
    if QUANTITIES[at] == quantity:
        return {below: (low_e4, high_e4)}
    above = f"price_at_{QUANTITIES[at + 1]}" if at + 1 < len(QUANTITIES) else "price_low"
    bounds: dict[str, tuple[int | None, int | None]] = {}
    if high_e4 is not None:
        bounds[below] = (None, high_e4)
    if low_e4 is not None:
        bounds[above] = (low_e4, None)
    return bounds


def chosen_in(ask: Any) -> dict[str, Sequence[str]]:
    """The values of each filter that an ask has."""
    return {row.name: getattr(ask, row.name) for row in FILTERS if getattr(ask, row.name)}


def _is_shared(values: int, offers: int) -> bool:
    """Whether values are said by several offers each; a model number, which each has of its own, is nothing to choose by."""
    return values <= FEW_VALUES or 2 * offers >= 3 * values


def attribute_facets(counts: Mapping[str, int], chosen: Sequence[str]) -> list[AttributeFacet]:
    """Counted terms as attributes with their values: those that are filtered by, then what most goods name."""
    said: dict[str, list[tuple[str, int]]] = {}
    for term, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])):
        said.setdefault(term.partition(APART)[0], []).append((term, count))
    offers = {handle: sum(count for _, count in values) for handle, values in said.items()}
    first = {value.partition(APART)[0] for value in chosen}
    ranked = sorted(
        (
            handle
            for handle, values in said.items()
            if handle in first or _is_shared(len(values), offers[handle])
        ),
        key=lambda handle: (handle not in first, -offers[handle], handle),
    )
    # Values are named last: of the many that are counted a page shows a part.
    return [
        AttributeFacet(
            handle=handle,
            name=catalogue.attribute_name(handle),
            choices=[_value_choice(term, count) for term, count in said[handle][:VALUES_SHOWN]],
        )
        for handle in ranked[:ATTRIBUTES_SHOWN]
    ]


def _value_choice(term: str, count: int) -> FacetChoice:
    handle, _, key = term.partition(APART)
    return FacetChoice(value=term, count=count, name=catalogue.value_name(handle, key))
