"""The operator's word on what counts for a supplier's service, on record."""

from huozhan import scenes
from huozhan.kernel.work import Work, use_case
from huozhan.operations.audit import note_act


@use_case("market.operate", writes=True)
async def decide_service_appeal(work: Work, ask: scenes.asks.DecideAppeal) -> scenes.views.AppealView:
    """Take an order out of a supplier's figure, or refuse its appeal, and write down who did."""
    decided = await scenes.decide_appeal(work, ask)
    act = "service.accept" if ask.accept else "service.refuse"
    await note_act(work, act, about=ask.order_id, reason=ask.reason, measure=decided.measure)
    return decided
