"""Asks the engine for the page that a buyer is to see: by its scores, arranged as the rules of the day say."""

from collections.abc import Sequence

import msgspec

from huozhan.kernel.work import Work
from huozhan.search.index import Hits, OfferIndex
from huozhan.search.measures.counting import day_of
from huozhan.search.measures.notebook import is_known
from huozhan.search.narrowing import Filters
from huozhan.search.ranking.arranging import AS_RANKED, Arrangement, Hit, Trial, page_of, stacked
from huozhan.search.wording import Asked

LIMIT_LEAST = 8
"""Smaller pages only count or suggest: they are the engine's."""


def arrangement_of(work: Work, q: str) -> Arrangement:
    """The rules of the day, and the lot that is drawn for these words today."""
    return Arrangement(
        of_one_shop=work.rule("search.of_one_shop").value,
        first_look_bp=work.rule("search.first_look").value,
        seed=f"{day_of(work)}:{q}",
    )


def arrangement_for(work: Work, q: str) -> Arrangement:
    """The same for whoever looks now: where a trial runs, two rankings choose in turns by a lot of the visitor's own."""
    how = arrangement_of(work, q)
    trial: Trial | None = work.notes.trial if work.notes is not None else None
    if trial is None or not is_known(work.actor):
        return how
    one = work.actor.org_id or work.actor.person_id or work.actor.visitor
    seed = f"{trial.trial_id}:{one}:{q}"
    return msgspec.structs.replace(how, trial=msgspec.structs.replace(trial, seed=seed))


def arranged(
    index: OfferIndex,
    asked: Asked,
    filters: Filters,
    how: Arrangement,
    *,
    page: int,
    limit: int,
    counted: Sequence[str],
) -> Hits:
    """One page of the best hits."""
    if how == AS_RANKED or limit < LIMIT_LEAST:
        return index.search(
            asked, filters, sort="best", offset=(page - 1) * limit, limit=limit, counted=counted
        )
    whole: list[Hits] = []

    def fetch(offset: int, size: int, without: Sequence[int]) -> list[Hit]:
        found = index.search(
            asked,
            filters,
            sort="best",
            offset=offset,
            limit=size,
            counted=() if whole else counted,
            without=without,
        )
        whole.append(found)
        return _hits(found)

    def fetch_new(size: int) -> list[Hit]:
        only_new = msgspec.structs.replace(filters, terms={**filters.terms, "new": ["1"]})
        try:
            return _hits(index.search(asked, only_new, sort="best", offset=0, limit=size, counted=()))
        except ValueError:
            # A build that was made before there were new offers in it, until the next one is ready.
            return []

    shown = page_of(how, fetch, fetch_new, page=page, limit=limit)
    return Hits(
        offer_ids=[hit.offer_id for hit in shown],
        scores=[hit.score for hit in shown],
        factors=[hit.factors for hit in shown],
        shops=[hit.shop for hit in shown],
        goods=[hit.goods for hit in shown],
        marks="".join(hit.mark for hit in shown),
        behind=[hit.behind for hit in shown] if how.is_grouped else [],
        total=whole[0].total,
        facets=whole[0].facets,
        about=whole[0].about,
    )


def put_together(found: Hits, limit: int, earlier: Sequence[int] = ()) -> Hits:
    """One page of any other order with its identical goods as one; the first of them, maybe on an `earlier` page, stands for the others."""
    if not any(found.goods):
        return found
    at = {offer_id: place for place, offer_id in enumerate(found.offer_ids)}
    shops = found.shops or [0] * len(at)
    hits = [
        Hit(offer_id, 0.0, factors, shop, goods)
        for offer_id, factors, shop, goods in zip(
            found.offer_ids, found.factors, shops, found.goods, strict=True
        )
    ]
    cards = stacked(hits, limit, earlier)
    return msgspec.structs.replace(
        found,
        offer_ids=[card.offer_id for card in cards],
        scores=[found.scores[at[card.offer_id]] for card in cards] if found.scores else [],
        factors=[card.factors for card in cards],
        shops=[card.shop for card in cards],
        goods=[card.goods for card in cards],
        behind=[card.behind for card in cards],
    )


def _hits(found: Hits) -> list[Hit]:
    return [
        Hit(*one)
        for one in zip(found.offer_ids, found.scores, found.factors, found.shops, found.goods, strict=True)
    ]
