"""What a question to an engine is made of. The wording of a search is written down once; a maker says it as its engine takes it.

Each method returns a query of the engine that only the same maker and that engine understand.
"""

from collections.abc import Sequence
from typing import Any, Protocol

import tantivy

from huozhan.search.fields import schema

Made = Any
"""A query as its maker made it."""


class Maker(Protocol):
    """The makings of a query. A score is a number from 0; what is only asked to be there gives none."""

    def everything(self, score: float) -> Made:
        """Every offer, each with this score."""
        ...

    def term(self, field: str, value: str, *, often: bool = False) -> Made:
        """Offers that have the term, scored by how rare it is and how short the field; `often` weighs how often they say it."""
        ...

    def any_of(self, ways: Sequence[Made], at_least: int | None = None) -> Made:
        """Offers that match one of the ways, or so many; scores add up."""
        ...

    def all_of(self, must: Sequence[Made], *, better: Sequence[Made] = (), none: Sequence[Made] = ()) -> Made:
        """Offers that match all that they must and none of what they must not; what is `better` only adds to their score."""
        ...

    def best_of(self, ways: Sequence[Made], others: float = 0.0) -> Made:
        """Offers that match one of the ways: the best score, and this share of the others."""
        ...

    def times(self, query: Made, factor: float) -> Made:
        """The same offers, their scores multiplied."""
        ...

    def flat(self, query: Made, score: float) -> Made:
        """The same offers, each with this score."""
        ...

    def passing(self, query: Made) -> Made:
        """The same offers with no score: a filter."""
        ...

    def within(self, field: str, low: int | None, high: int | None) -> Made:
        """Offers whose number lies within bounds, both included; None is no bound."""
        ...

    def of_keys(self, offer_ids: Sequence[int]) -> Made:
        """These offers."""
        ...


class EmbeddedMaker:
    """Queries of the embedded engine."""

    def everything(self, score: float) -> Made:
        """See `Maker`. Bare, it would be left out beside a filter, and nothing would be left for the weight to multiply."""
        return tantivy.Query.const_score_query(tantivy.Query.all_query(), score)

    def term(self, field: str, value: str, *, often: bool = False) -> Made:
        """See `Maker`."""
        return tantivy.Query.term_query(schema(), field, value, "freq" if often else "basic")

    def any_of(self, ways: Sequence[Made], at_least: int | None = None) -> Made:
        """See `Maker`."""
        should = tantivy.Occur.Should
        return tantivy.Query.boolean_query(
            [(should, way) for way in ways], minimum_number_should_match=at_least
        )

    def all_of(self, must: Sequence[Made], *, better: Sequence[Made] = (), none: Sequence[Made] = ()) -> Made:
        """See `Maker`."""
        occur = tantivy.Occur
        return tantivy.Query.boolean_query(
            [
                *[(occur.Must, one) for one in must],
                *[(occur.Should, one) for one in better],
                *[(occur.MustNot, one) for one in none],
            ]
        )

    def best_of(self, ways: Sequence[Made], others: float = 0.0) -> Made:
        """See `Maker`."""
        return tantivy.Query.disjunction_max_query(ways, others)

    def times(self, query: Made, factor: float) -> Made:
        """See `Maker`."""
        return tantivy.Query.boost_query(query, factor)

    def flat(self, query: Made, score: float) -> Made:
        """See `Maker`."""
        return tantivy.Query.const_score_query(query, score)

    def passing(self, query: Made) -> Made:
        """See `Maker`."""
        return tantivy.Query.const_score_query(query, 0.0)

    def within(self, field: str, low: int | None, high: int | None) -> Made:
        """See `Maker`."""
        return tantivy.Query.range_query(
            schema(), field, tantivy.FieldType.Unsigned, lower_bound=low, upper_bound=high
        )

    def of_keys(self, offer_ids: Sequence[int]) -> Made:
        """See `Maker`."""
        return self.any_of([self.term("key", str(one)) for one in offer_ids])


EMBEDDED = EmbeddedMaker()
