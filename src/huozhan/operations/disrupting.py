"""The operator's acts about disruptions: notices of two operators, and filings of single orders; each on record."""

from huozhan import disruption, fulfilment, ordering
from huozhan.kernel.work import Work, use_case
from huozhan.operations.audit import note_act


@use_case("market.operate", writes=True)
async def draft_disruption(
    work: Work, ask: disruption.asks.DraftSuspension
) -> disruption.views.SuspensionView:
    """Draft a notice that a disruption stops clocks; a colleague must approve it before it can be published."""
    for code in ask.carriers:
        fulfilment.find_carrier(code)
    suspension_id = str(await disruption.draft_suspension(work, ask))
    facts = {"from_at": ask.from_at, "until_at": ask.until_at, "regions": list(ask.regions)}
    await note_act(
        work, "disruption.draft", about=suspension_id, reason=ask.title_zh or ask.title_en, **facts
    )
    return await _shown(work, suspension_id)


@use_case("market.view", writes=False)
async def preview_disruption(
    work: Work, ask: disruption.asks.ShowSuspension
) -> ordering.clock_views.HitsView:
    """Count the orders that a notice hits as it stands, before it is published or after."""
    return await fulfilment.count_hit(work, await disruption.suspension_of(work, int(ask.suspension_id)))


@use_case("market.operate", writes=True)
async def approve_disruption(
    work: Work, ask: disruption.asks.JudgeSuspension
) -> disruption.views.SuspensionView:
    """Approve a colleague's draft."""
    await disruption.approve_suspension(work, ask)
    return await _noted(work, "disruption.approve", ask)


@use_case("market.operate", writes=True)
async def publish_disruption(
    work: Work, ask: disruption.asks.JudgeSuspension
) -> disruption.views.SuspensionView:
    """Publish an approved notice: the clocks of every order it hits are set anew."""
    await disruption.publish_suspension(work, ask)
    return await _noted(work, "disruption.publish", ask)


@use_case("market.operate", writes=True)
async def drop_disruption(
    work: Work, ask: disruption.asks.JudgeSuspension
) -> disruption.views.SuspensionView:
    """Drop a notice that was not published yet."""
    await disruption.drop_suspension(work, ask)
    return await _noted(work, "disruption.drop", ask)


@use_case("market.operate", writes=True)
async def propose_disruption_end(work: Work, ask: disruption.asks.MoveEnd) -> disruption.views.SuspensionView:
    """Propose that a published notice ends earlier or later; a colleague must agree."""
    await disruption.propose_end(work, ask)
    return await _noted(work, "disruption.propose_end", ask)


@use_case("market.operate", writes=True)
async def judge_disruption_end(work: Work, ask: disruption.asks.JudgeEnd) -> disruption.views.SuspensionView:
    """Agree to the other end that a colleague proposed, or leave the notice as it is."""
    await disruption.judge_end(work, ask)
    return await _noted(work, "disruption.move_end" if ask.agree else "disruption.keep_end", ask)


@use_case("market.operate", writes=True)
async def decide_filing(work: Work, ask: ordering.asks.DecideFiling) -> ordering.clock_views.FilingView:
    """Grant or reject a seller's filing that one order be exempt."""
    decided = await ordering.decide_filing(work, ask)
    act = "exemption.grant" if ask.grant else "exemption.reject"
    await note_act(work, act, about=ask.order_id, reason=ask.reason, filing_id=ask.filing_id)
    return decided


async def _noted(
    work: Work,
    act: str,
    ask: disruption.asks.JudgeSuspension | disruption.asks.MoveEnd | disruption.asks.JudgeEnd,
) -> disruption.views.SuspensionView:
    facts = (
        {"until_at": ask.until_at}
        if isinstance(ask, disruption.asks.MoveEnd | disruption.asks.JudgeEnd)
        else {}
    )
    await note_act(work, act, about=ask.suspension_id, reason=ask.reason, **facts)
    return await _shown(work, ask.suspension_id)


async def _shown(work: Work, suspension_id: str) -> disruption.views.SuspensionView:
    return await disruption.suspension(work, disruption.asks.ShowSuspension(suspension_id))
