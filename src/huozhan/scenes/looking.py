"""Looking: how suppliers serve, as everybody may see it."""

from collections.abc import Collection
from datetime import date, timedelta

from huozhan.kernel.shares import lower_bound_bp
from huozhan.kernel.work import Work, use_case
from huozhan.scenes.asks import ServiceOf
from huozhan.scenes.banding import Gate, bands_of, is_selected, standing
from huozhan.scenes.measure import Figures, Measure, count_of, day_of
from huozhan.scenes.scoring import LESS_IS_BETTER, WHOLE_BP
from huozhan.scenes.store import figures as store
from huozhan.scenes.views import Basis, CardFace, RateFace, ServiceFace, TimeFace

A_DAY = timedelta(days=1)
RATES = tuple(m for m in Measure if m not in (Measure.paid, Measure.ended, Measure.refund_time))


@use_case("public", writes=False)
async def shop_service(work: Work, ask: ServiceOf) -> ServiceFace:
    """Tell how a supplier serves: rates with the number they are of, and scores; nothing where it is not measured."""
    seller_id = int(ask.seller_id)
    return (await service_of(work, [seller_id]))[seller_id]


async def cards_of(work: Work, seller_ids: Collection[int]) -> dict[int, CardFace]:
    """What the cards of suppliers' offers say, each of those asked for."""
    found = await store.latest(work, seller_ids, _since(work)) if seller_ids else {}
    return {
        seller_id: CardFace(
            composite_e2=found[seller_id].composite_e2,
            pickup_48=rate(work, found[seller_id], Measure.pickup_48),
        )
        if seller_id in found
        else CardFace()
        for seller_id in seller_ids
    }


async def service_of(work: Work, seller_ids: Collection[int]) -> dict[int, ServiceFace]:
    """How suppliers serve, each of those asked for; what was counted before yesterday is no figure any more."""
    found = await store.latest(work, seller_ids, _since(work)) if seller_ids else {}
    return {
        seller_id: _face(work, found[seller_id])
        if seller_id in found
        else ServiceFace(seller_id=str(seller_id), basis=_basis(work))
        for seller_id in seller_ids
    }


def _since(work: Work) -> date:
    return day_of(work.now, work.terms.timezone) - A_DAY


def _basis(work: Work) -> Basis:
    return Basis(
        days=work.rule("service.window").span.days,
        least=work.rule("service.least").value,
        plain=work.rule("service.plain").value,
    )


def _face(work: Work, row: store.ScoreRow) -> ServiceFace:
    rates = {measure.value: rate(work, row, measure) for measure in RATES}
    return ServiceFace(
        seller_id=str(row.seller_id),
        until_on=row.until_on,
        basis=_basis(work),
        bands=bands_of(row.composite_e2, rates["pickup_48"], rates["pickup_24"]),
        standing=standing(
            row.below_since,
            row.until_on,
            warning=work.rule("service.floor_warning").span,
            cure=work.rule("service.floor_cure").span,
        ),
        is_selected=selected(work, row),
        composite_e2=row.composite_e2,
        consultation_e2=row.consultation_e2,
        logistics_e2=row.logistics_e2,
        after_sale_e2=row.after_sale_e2,
        quality_e2=row.quality_e2,
        dispute_e2=row.dispute_e2,
        refund_time=time_taken(work, row.figures, Measure.refund_time),
        **rates,
    )


def selected(work: Work, row: store.ScoreRow) -> bool:
    """Whether a supplier passes what 严选 asks of its scores."""
    gate = Gate(
        composite_e2=work.rule("service.selected.composite").value,
        pickup_bp=work.rule("service.selected.pickup").value,
        quality_refund_bp=work.rule("service.selected.quality_refund").value,
    )
    return is_selected(
        gate, row.composite_e2, rate(work, row, Measure.pickup_48), rate(work, row, Measure.quality_refund)
    )


def rate(work: Work, row: store.ScoreRow, measure: Measure) -> RateFace:
    """A share as it is shown: nothing of few, of some Wilson's lower bound or what is drawn to the peers (B3.1)."""
    count = count_of(row.figures, measure)
    if count.due < work.rule("service.least").value:
        return RateFace(hit=count.hit, due=count.due)
    if count.due >= work.rule("service.plain").value:
        return RateFace(hit=count.hit, due=count.due, rate_bp=count.hit * WHOLE_BP // count.due)
    if measure in LESS_IS_BETTER:
        drawn_bp = row.drawn.get(measure)
        return RateFace(hit=count.hit, due=count.due, rate_bp=drawn_bp, is_drawn=drawn_bp is not None)
    bound_bp = lower_bound_bp(count.hit, count.due)
    return RateFace(hit=count.hit, due=count.due, rate_bp=bound_bp, is_bound=True)


def time_taken(work: Work, figures: Figures, measure: Measure) -> TimeFace:
    """How long something takes at the mean; nothing of few."""
    count = count_of(figures, measure)
    known = count.due >= work.rule("service.least").value
    return TimeFace(minutes=count.minutes // count.due if known else None, due=count.due)
