"""批量发货: many waybills at once, pasted or from a file, and paper to pick and pack by."""

import csv
import io
import re
from typing import Any

from litestar import Response, get, post

from huozhan import fulfilment, ordering
from huozhan.doors.desk.frame import Req, actor_of, show
from huozhan.doors.hall import Hall
from huozhan.doors.pages import forms, sheets, showing
from huozhan.doors.pages.forms import KEY_FIELD, Form
from huozhan.kernel.refusals import Refusal, Sort

FILE_BYTES_MAX = 1_000_000
ROW_FIELDS = ("number", "carrier_code", "waybill")
_HEADS = {"number", "order number", "order", "订单号", "订单编号"}


class NoRows(Refusal):
    """Nothing in the paste or the file looks like a row of a waybill list."""

    code = "desk.no_rows"
    sort = Sort.invalid


class TooManyRows(Refusal):
    """A batch holds only so many rows."""

    code = "desk.too_many_rows"
    sort = Sort.invalid


class NotText(Refusal):
    """The file is not a text in UTF-8 or GB 18030."""

    code = "desk.not_text"
    sort = Sort.invalid


@get("/desk/shipping", include_in_schema=False)
async def shipping(request: Req) -> Response[Any]:
    """Orders that wait for a waybill."""
    actor_of(request).must("sale.ship")
    return await _page(request)


async def _page(request: Req, **more: Any) -> Response[Any]:
    waiting: list[Any] = []
    for state in ("wait_send", "part_sent"):
        waiting += (await forms.ask(request, ordering.my_sales, state=state, size=100)).orders
    carriers = await forms.ask(request, fulfilment.carriers)
    waiting.sort(key=lambda card: (card.until is None, card.until))
    context = {"report": None, "row_count": 0, **more}
    return await show(
        request,
        "shipping",
        "look.desk.shipping",
        "shipping",
        waiting=waiting,
        carriers=carriers.carriers,
        **context,
    )


@post("/desk/shipping", include_in_schema=False)
async def ship_many(request: Req) -> Response[Any]:
    """Sends a batch: good rows go through, bad rows come back with the reason."""
    form = await forms.read_form(request)
    try:
        rows = read_rows(await _text(form))
        report = await forms.ask(request, fulfilment.ship_many, key=form.get(KEY_FIELD), rows=rows)
    except Refusal as refusal:
        return await _page(request, refused=refusal, typed=form.values)
    bad = [
        {
            "row_no": row.row_no,
            "number": row.number,
            "typed": "\t".join(rows[row.row_no - 1].values()),
            "why": _why(request, row.code, row.facts),
        }
        for row in report.bad
    ]
    left = "\n".join(str(row["typed"]) for row in bad)
    return await _page(request, report=report, bad=bad, typed={"rows": left}, row_count=len(rows))


def _why(request: Req, code: str, facts: dict[str, str]) -> str:
    hall: Hall = request.app.state.hall
    return hall.words.say(f"refusal.{code}", request.scope["state"]["lang"], **facts)


async def _text(form: Form) -> str:
    files = form.files.get("file", [])
    raw = await files[0].read() if files else b""
    if not raw:
        return form.values.get("rows", "")
    if len(raw) > FILE_BYTES_MAX:
        raise TooManyRows(most=fulfilment.asks.SHIP_ROWS_MAX)
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise NotText(field="file")


def read_rows(text: str) -> list[dict[str, str]]:
    """Order number, carrier, waybill: by tab, comma, semicolon or blanks; a heading row is passed over."""
    rows = []
    for line in io.StringIO(text.strip()):
        cells = _cells(line.strip())
        if len(cells) < len(ROW_FIELDS) or cells[0].casefold() in _HEADS:
            if not cells or cells[0].casefold() in _HEADS:
                continue
            cells += [""] * (len(ROW_FIELDS) - len(cells))
        rows.append(dict(zip(ROW_FIELDS, (cells[0][:40], cells[1][:40], cells[2][:60]), strict=True)))
    if not rows:
        raise NoRows(field="rows")
    if len(rows) > fulfilment.asks.SHIP_ROWS_MAX:
        raise TooManyRows(field="rows", most=fulfilment.asks.SHIP_ROWS_MAX)
    return rows


def _cells(line: str) -> list[str]:
    if not line:
        return []
    if "\t" in line:
        cells = line.split("\t")
    elif re.search(r"[,，;；]", line):
        cells = next(csv.reader([line.replace("，", ",").replace("；", ",").replace(";", ",")]))
    else:
        cells = line.split()
    return [cell.strip().lstrip("'") for cell in cells]


@get("/desk/shipping/template", include_in_schema=False)
async def template(request: Req) -> Response[Any]:
    """A waybill list to fill in, with the orders that wait."""
    hall: Hall = request.app.state.hall
    lang = request.scope["state"]["lang"]
    head = [hall.words.say(f"desk.ship_row.{field}", lang) for field in ROW_FIELDS]
    waiting = await forms.ask(request, ordering.my_sales, state="wait_send", size=100)
    return sheets.csv_file("waybills.csv", head, [[card.number, "", ""] for card in waiting.orders])


@post("/desk/shipping/paper", include_in_schema=False)
async def paper(request: Req) -> Response[Any]:
    """Pick list or waybill list of the chosen orders, for printing; reading receivers in plain is on record."""
    form = await forms.read_form(request)
    chosen = form.lists.get("order_id", [])[: fulfilment.asks.LABEL_ORDERS_MAX]
    try:
        if not chosen:
            raise NothingChosen(field="order_id")
        found = await forms.ask(request, fulfilment.labels, order_ids=chosen)
    except Refusal as refusal:
        return await _page(request, refused=refusal, typed=form.values)
    kind = "waybills" if form.get("paper") == "waybills" else "pick"
    hall: Hall = request.app.state.hall
    return showing.show(
        request, f"desk/paper_{kind}.html", f"desk.paper.{kind}", labels=found.labels, at=hall.clock.now(),
        shelves=_shelves(found.labels),
    )  # fmt: skip


class NothingChosen(Refusal):
    """No order was ticked."""

    code = "desk.nothing_chosen"
    sort = Sort.invalid


def _shelves(labels: list[Any]) -> list[dict[str, Any]]:
    """All goods to fetch, each kind once, with the orders that want it."""
    kinds: dict[tuple[str, str], dict[str, Any]] = {}
    for label in labels:
        for line in label.lines:
            kind = kinds.setdefault(
                (line.title.zh + line.title.en, line.options.zh + line.options.en),
                {"line": line, "quantity": 0, "orders": []},
            )
            kind["quantity"] += line.quantity
            kind["orders"].append({"number": label.number, "quantity": line.quantity})
    return [kinds[key] for key in sorted(kinds)]


ROUTES = [shipping, ship_many, template, paper]
