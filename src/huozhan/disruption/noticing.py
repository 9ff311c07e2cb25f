"""Notices are drafted by one operator, approved by another, published, and moved to another end by two again.

These are the deeds themselves; operations calls them and writes down who did them and why.
"""

import msgspec

from huozhan import parties
from huozhan.disruption import store
from huozhan.disruption.asks import DraftSuspension, JudgeEnd, JudgeSuspension, MoveEnd
from huozhan.disruption.facts import SuspensionMoved
from huozhan.disruption.store import Change
from huozhan.disruption.suspension import MOVES, Suspension
from huozhan.kernel.refusals import Invalid, NotFound, Refusal
from huozhan.kernel.shapes import Bilingual
from huozhan.kernel.work import Work


class OwnDraft(Refusal):
    """Who drafted or proposed it may not be the one who approves it."""

    code = "disruption.own_draft"


class EndsTooEarly(Refusal):
    """It cannot end before it begins, nor in the past."""

    code = "disruption.ends_too_early"


class EndProposed(Refusal):
    """Another end waits to be decided already."""

    code = "disruption.end_proposed"


class NoEndProposed(Refusal):
    """No such end waits to be decided."""

    code = "disruption.no_end_proposed"


async def draft_suspension(work: Work, ask: DraftSuspension) -> int:
    """Writes a draft, or writes one anew; tells its id."""
    title = Bilingual(ask.title_zh.strip(), ask.title_en.strip())
    if not title:
        raise Invalid(field="title_zh", detail="required field `title_zh`")
    if ask.until_at <= ask.from_at:
        raise EndsTooEarly(field="until_at")
    await parties.must_be_places(work, [code for code in ask.regions if code.isdigit()])
    suspension_id = int(ask.suspension_id)
    before = await _locked(work, suspension_id) if suspension_id else None
    drafted = Suspension(
        suspension_id=suspension_id or work.new_id(),
        state=MOVES.after(before.state, "edit") if before else MOVES.first,
        kind=ask.kind,
        title=title,
        regions=tuple(dict.fromkeys(ask.regions)),
        direction=ask.direction,
        carriers=tuple(dict.fromkeys(ask.carriers)),
        categories=tuple(dict.fromkeys(ask.categories)),
        from_at=ask.from_at,
        until_at=ask.until_at,
        evidence_url=ask.evidence_url,
        drafted_at=work.now,
        drafted_by=work.actor.person_id,
    )
    if before:
        await store.save(work, drafted, "edit", "")
    else:
        await store.add(work, drafted)
        await store.note(work, drafted, "draft", "")
    return drafted.suspension_id


async def approve_suspension(work: Work, ask: JudgeSuspension) -> Suspension:
    """A second operator says that the notice is right."""
    return await _move(work, ask, "approve")


async def publish_suspension(work: Work, ask: JudgeSuspension) -> Suspension:
    """The notice holds: every clock it hits is set anew after commit."""
    published = await _move(work, ask, "publish")
    work.record(SuspensionMoved(suspension_id=published.suspension_id))
    return published


async def drop_suspension(work: Work, ask: JudgeSuspension) -> Suspension:
    """The notice is not published after all."""
    return await _move(work, ask, "drop")


async def _move(work: Work, ask: JudgeSuspension, event: str) -> Suspension:
    before = await _locked(work, int(ask.suspension_id))
    state = MOVES.after(before.state, event)
    if event == "approve" and before.drafted_by == work.actor.person_id:
        raise OwnDraft
    moved = msgspec.structs.replace(
        before,
        state=state,
        approved_by=work.actor.person_id if event == "approve" else before.approved_by,
        published_at=work.now if event == "publish" else before.published_at,
    )
    await store.save(work, moved, event, ask.reason)
    return moved


async def propose_end(work: Work, ask: MoveEnd) -> Suspension:
    """Proposes that a published notice ends at another moment.

    It may end now at the earliest, because what it stopped until now stays stopped; one that has not begun may end
    where it begins, and then it never held.
    """
    before = await _locked(work, int(ask.suspension_id))
    MOVES.after(before.state, "propose")
    if ask.until_at < max(before.from_at, min(work.now, before.until_at)) or ask.until_at == before.until_at:
        raise EndsTooEarly(field="until_at")
    if await store.proposed(work, before.suspension_id):
        raise EndProposed
    change = Change(
        change_id=work.new_id(),
        was_until_at=before.until_at,
        until_at=ask.until_at,
        reason=ask.reason,
        proposed_at=work.now,
        proposed_by=work.actor.person_id,
    )
    await store.propose(work, before.suspension_id, change)
    await store.note(work, before, "propose", ask.reason)
    return before


async def judge_end(work: Work, ask: JudgeEnd) -> Suspension:
    """A second operator agrees to the other end, or either of them takes it back."""
    before = await _locked(work, int(ask.suspension_id))
    change = await store.proposed(work, before.suspension_id)
    if change is None or change.until_at != ask.until_at:
        raise NoEndProposed
    event = "move_end" if ask.agree else "keep_end"
    state = MOVES.after(before.state, event)
    if not ask.agree:
        await store.decide(work, before.suspension_id, change.change_id, "dropped")
        await store.note(work, before, event, ask.reason)
        return before
    if change.proposed_by == work.actor.person_id:
        raise OwnDraft
    # What was proposed as "at once" may be past by now; the clocks then stood still until this moment.
    until_at = change.until_at
    if until_at < before.until_at and before.from_at < work.now:
        until_at = max(until_at, min(work.now, before.until_at))
    moved = msgspec.structs.replace(before, state=state, until_at=until_at)
    await store.decide(work, before.suspension_id, change.change_id, "applied")
    await store.save(work, moved, event, ask.reason)
    work.record(SuspensionMoved(suspension_id=moved.suspension_id))
    return moved


async def _locked(work: Work, suspension_id: int) -> Suspension:
    found = await store.for_update(work, suspension_id)
    if found is None:
        raise NotFound(suspension_id=str(suspension_id))
    return found


async def suspension_of(work: Work, suspension_id: int) -> Suspension:
    """One notice, for whoever sets the clocks anew."""
    found = await store.read(work, suspension_id)
    if found is None:
        raise NotFound(suspension_id=str(suspension_id))
    return found
