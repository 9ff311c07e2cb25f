"""The operator's word on which goods are the same, on record."""

from huozhan import search
from huozhan.kernel.shapes import Done
from huozhan.kernel.work import Work, use_case
from huozhan.operations.audit import note_act


@use_case("market.operate", writes=True)
async def keep_apart(work: Work, ask: search.KeepApart) -> Done:
    """Takes offers out of a group for ever, and writes down who did."""
    await search.keep_apart(work, ask)
    await note_act(work, "same.apart", about=ask.offer_id, reason=ask.reason, apart=ask.apart)
    return Done()


@use_case("market.operate", writes=True)
async def join_same(work: Work, ask: search.JoinSame) -> Done:
    """Puts two offers together as the same goods, and writes down who did."""
    await search.join_same(work, ask)
    await note_act(work, "same.join", about=ask.offer_id, reason=ask.reason, other=ask.other_id)
    return Done()


@use_case("market.operate", writes=True)
async def decide_same_report(work: Work, ask: search.DecideSameReport) -> search.SameReportView:
    """Accepts what a supplier objected to its group, or refuses it, and writes down who did."""
    decided = await search.decide_report(work, ask)
    act = "same.accept" if ask.accept else "same.refuse"
    await note_act(work, act, about=decided.offer_id, reason=ask.reason, report=ask.report_id)
    return decided
