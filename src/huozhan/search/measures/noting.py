"""Notes a page of results for the log, where a page of results was shown to somebody."""

from collections.abc import Sequence
from typing import Any

from huozhan.kernel.work import Work
from huozhan.search.filters import filters_of
from huozhan.search.index import Hits
from huozhan.search.measures.notebook import NotedSearch, is_known
from huozhan.search.narrowing import Filters
from huozhan.search.ranking.arranging import BY_RANK
from huozhan.search.ranking.standing import ranking_of

RESULT_DOORS = frozenset({"search", "categories", "shops", "api"})
"""Where what is found is shown as results."""


def note_search(
    work: Work,
    ask: Any,
    hits: Hits,
    shown: Sequence[int],
    *,
    is_relaxed: bool = False,
    trial_id: int = 0,
    by_photo: bool = False,
) -> None:
    """Notes what was looked for and shown; shelves that only borrow offers are no results."""
    looked_for = by_photo or ask.q or ask.category or filters_of(ask) != Filters()
    if (
        work.notes is None
        or work.actor.door not in RESULT_DOORS
        or not looked_for
        or not is_known(work.actor)
    ):
        return
    scores = dict(zip(hits.offer_ids, hits.scores, strict=False))
    factors = dict(zip(hits.offer_ids, hits.factors, strict=False))
    marks = dict(zip(hits.offer_ids, hits.marks or BY_RANK * len(hits.offer_ids), strict=False))
    work.notes.add(
        NotedSearch(
            at=work.now,
            actor=work.actor,
            asked=ask,
            total=hits.total,
            is_relaxed=is_relaxed,
            offer_ids=shown,
            scores=[scores[offer_id] for offer_id in shown] if scores else (),
            factors=[factors[offer_id] for offer_id in shown],
            marks="".join(marks[offer_id] for offer_id in shown),
            ranking=ranking_of(work),
            trial_id=trial_id,
            by_photo=by_photo,
        )
    )
