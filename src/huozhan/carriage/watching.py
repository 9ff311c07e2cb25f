"""Watching: the operator's view of carriers: what each is owed (208) and by how far its bills are, what differs, what goes out."""

from collections import defaultdict
from datetime import date

from huozhan import ledger, payments
from huozhan.carriage.asks import ListBillLines
from huozhan.carriage.bill import WAITING, BillLine, LineState
from huozhan.carriage.billing import SOURCE, deeds_of
from huozhan.carriage.store import bills, proof
from huozhan.carriage.store import terms as contracts
from huozhan.carriage.terms import NotCarriedThere, Terms
from huozhan.carriage.views import BillLineView, CarrierDesk, OwedView
from huozhan.kernel.paging import BadCursor, read_cursor, write_cursor
from huozhan.kernel.work import Work, use_case

_LAST = date(9999, 12, 31)


@use_case("market.ledger", writes=False)
async def carrier_desk(work: Work, ask: ListBillLines) -> CarrierDesk:
    """Show what carriers are owed and why, the lines of their bills that wait for a person, and what goes to them."""
    states = sorted(WAITING) if ask.state == "waiting" else list(LineState)
    rows = await bills.page(work, states, _before(ask.cursor), ask.size + 1)
    terms = {(one.carrier_id, one.version): one for _, one in await contracts.versions(work)}
    shown = rows[: ask.size]
    return CarrierDesk(
        owed=await _owed(work),
        lines=[_line_view(work, row, terms) for row in shown],
        next_cursor=write_cursor(shown[-1]["on_day"].toordinal(), shown[-1]["nth"])
        if len(rows) > ask.size
        else None,
        payouts=await payments.carrier_payouts(work),
        unread=await payments.unread_lines(work, SOURCE),
    )


async def bills_waiting(work: Work, limit: int) -> int:
    """How many lines of bills, and payments to carriers, wait for a person, counted up to a bound.

    Lines that nobody can read are counted among the differences, where they end.
    """
    payouts = sum(one.state == "waiting" for one in await payments.carrier_payouts(work))
    return min(await bills.waiting(work, limit) + payouts, limit)


def _before(cursor: str) -> tuple[date, int]:
    keys = read_cursor(cursor, int, int)
    if keys is None:
        return _LAST, 0
    try:
        return date.fromordinal(int(keys[0])), int(keys[1])
    except (ValueError, OverflowError) as error:
        raise BadCursor from error


async def _owed(work: Work) -> list[OwedView]:
    paid = await payments.paid_to_carriers(work)
    payouts = await payments.payouts_by_id(work)
    parts: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for row in await proof.by_state(work):
        part = row["state"] or "unbilled"
        if row["payout_id"]:
            part = "paid" if payouts[row["payout_id"]][0] == "done" else "paying"
        parts[row["carrier_id"]][part] += row["amount_minor"]
    return [
        OwedView(
            carrier_id=str(row["carrier_id"]),
            carrier_code=row["carrier_code"],
            booked_minor=(await ledger.balance(work, ledger.carrier_payable(row["carrier_id"]))).posted_minor,
            payable_minor=parts[row["carrier_id"]]["agreed"],
            paying_minor=parts[row["carrier_id"]]["paying"],
            disputed_minor=parts[row["carrier_id"]]["disputed"],
            open_minor=parts[row["carrier_id"]]["open"],
            unbilled_minor=parts[row["carrier_id"]]["unbilled"],
            paid_minor=paid.get(row["carrier_id"], 0),
        )
        for row in await contracts.contracts(work)
    ]


def _line_view(work: Work, row: bills.Row, terms: dict[tuple[int, int], Terms]) -> BillLineView:
    line = BillLine(
        **{name: row[name] for name in BillLine.__struct_fields__} | {"state": LineState(row["state"])}
    )
    ours_minor = row["ours_minor"] or 0
    by_terms_minor = 0
    known = terms.get((row["carrier_id"], row["terms_version"] or 0))
    if known is not None:
        try:
            by_terms_minor = known.price(row["region_code"]).fee(line.weight_g)
        except NotCarriedThere:
            by_terms_minor = 0
    return BillLineView(
        on=line.on_day,
        nth=line.nth,
        carrier_id=str(line.carrier_id),
        bill_txn=line.bill_txn,
        order_id=str(line.order_id),
        order_number=row["order_number"] or "",
        waybill=line.waybill,
        sort=line.sort,
        state=line.state,
        weight_g=line.weight_g,
        ours_weight_g=row["ours_weight_g"] or 0,
        amount_minor=line.amount_minor,
        ours_minor=ours_minor,
        by_terms_minor=by_terms_minor,
        payable_minor=line.payable_minor,
        reason=line.reason,
        can=deeds_of(
            line,
            row["charge_state"] or "",
            ours_minor,
            is_ours_currency=line.currency == work.terms.currency,
        ),
    )
