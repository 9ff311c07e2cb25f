"""My orders: by state, searched, paid several at once, exported, ordered again."""

from datetime import date
from decimal import Decimal
from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from huozhan import ordering
from huozhan.doors.hall import Hall
from huozhan.doors.pages import forms, sheets, showing
from huozhan.ordering import OrderState

ORDERS_SHOWN = 20
COLUMNS = (
    "number", "state", "placed", "paid", "supplier", "line", "goods", "variant", "quantity", "unit", "price", "goods_amount",
    "freight", "shipped", "received", "refunded",
)  # fmt: skip

Req = Request[Any, Any, Any]


@get("/orders", include_in_schema=False)
async def orders(request: Req) -> Response[Any]:
    """One page of my orders, newest first."""
    query = _query(request)
    counts = await forms.ask(request, ordering.order_counts)
    listed = await forms.ask(
        request, ordering.my_orders, **query, cursor=request.query_params.get("cursor"), size=ORDERS_SHOWN
    )
    return showing.show(
        request,
        "web/orders.html",
        "orders.title",
        page={"section": "orders"},
        query=query,
        tabs=[
            {
                "state": state,
                "href": showing.address("/orders", **{**query, "state": state}),
                "count": counts.states.get(state, 0) if state else None,
                "current": query["state"] == state,
            }
            for state in ("", *OrderState)
        ],
        listed=listed,
        next=showing.address("/orders", **query, cursor=listed.next_cursor) if listed.next_cursor else "",
        first=showing.address("/orders", **query) if request.query_params.get("cursor") else "",
        export=_export_query(query),
    )


def _query(request: Req) -> dict[str, str]:
    params = request.query_params
    state = params.get("state", "")
    return {
        "state": state if state in set(OrderState) else "",
        "search": params.get("search", "").strip()[:100],
        "from_on": _day(params.get("from_on", "")),
        "until_on": _day(params.get("until_on", "")),
    }


def _export_query(query: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in query.items() if name != "search"}


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return ""


@get("/orders/export.csv", include_in_schema=False)
async def export_csv(request: Req) -> Response[bytes]:
    """My order lines as CSV."""
    shown = await forms.ask(request, ordering.export_orders, **_export_query(_query(request)))
    return sheets.csv_file("orders.csv", _head(request), _rows(request, shown))


@get("/orders/export.xlsx", include_in_schema=False)
async def export_xlsx(request: Req) -> Response[bytes]:
    """My order lines as a workbook."""
    shown = await forms.ask(request, ordering.export_orders, **_export_query(_query(request)))
    return sheets.xlsx_file("orders.xlsx", _head(request), _rows(request, shown))


def _head(request: Req) -> list[str]:
    hall: Hall = request.app.state.hall
    return [hall.words.say(f"orders.column.{column}", request.scope["state"]["lang"]) for column in COLUMNS]


def _rows(request: Req, shown: ordering.views.ExportView) -> list[list[sheets.Cell]]:
    return [_row(request, row) for row in shown.rows]


def _row(request: Req, row: ordering.views.ExportRow) -> list[sheets.Cell]:
    hall: Hall = request.app.state.hall
    lang = request.scope["state"]["lang"]
    return [
        row.number,
        hall.words.say(f"look.state.{row.state}", lang),
        sheets.moment(request, row.placed_at),
        sheets.moment(request, row.paid_at) if row.paid_at else "",
        row.counterparty.say(lang),
        row.line_no,
        row.title.say(lang),
        row.options.say(lang),
        row.quantity,
        hall.words.say(f"unit.{row.unit}", lang),
        Decimal(sheets.unit_price(row.price_e4)),
        Decimal(sheets.amount(row.goods_minor)),
        Decimal(sheets.amount(row.freight_minor)),
        row.shipped,
        row.received,
        row.refunded,
    ]


@post("/orders/{order_id:str}/reorder", include_in_schema=False)
async def reorder(request: Req, order_id: FromPath[str]) -> Response[Any]:
    """Puts the same goods on the list again; what is not sold any more is named."""
    await forms.read_form(request)
    again = await forms.ask(request, ordering.reorder, order_id=order_id)
    if not again.not_sold:
        return forms.see("/cart")
    return showing.show(
        request, "web/reordered.html", "order.can.reorder", page={"section": "cart"}, again=again
    )


ROUTES = [orders, export_csv, export_xlsx, reorder]
