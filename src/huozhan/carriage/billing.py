"""Billing: the carriers' bill of a day beside what we hold for owed, waybill by waybill; what differs a person works off.

Payments judges and keeps what differs, as of any party's file; here is what becomes of each line, and who bears it. A line
is owed once our charge says the same, and a waybill once, however often it is billed.
"""

from collections.abc import Mapping, Sequence
from datetime import date

import msgspec

from huozhan import payments
from huozhan.carriage.asks import BillLineIn, DecideLine, NoteBill
from huozhan.carriage.bill import MOVES, WAITING, BillLine, LineState
from huozhan.carriage.charge import BOOKED, Charge, ChargeState
from huozhan.carriage.charge import MOVES as CHARGE_MOVES
from huozhan.carriage.charging import book_market, book_supplier, give_back
from huozhan.carriage.store import bills, charges
from huozhan.carriage.views import LineDecided
from huozhan.kernel.refusals import NotFound, Refusal
from huozhan.kernel.shapes import Done, Nothing
from huozhan.kernel.work import Work, use_case
from huozhan.payments import DayFile, Ours

SOURCE = "carrier"
KIND = "freight"
RECHECK_MAX = 500


class CannotDecideSo(Refusal):
    """A line of a waybill that we never had, in another money, or owed already, can only be disputed or is not owed; the carrier can
    only take what we say where that is less."""

    code = "carriage.cannot_decide_so"


@use_case("system", writes=True)
async def note_bill(work: Work, ask: NoteBill) -> Done:
    """Compares the carriers' bill of a day with our charges, both ways, and keeps it line by line."""
    await _compare(work, ask.on, ask.lines, is_believed=False, unread=ask.unread)
    return Done()


async def believe_bill_empty(work: Work, ask: payments.asks.BelieveEmpty) -> None:
    """Takes a bill as empty that is: the charges of its day become differences. Called by operations, on record."""
    assert ask.source == SOURCE
    await payments.must_be_doubted(work, ask)
    await _compare(work, ask.on, [], is_believed=True)


async def _compare(
    work: Work, on: date, lines: Sequence[BillLineIn], *, is_believed: bool, unread: Sequence[str] = ()
) -> None:
    known = {
        row["name"]: row
        for row in await charges.by_waybill(work, [(line.carrier_code, line.waybill) for line in lines])
    }
    told = [
        payments.asks.TradeLine(
            kind=KIND,
            currency=line.currency,
            channel_txn=line.bill_txn,
            merchant_ref=f"{line.carrier_code}/{line.waybill}",
            amount_minor=line.amount_minor,
            at=line.at,
        )
        for line in lines
    ]
    judged = await payments.compare_day(
        work,
        DayFile(source=SOURCE, on=on, lines=told, unread=unread),
        ours=_once_each(work, lines, known),
        expected=await charges.picked_up_between(work, *payments.day_bounds(on)),
        is_believed=is_believed,
    )
    if judged:
        pairs = zip(lines, judged, strict=True)
        await bills.add(
            work, [_line(on, nth, line, one.sort, known.get(one.name)) for nth, (line, one) in enumerate(pairs)]
        )  # fmt: skip


def _once_each(work: Work, lines: Sequence[BillLineIn], known: Mapping[str, charges.Row]) -> dict[str, Ours]:
    """Our rows by name; a waybill that was billed before, or stands twice in this bill, is billed by its first line."""
    ours: dict[str, Ours] = {}
    for line in lines:
        name = _name(line)
        if name in known and name not in ours and line.currency == work.terms.currency:
            mine = charges.ours_of(work, known[name])
            ours[name] = msgspec.structs.replace(mine, channel_txn=mine.channel_txn or line.bill_txn)
    return ours


def _name(line: BillLineIn) -> str:
    return f"{KIND}:{line.carrier_code}/{line.waybill}"


def _line(on: date, nth: int, line: BillLineIn, sort: str, mine: charges.Row | None) -> BillLine:
    is_matched = sort == "matched"
    return BillLine(
        on_day=on,
        nth=nth,
        carrier_id=mine["carrier_id"] if mine else 0,
        bill_txn=line.bill_txn,
        order_id=mine["order_id"] if mine else 0,
        waybill_id=mine["waybill_id"] if mine else 0,
        waybill=line.waybill,
        weight_g=line.weight_g,
        amount_minor=line.amount_minor,
        currency=line.currency,
        billed_at=line.at,
        sort=sort,
        state=MOVES.after(MOVES.first, "agree") if is_matched else MOVES.first,
        payable_minor=line.amount_minor if is_matched else 0,
    )


