"""Appealing: a supplier says why an order should not count; an operator takes it out of the figure, or says why not."""

from datetime import date

import msgspec

from huozhan import parties
from huozhan.kernel.ids import human_number
from huozhan.kernel.paging import Page, before_in, read_cursor, write_cursor
from huozhan.kernel.refusals import Invalid, NotFound, Refusal
from huozhan.kernel.shapes import Bilingual
from huozhan.kernel.work import Work, use_case
from huozhan.scenes.appeal import APPEALABLE, MOVES, Appeal
from huozhan.scenes.asks import AppealMark, DecideAppeal, ListAppeals
from huozhan.scenes.days import recount_seller
from huozhan.scenes.facts import AppealDecided
from huozhan.scenes.measure import day_of
from huozhan.scenes.store import appeals as store
from huozhan.scenes.store import marks
from huozhan.scenes.views import AppealToDecide, AppealView


class AppealedBefore(Refusal):
    """About this order and figure an appeal was filed already; there is one answer."""

    code = "scenes.appealed_before"


@use_case("sale.amend", writes=True)
async def appeal_mark(work: Work, ask: AppealMark) -> AppealView:
    """Ask the market to take one order out of a figure, with the reason; each order once for each figure."""
    if ask.measure not in APPEALABLE:
        raise Invalid(field="measure", detail="at `$.measure`: no order can be taken out of it")
    order_id = int(ask.order_id)
    counted_on = await marks.own_day(work, order_id, ask.measure)
    if counted_on is None or counted_on < window_of(work)[0]:
        raise NotFound(order_id=ask.order_id)
    appeal = Appeal(
        order_id=order_id,
        appeal_id=work.new_id(),
        seller_id=work.actor.org_id,
        measure=ask.measure,
        counted_on=counted_on,
        state=MOVES.first,
        reason=ask.reason,
        filed_at=work.now,
        filed_by=work.actor.person_id,
    )
    if not await store.file(work, appeal):
        raise AppealedBefore(number=human_number(order_id))
    return appeal_view(appeal)


@use_case("order.view", writes=False)
async def my_service_appeals(work: Work, ask: ListAppeals) -> Page[AppealView]:
    """List one's own appeals, the newest first."""
    found = await store.own(work, before_in(ask.cursor), ask.size + 1)
    shown = found[: ask.size]
    next_cursor = write_cursor(shown[-1].appeal_id) if len(found) > ask.size else None
    return Page([appeal_view(one) for one in shown], next_cursor)


@use_case("market.view", writes=False)
async def service_appeals(work: Work, ask: ListAppeals) -> Page[AppealToDecide]:
    """List the appeals that wait to be decided, the oldest first."""
    after = read_cursor(ask.cursor, int)
    found = await store.open_page(work, int(after[0]) if after else 0, ask.size + 1)
    shown = found[: ask.size]
    faces = await parties.org_faces(work, {one.seller_id for one in shown})
    return Page(
        [
            AppealToDecide(
                appeal=appeal_view(one),
                seller_id=str(one.seller_id),
                seller=faces[one.seller_id].name if one.seller_id in faces else Bilingual(),
            )
            for one in shown
        ],
        write_cursor(shown[-1].appeal_id) if len(found) > ask.size else None,
    )


async def appeals_waiting(work: Work, limit: int) -> int:
    """How many appeals wait to be decided; counted up to a bound."""
    return await store.open_count(work, limit)


async def decide_appeal(work: Work, ask: DecideAppeal) -> AppealView:
    """Takes an order out of a figure, which is counted again at once, or leaves it; operations calls it on record."""
    appeal = await store.for_update(work, int(ask.order_id), int(ask.appeal_id))
    if appeal is None:
        raise NotFound(appeal_id=ask.appeal_id)
    decided = msgspec.structs.replace(
        appeal,
        state=MOVES.after(appeal.state, "accept" if ask.accept else "refuse"),
        decided_at=work.now,
        decided_by=work.actor.person_id,
        answer=ask.reason,
    )
    await store.decide(work, decided)
    if ask.accept:
        await marks.drop(work, appeal.order_id, appeal.measure)
        await recount_seller(work, appeal.seller_id)
    work.record(
        AppealDecided(
            appeal_id=appeal.appeal_id,
            order_id=appeal.order_id,
            number=human_number(appeal.order_id),
            seller_id=appeal.seller_id,
            accepted=ask.accept,
        )
    )
    return appeal_view(decided)


def window_of(work: Work, *, repurchase: bool = False) -> tuple[date, date]:
    """The days from one to before another of which figures are made today; what happens today counts tomorrow."""
    today = day_of(work.now, work.terms.timezone)
    span = work.rule("service.repurchase" if repurchase else "service.window").span
    return today - span, today


def appeal_view(appeal: Appeal) -> AppealView:
    """An appeal, as its supplier and the operators see it."""
    return AppealView(
        appeal_id=str(appeal.appeal_id),
        order_id=str(appeal.order_id),
        number=human_number(appeal.order_id),
        measure=appeal.measure.value,
        counted_on=appeal.counted_on,
        state=appeal.state.value,
        reason=appeal.reason,
        filed_at=appeal.filed_at,
        answer=appeal.answer,
    )
