"""Goodwill 主动补偿: a seller gives a buyer something without a case, mostly for an order that left something to wish for."""

from collections.abc import Mapping, Sequence
from typing import Any

from huozhan import ordering, parties, payments
from huozhan.aftersales.asks import GiveGoodwill, ListGoodwill
from huozhan.aftersales.case import SELLER
from huozhan.aftersales.views import GoodwillView
from huozhan.kernel.paging import Page, before_in, write_cursor
from huozhan.kernel.refusals import Invalid, NotFound, Refusal
from huozhan.kernel.shapes import Bilingual
from huozhan.kernel.work import Work, use_case
from huozhan.ordering import OrderState

_NEVER_PAID = frozenset({OrderState.wait_pay, OrderState.closed})


class OrderNeverPaid(Refusal):
    """Goodwill is for an order that was paid or taken on credit: placing one costs nothing, and would move money about."""

    code = "aftersales.order_never_paid"


@use_case("funds.withdraw", writes=True, before=parties.count_second_step)
async def give_goodwill(work: Work, ask: GiveGoodwill) -> GoodwillView:
    """Give a buyer an amount out of what may be withdrawn, into the buyer's wallet, for an order or, where rules allow, without."""
    if (ask.order_id is None) == (ask.buyer_id is None):
        raise Invalid(field="order_id", detail="order_id or buyer_id")
    if ask.amount_minor >= work.rule("withdraw.second_step_from").value:
        await parties.must_have_second_step(work)
    await parties.pass_second_step(work, ask.code)
    if ask.order_id is not None:
        order = await ordering.order_in_case(work, int(ask.order_id), side=SELLER)
        if order.state in _NEVER_PAID:
            raise OrderNeverPaid(number=order.number)
        given = payments.Goodwill(
            buyer_id=order.buyer_id, order_id=order.order_id, order_number=order.number,
            amount_minor=ask.amount_minor, reason=ask.reason,
        )  # fmt: skip
    else:
        buyer_id = int(ask.buyer_id or 0)
        if buyer_id == work.actor.org_id or not await parties.org_faces(work, {buyer_id}):
            raise NotFound(org_id=str(buyer_id))
        given = payments.Goodwill(buyer_id=buyer_id, amount_minor=ask.amount_minor, reason=ask.reason)
    return (await _views(work, [await payments.give_goodwill(work, given)], selling=True))[0]


@use_case("funds.view", writes=False)
async def goodwill_given(work: Work, ask: ListGoodwill) -> Page[GoodwillView]:
    """List what the organisation gave as a seller, or was given as a buyer, newest first."""
    rows = await payments.goodwill_page(work, before_in(ask.cursor), ask.size + 1, selling=ask.selling)
    shown = rows[: ask.size]
    cursor = write_cursor(shown[-1]["goodwill_id"]) if len(rows) > ask.size else None
    return Page(await _views(work, shown, selling=ask.selling), cursor)


async def _views(work: Work, rows: Sequence[Mapping[str, Any]], *, selling: bool) -> list[GoodwillView]:
    other = "buyer_id" if selling else "seller_id"
    faces = await parties.org_faces(work, {row[other] for row in rows})
    nobody = Bilingual("", "")
    return [
        GoodwillView(
            goodwill_id=str(row["goodwill_id"]),
            order_id=str(row["order_id"]) if row["order_id"] else None,
            order_number=row["order_number"],
            counterparty=faces[row[other]].name if row[other] in faces else nobody,
            amount_minor=row["amount_minor"],
            reason=row["reason"],
            given_at=row["given_at"],
        )
        for row in rows
    ]
