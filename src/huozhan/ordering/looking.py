"""Looking: lists of orders for both sides, one order with all that happened to it, rows for a spreadsheet."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import msgspec

from huozhan import credit, parties, payments, staging
from huozhan.kernel.paging import read_cursor, write_cursor
from huozhan.kernel.refusals import Invalid
from huozhan.kernel.shapes import Bilingual
from huozhan.kernel.work import Work, use_case
from huozhan.ordering import showing
from huozhan.ordering.asks import EXPORT_ROWS_MAX, CountOrders, ExportOrders, ListOrders, OrderRef
from huozhan.ordering.deeds import Beside
from huozhan.ordering.filing import filing_view
from huozhan.ordering.lengthening import longer_view
from huozhan.ordering.order import FINISHED, OrderState, TradeType
from huozhan.ordering.store import discounts, filings, lists, log, orders
from huozhan.ordering.store.lists import Filter, Side
from huozhan.ordering.views import (
    CountsView,
    ExportRow,
    ExportView,
    OrderCard,
    OrderPage,
    OrdersView,
    PictureLine,
)
from huozhan.ordering.waiting import Waiting, who_acts
from huozhan.staging import Stage


@use_case("order.view", writes=False)
async def my_orders(work: Work, ask: ListOrders) -> OrdersView:
    """What the organisation buys, newest first."""
    return await _list(work, ask, "buyer")


@use_case("order.view", writes=False)
async def my_sales(work: Work, ask: ListOrders) -> OrdersView:
    """What the organisation sells, newest first."""
    return await _list(work, ask, "seller")


@use_case("order.view", writes=False)
async def order_counts(work: Work, ask: CountOrders) -> CountsView:
    """How many orders stand in each state."""
    side: Side = "seller" if ask.selling else "buyer"
    return CountsView(
        states=await lists.counts(work, side),
        refunds_open=await lists.refunds_open(work, side),
        at_most=lists.COUNT_MAX,
    )


async def open_orders(work: Work, org_ids: Collection[int]) -> dict[int, int]:
    """How many orders of each of these organisations, bought or sold, have not come to their end."""
    going_on = [state.value for state in OrderState if state not in FINISHED]
    return await lists.open_orders(work, org_ids, going_on)


@use_case("order.view", writes=False)
async def order_page(work: Work, ask: OrderRef) -> OrderPage:
    """One order for one of its two sides: who must act until when, where the money is, what happened."""
    order, row = await orders.read(work, int(ask.order_id))
    story = await log.story(work, order.order_id)
    sealed = parties.SealedReceiver(receiver=row["receiver"], phone=row["phone"], street=row["street"])
    masked = parties.masked(work, sealed, owner=order.order_id)
    takes = await payments.takes_of(work, order.order_id) if story.claims else []
    offs = await discounts.of_order(work, order.order_id) if order.is_promoted else ()
    on_credit = await credit.order_credit(work, order.order_id) if order.credit_minor else None
    longer = await filings.open_longer(work, order.order_id)
    beside = Beside(
        longer=longer_view(longer) if longer else None,
        filings=[filing_view(filing) for filing in await filings.of_order(work, order.order_id)],
    )
    return showing.order_page(work, order, row, story, masked, takes, beside, on_credit, offs)


@use_case("order.view", writes=False)
async def export_orders(work: Work, ask: ExportOrders) -> ExportView:
    """Order lines as rows for a spreadsheet; doors make the file."""
    if ask.from_on and ask.until_on and ask.from_on > ask.until_on:
        raise Invalid(detail="from_on, until_on")
    side: Side = "seller" if ask.selling else "buyer"
    wanted = Filter(side=side, state=ask.state, from_on=ask.from_on, until_on=ask.until_on)
    rows = await lists.export_lines(work, wanted, EXPORT_ROWS_MAX + 1)
    return ExportView(
        rows=[_export_row(row, side) for row in rows[:EXPORT_ROWS_MAX]], is_cut=len(rows) > EXPORT_ROWS_MAX
    )


async def _list(work: Work, ask: ListOrders, side: Side) -> OrdersView:
    wanted = Filter(side=side, state=ask.state, search=ask.search, from_on=ask.from_on, until_on=ask.until_on)
    after = read_cursor(ask.cursor, str, int)
    start = (_moment(str(after[0])), int(after[1])) if after else None
    rows = await lists.page(work, wanted, start, ask.size + 1)
    shown, more = rows[: ask.size], len(rows) > ask.size
    order_ids = [row["order_id"] for row in shown]
    lines: dict[int, list[Any]] = defaultdict(list)
    waiting: dict[int, dict[str, datetime | None]] = defaultdict(dict)
    if order_ids:
        for line in await lists.first_lines(work, order_ids):
            lines[line["order_id"]].append(line)
        for wait in await lists.waiting(work, order_ids):
            waiting[wait["order_id"]][wait["what"]] = wait["until"]
    in_stages = [row["order_id"] for row in shown if row["trade_type"] == TradeType.staged]
    stages = await staging.stages_of_orders(work, in_stages)
    cursor = write_cursor(shown[-1]["placed_at"].isoformat(), shown[-1]["order_id"]) if more else None
    return OrdersView(
        orders=[
            _card(
                row,
                lines[row["order_id"]],
                waiting[row["order_id"]],
                staging.at_hand(stages.get(row["order_id"], ())),
                side,
            )
            for row in shown
        ],
        next_cursor=cursor,
    )


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise Invalid(detail="cursor") from error
    if moment.tzinfo is None:
        raise Invalid(detail="cursor")
    return moment


def _card(
    row: Any, lines: Sequence[Any], waits: dict[str, datetime | None], stage: Stage | None, side: Side
) -> OrderCard:
    other = "seller" if side == "buyer" else "buyer"
    who, until = who_acts(
        Waiting(
            state=OrderState(row["state"]),
            pay_close_at=row["pay_close_at"],
            ship_promise_at=row["ship_promise_at"],
            receive_due_at=row["receive_due_at"],
            is_closing="closing" in waits,
            refund_until=waits.get("refund"),
            stage=stage,
        )
    )
    return OrderCard(
        order_id=str(row["order_id"]),
        number=row["number"],
        state=row["state"],
        counterparty_id=str(row[f"{other}_id"]),
        counterparty=_bilingual(row[f"{other}_name"]),
        placed_at=row["placed_at"],
        goods_minor=row["goods_minor"],
        freight_minor=row["freight_minor"],
        amount_minor=row["goods_minor"] + row["freight_minor"] - row["subsidy_minor"] + row["premium_minor"],
        refunded_minor=row["refunded_minor"] - row["subsidy_back_minor"],
        lines_count=lines[0]["lines"],
        pieces=lines[0]["pieces"],
        pieces_to_ship=lines[0]["pieces_to_ship"],
        lines=[
            PictureLine(
                title=_bilingual(line["title"]),
                options=_bilingual(line["options"]),
                picture=line["picture"],
                quantity=line["quantity"],
                unit=line["unit"],
                price_e4=line["price_e4"],
                offer_id=str(line["offer_id"]),
                category_id=line["category_id"],
            )
            for line in lines
        ],
        who_acts=who,
        until=until,
        is_late=row["is_late"],
        has_refund_open="refund" in waits,
        has_amendment_open="amendment" in waits,
    )


def _export_row(row: Any, side: Side) -> ExportRow:
    return ExportRow(
        number=row["number"],
        state=row["state"],
        placed_at=row["placed_at"],
        paid_at=row["paid_at"],
        counterparty=_bilingual(row["seller_name" if side == "buyer" else "buyer_name"]),
        line_no=row["line_no"],
        title=_bilingual(row["title"]),
        options=_bilingual(row["options"]),
        quantity=row["quantity"],
        unit=row["unit"],
        price_e4=row["price_e4"],
        basis=row["basis"],
        goods_minor=row["goods_minor"],
        freight_minor=row["freight_minor"],
        shipped=row["shipped"],
        received=row["received"],
        refunded=row["refunded"],
        buyer_note=row["buyer_note"] or "",
    )


def _bilingual(text: str) -> Bilingual:
    return msgspec.json.decode(text, type=Bilingual)
