"""订单: the seller's orders by state, searched, paged, exported."""

from typing import Any

from litestar import Response, get

from huozhan import ordering
from huozhan.doors.desk.frame import Req, show
from huozhan.doors.hall import Hall
from huozhan.doors.pages import forms, sheets, showing

STATES = ("wait_pay", "wait_send", "part_sent", "wait_receive", "success", "closed", "terminated")
_FILTERS = ("state", "search", "from_on", "until_on")
_COLUMNS = (
    "number", "state", "placed_at", "paid_at", "counterparty", "line_no", "title", "options", "quantity", "unit",
    "price", "goods", "freight", "shipped", "received", "refunded",
)  # fmt: skip


@get("/desk/orders", include_in_schema=False)
async def orders(request: Req) -> Response[Any]:
    """One page of orders, newest first."""
    wanted = {name: request.query_params.get(name, "").strip() for name in _FILTERS}
    found = await forms.ask(
        request, ordering.my_sales, cursor=request.query_params.get("cursor", ""), **wanted
    )
    counts = await forms.ask(request, ordering.order_counts, selling=True)

    def at(**changes: Any) -> str:
        return showing.address("/desk/orders", **{**wanted, **changes})

    return await show(
        request,
        "orders",
        "look.nav.orders",
        "orders",
        wanted=wanted,
        orders=found.orders,
        counts=counts,
        states=[{"state": state, "href": at(state=state)} for state in STATES],
        all_href=at(state=""),
        next_href=at(cursor=found.next_cursor) if found.next_cursor else "",
        first_href=at() if request.query_params.get("cursor") else "",
        export_href=showing.address("/desk/orders/export", **{**wanted, "search": ""}),
    )


@get("/desk/orders/export", include_in_schema=False)
async def export(request: Req) -> Response[Any]:
    """The lines of these orders as a spreadsheet."""
    hall: Hall = request.app.state.hall
    lang = request.scope["state"]["lang"]
    wanted = {name: request.query_params.get(name, "") for name in ("state", "from_on", "until_on")}
    found = await forms.ask(request, ordering.export_orders, selling=True, **wanted)
    head = [hall.words.say(f"desk.export.{column}", lang) for column in _COLUMNS]
    return sheets.csv_file("orders.csv", head, [_row(request, row, lang) for row in found.rows])


def _row(request: Req, row: Any, lang: str) -> list[Any]:
    hall: Hall = request.app.state.hall
    return [
        row.number, hall.words.say(f"look.state.{row.state}", lang), sheets.moment(request, row.placed_at),
        sheets.moment(request, row.paid_at), row.counterparty.say(lang), row.line_no, row.title.say(lang),
        row.options.say(lang), row.quantity, hall.words.say(f"unit.{row.unit}", lang), sheets.unit_price(row.price_e4),
        sheets.amount(row.goods_minor), sheets.amount(row.freight_minor), row.shipped, row.received, row.refunded,
    ]  # fmt: skip


ROUTES = [orders, export]
