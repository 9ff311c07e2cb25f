"""Looking at notices: operators see all of them, everybody sees those that are published and not over."""

from collections.abc import Mapping, Sequence
from typing import Any

from huozhan import parties
from huozhan.disruption import store
from huozhan.disruption.asks import DisruptionsFor, ListSuspensions, ShowSuspension
from huozhan.disruption.noticing import suspension_of
from huozhan.disruption.store import Change
from huozhan.disruption.suspension import MOVES, Suspension, SuspensionState
from huozhan.disruption.views import (
    DisruptionsView,
    DisruptionView,
    EndView,
    NoticeMoveView,
    SuspensionView,
)
from huozhan.kernel.paging import Page, read_cursor, write_cursor
from huozhan.kernel.work import Work, use_case

RUNNING_MAX = 500
"""No market has more notices at once; beyond it those that end last are left out."""


async def running(work: Work) -> list[Suspension]:
    """Published notices that are not over."""
    return await store.published_until(work, work.now, RUNNING_MAX)


@use_case("public", writes=False)
async def disruptions(work: Work, ask: DisruptionsFor) -> DisruptionsView:
    """List published notices that are not over; with a place or category, those that hold up such goods."""
    found = await running(work)
    if ask.origin or ask.destination:
        found = [
            one
            for one in found
            if one.hits(ask.origin, ask.destination, [ask.category_id] if ask.category_id else one.categories)
        ]
    return DisruptionsView(items=[_public(work, one) for one in found])


@use_case("market.view", writes=False)
async def suspensions(work: Work, ask: ListSuspensions) -> Page[SuspensionView]:
    """List the notices in every state, the newest first."""
    before = read_cursor(ask.cursor, int)
    found = await store.page(work, int(before[0]) if before else None, ask.size + 1)
    shown = found[: ask.size]
    names = await parties.person_names(work, _people(shown))
    next_cursor = write_cursor(shown[-1].suspension_id) if len(found) > ask.size else None
    return Page([_view(work, one, names) for one in shown], next_cursor)


@use_case("market.view", writes=False)
async def suspension(work: Work, ask: ShowSuspension) -> SuspensionView:
    """Show one notice: whom it hits, who drafted and approved it, and the other end that may wait."""
    one = await suspension_of(work, int(ask.suspension_id))
    change = await store.proposed(work, one.suspension_id)
    moves = await store.moves(work, one.suspension_id)
    people = _people([one]) | {move["person_id"] for move in moves}
    names = await parties.person_names(work, people | ({change.proposed_by} if change else set()))
    return _view(work, one, names, change, moves)


def _people(found: Sequence[Suspension]) -> set[int]:
    return {person for one in found for person in (one.drafted_by, one.approved_by) if person}


def _public(work: Work, one: Suspension) -> DisruptionView:
    assert one.published_at
    return DisruptionView(
        suspension_id=str(one.suspension_id),
        kind=one.kind,
        title=one.title,
        regions=list(one.regions),
        direction=one.direction,
        carriers=list(one.carriers),
        categories=list(one.categories),
        from_at=one.from_at,
        until_at=one.until_at,
        evidence_url=one.evidence_url,
        published_at=one.published_at,
        runs=one.from_at <= work.now < one.until_at,
    )


def _view(
    work: Work,
    one: Suspension,
    names: Mapping[int, str],
    change: Change | None = None,
    moves: Sequence[Any] = (),
) -> SuspensionView:
    return SuspensionView(
        suspension_id=str(one.suspension_id),
        state=one.state,
        kind=one.kind,
        title=one.title,
        regions=list(one.regions),
        direction=one.direction,
        carriers=list(one.carriers),
        categories=list(one.categories),
        from_at=one.from_at,
        until_at=one.until_at,
        evidence_url=one.evidence_url,
        drafted_at=one.drafted_at,
        drafted_by=names.get(one.drafted_by, ""),
        approved_by=names.get(one.approved_by or 0, ""),
        published_at=one.published_at,
        is_mine=one.drafted_by == work.actor.person_id,
        can=_deeds(work, one, change) if work.actor.may("market.operate") else [],
        end=EndView(
            was_until_at=change.was_until_at,
            until_at=change.until_at,
            reason=change.reason,
            proposed_at=change.proposed_at,
            proposed_by=names.get(change.proposed_by, ""),
            is_mine=change.proposed_by == work.actor.person_id,
        )
        if change
        else None,
        moves=[
            NoticeMoveView(
                event=move["event"],
                at=move["moved_at"],
                person=names.get(move["person_id"], ""),
                reason=move["reason"],
            )
            for move in moves
        ],
    )


def _deeds(work: Work, one: Suspension, change: Change | None) -> list[str]:
    """What the table of moves allows this operator now."""
    mine = one.drafted_by == work.actor.person_id
    is_published = one.state is SuspensionState.published
    allowed = {
        "edit": MOVES.allows(one.state, "edit"),
        "approve": MOVES.allows(one.state, "approve") and not mine,
        "publish": MOVES.allows(one.state, "publish"),
        "drop": MOVES.allows(one.state, "drop"),
        "propose": is_published and change is None and one.until_at > work.now,
        "move_end": change is not None and change.proposed_by != work.actor.person_id,
        "keep_end": change is not None,
    }
    return [deed for deed, is_allowed in allowed.items() if is_allowed]