@use_case("system", writes=True)
async def recheck_bills(work: Work, _ask: Nothing) -> Done:
    """Ends what our charges, or a later bill, explain by now: a parcel that was weighed after it was billed, say."""
    for line in await bills.explained(work, RECHECK_MAX):
        await _end(work, line, "agree", line.amount_minor, "")
    rows = await payments.open_differences(work, SOURCE)
    # A line's own difference ends with the line; what no bill has told ends once one does.
    await payments.recheck(work, SOURCE, [row for row in rows if not row["channel_txn"]], {})
    return Done()


async def decide_line(work: Work, ask: DecideLine) -> LineDecided:
    """Decides what becomes of a line that differs. Called by operations, which writes down who it was.

    Accepted, the charge becomes what was billed: the supplier pays the difference, or has it back, or the market bears it.
    """
    line = await bills.lock(work, ask.on, ask.nth)
    if line is None:
        raise NotFound(on=ask.on.isoformat(), nth=ask.nth)
    MOVES.after(line.state, ask.deed)
    payable_minor = 0
    if ask.deed in ("accept", "concede"):
        charge = await charges.lock(work, line.order_id, line.waybill_id)
        if charge is None or line.currency != work.terms.currency or await _is_owed(work, line):
            raise CannotDecideSo(deed=ask.deed, waybill=line.waybill)
        payable_minor = line.amount_minor
        if ask.deed == "accept":
            await _accept(work, charge, line, ask.bearer)
        else:
            payable_minor = _conceded(charge, line)
    state = await _end(work, line, ask.deed, payable_minor, ask.reason)
    return LineDecided(on=ask.on, nth=ask.nth, state=state, payable_minor=payable_minor)


def deeds_of(line: BillLine, charge_state: str, ours_minor: int, *, is_ours_currency: bool) -> list[str]:
    """What a person may do about a line: the refusals above, told before they come."""
    can_agree = line.state in WAITING and line.order_id and is_ours_currency
    deeds = []
    if can_agree:
        deeds.append("accept_supplier")
        if line.amount_minor > ours_minor:
            deeds.append("accept_market")
        if charge_state in BOOKED and ours_minor < line.amount_minor:
            deeds.append("concede")
    return deeds + [deed for deed in ("dispute", "void") if MOVES.allows(line.state, deed)]


async def _is_owed(work: Work, line: BillLine) -> bool:
    return await bills.is_agreed(work, line.order_id, line.waybill_id)


def _conceded(charge: Charge, line: BillLine) -> int:
    if charge.state not in BOOKED or charge.amount_minor >= line.amount_minor:
        raise CannotDecideSo(deed="concede", waybill=line.waybill)
    return charge.amount_minor


async def _accept(work: Work, charge: Charge, line: BillLine, bearer: str) -> None:
    """Makes a charge what was billed; every change of what was taken already is booked."""
    more_minor = line.amount_minor - charge.amount_minor
    by_market = bearer == "market" and more_minor > 0
    key = f"bill:{line.on_day.isoformat()}:{line.nth}"
    after = msgspec.structs.replace(
        charge,
        supplier_minor=charge.supplier_minor + (0 if by_market else more_minor),
        market_minor=charge.market_minor + (more_minor if by_market else 0),
        weight_g=max(line.weight_g, 0),
    )
    was_expected = charge.state not in BOOKED
    if was_expected:
        after = msgspec.structs.replace(
            after,
            state=CHARGE_MOVES.after(charge.state, "accept"),
            picked_up_at=line.billed_at,
            taken_at=work.now,
        )
    await charges.save(work, after)
    if after.state is ChargeState.due or not more_minor:
        return
    if by_market:
        await book_market(work, after, key, more_minor)
    elif more_minor < 0:
        await give_back(work, after, key, -more_minor)
    else:
        kind = "charge" if was_expected else "more"
        await book_supplier(work, after, key, kind, more_minor)


async def _end(work: Work, line: BillLine, event: str, payable_minor: int, reason: str) -> LineState:
    state = MOVES.after(line.state, event)
    await bills.end(work, line, state, payable_minor, reason)
    if state is not LineState.disputed:
        await payments.explain_line(work, SOURCE, line.on_day, line.bill_txn, reason)
    return state
