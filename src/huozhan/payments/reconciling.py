"""Reconciling: the files of a day are waited for, the channel's compared with our rows, and a settlement is booked (E2).

A file is read once; one that comes empty although we hold something for done on its day is not believed: it is asked for
again, and after a while a person says what it is. What it has more or less than our rows explain goes to the day's suspense
account (E18) until the difference ends; so the party's account is explained to the last unit at any time.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from huozhan import ledger
from huozhan.kernel.money import share_bp
from huozhan.kernel.refusals import NotFound
from huozhan.kernel.shapes import Done, Nothing
from huozhan.kernel.work import Work, use_case
from huozhan.ledger import write_entry
from huozhan.payments import matching
from huozhan.payments.asks import BelieveEmpty, NoteBankDay, NoteFile, Reconcile, ReconcileDue, TradeLine
from huozhan.payments.bank_closing import compare_bank_day, recheck_bank
from huozhan.payments.comparing import DayFile, compare_day, open_differences, recheck
from huozhan.payments.days import AHEAD, TRADING_DAYS, day_bounds
from huozhan.payments.differing import FILES_OF_FUNDERS, PARTY_OF
from huozhan.payments.matching import Judged, Sort
from huozhan.payments.message import reference
from huozhan.payments.ports import BANK_ID, CHANNEL_ID
from huozhan.payments.store import awaited, settlements
from huozhan.payments.store import reconciliation as store
from huozhan.payments.views import Swept

FILES_AFTER = "reconcile.files_after"
CHANNEL_FEE = "channel.fee"
ASK_AGAIN = "reconcile.ask_again"
FILES_AT_ONCE = 21
"""How many files are asked for in one round."""
MORE_FILES_JOB = "payments.more_files"
"""Asks for the next ones once its turn among the jobs has come, so that a long gap is caught up with and nothing waits behind it."""
_JOBS = {
    "trades": "payments.trades",
    "settlement": "payments.settlement",
    "bank": "payments.bank_day",
    "lender": "finance.loan_file",
    "lender_settlement": "finance.settlement_file",
    "funder": "finance.advance_file",
    "funder_settlement": "finance.funder_settlement_file",
    "carrier": "carriage.bill",
    "insurer": "insurance.deed_file",
    "insurer_settlement": "insurance.settlement_file",
}
_DAYS_LATER = {"settlement": 1, "lender_settlement": 1, "funder_settlement": 1, "insurer_settlement": 1}
"""How many days after a trade a file tells of it, where not on its own day."""
_KINDS = ("payment", "refund")


@use_case("market.ledger", writes=True)
async def reconcile(work: Work, ask: Reconcile) -> Done:
    """Has the parties' files of a day fetched and compared; a file that was read stays as it is."""
    for source in _JOBS:
        _fetch(work, source, ask.on)
    return Done()


@use_case("system", writes=True)
async def reconcile_due(work: Work, ask: ReconcileDue) -> Swept:
    """Waits for the files of every day that the parties have by now and we have not read, and leaves jobs for some of them.

    Where more are due, one more job asks for the next. Whatever became of a day's job, its file is asked for again until it
    was read.
    """
    opened_at = await awaited.first_payment_at(work)
    if opened_at is None:
        return Swept(asked=0)
    after = work.rule(FILES_AFTER).span
    first = opened_at.astimezone(TRADING_DAYS).date()
    last = (work.now - after).astimezone(TRADING_DAYS).date() - timedelta(days=1)
    for source in ask.sources:
        later = timedelta(days=_DAYS_LATER.get(source, 0))
        # A day's file is there on the morning after it, a settlement on the day on which it was paid out.
        due_after = timedelta(days=1) - later + after - AHEAD
        await awaited.expect(work, PARTY_OF[source], source, first + later, last + later, due_after=due_after)
    due = await awaited.take_turns(work, work.now - work.rule(ASK_AGAIN).span, FILES_AT_ONCE)
    for due_source, on in due:
        _fetch(work, due_source, on)
    if len(due) == FILES_AT_ONCE:
        work.enqueue(MORE_FILES_JOB, {}, dedupe_key=MORE_FILES_JOB)
    return Swept(asked=len(due))


def _fetch(work: Work, source: str, on: date) -> None:
    work.enqueue(_JOBS[source], {"on": on.isoformat()}, dedupe_key=f"payments.{source}:{on}")


@use_case("system", writes=True)
async def note_trades(work: Work, ask: NoteFile) -> Done:
    """Compares a day's trades with our rows, both ways; yesterday's near midnight are looked for once more."""
    await _compare_trades(work, ask, is_believed=False)
    return Done()


async def _compare_trades(work: Work, ask: NoteFile, *, is_believed: bool) -> None:
    if await store.is_noted(work, CHANNEL_ID, ask.on, "trades"):
        return
    lines = [line for line in ask.lines if line.kind in _KINDS]
    start, end = day_bounds(ask.on)
    judged = await compare_day(
        work,
        DayFile(source="trades", on=ask.on, lines=lines, merchant=ask.merchant, unread=ask.unread),
        ours=await store.ours(
            work, _payments_in(lines), _refunds_in(lines), [line.channel_txn for line in lines]
        ),
        expected=await store.done_between(work, CHANNEL_ID, start, end),
        is_believed=is_believed,
    )
    _ask_about(work, lines, judged or [])


def _ask_about(work: Work, lines: Sequence[TradeLine], judged: Sequence[Judged]) -> None:
    """The channel is asked about what it did and we have not heard of: its answer is worked like any other."""
    for line, one in zip(lines, judged, strict=bool(judged)):
        # A refund that none of our rows knows has nothing to be asked under.
        asked = {Sort.state_differs} if line.kind == "refund" else {Sort.state_differs, Sort.only_channel}
        if one.sort in asked:
            what, _, ref = one.name.partition(":")
            doubt = {"what": what, "of": line.merchant_ref, "ref": ref}
            work.enqueue("payments.ask", doubt, dedupe_key=f"payments.ask:{what}:{ref}")


async def doubt_sums(work: Work, source: str, on: date, raw: Sequence[str]) -> None:
    """A file whose sum is booked has lines that nobody can read, or does not add up: it is asked for again, and a person sees why."""
    if await store.is_noted(work, PARTY_OF[source], on, source):
        return
    if raw:
        await awaited.doubt(work, PARTY_OF[source], on, source, held=len(raw), why="unreadable", said=raw[0])
    else:
        await awaited.doubt(work, PARTY_OF[source], on, source, why="unbalanced")


async def must_be_doubted(work: Work, ask: BelieveEmpty) -> None:
    """Refuses to believe a file that did not come empty beside rows of ours; one that did stays locked."""
    if await awaited.doubted(work, ask.on, ask.source) is None:
        raise NotFound(on=ask.on.isoformat(), source=ask.source)


async def believe_empty(work: Work, ask: BelieveEmpty) -> None:
    """Takes a file as empty that is: what we hold for done on its day becomes differences. Called by operations, on record.

    A lender's and a funder's files are finance's to believe, a carrier's bill is carriage's, which know our rows of them.
    """
    assert ask.source not in (*FILES_OF_FUNDERS, "carrier")
    await must_be_doubted(work, ask)
    if ask.source == "bank":
        await compare_bank_day(work, NoteBankDay(on=ask.on, lines=[], totals=[]), is_believed=True)
        return
    file = NoteFile(on=ask.on, merchant="", lines=[])
    compare = _compare_trades if ask.source == "trades" else _compare_settlement
    await compare(work, file, is_believed=True)


@use_case("system", writes=True)
async def recheck_differences(work: Work, _ask: Nothing) -> Swept:
    """Ends the differences that our own rows, or a later file, explain by now."""
    rows = await open_differences(work, "trades")
    ours = await store.ours(
        work,
        [reference(row["payment_ref"]) for row in rows],
        [reference(row["name"].partition(":")[2]) for row in rows],
        [row["channel_txn"] for row in rows],
    )
    ended = await recheck(work, "trades", rows, ours)
    ended += await recheck_bank(work)
    return Swept(asked=ended)


@use_case("system", writes=True)
async def note_settlement(work: Work, ask: NoteFile) -> Done:
    """Books what the channel paid out on a day, and compares its fees and its lines with the trades it was for."""
    await _compare_settlement(work, ask, is_believed=False)
    return Done()


async def _compare_settlement(work: Work, ask: NoteFile, *, is_believed: bool) -> None:
    if ask.unread:
        await doubt_sums(work, "settlement", ask.on, ask.unread)
        return
    lines = [
        line
        for line in ask.lines
        if line.kind in _KINDS
        and line.currency == work.terms.currency
        and line.merchant in ("", ask.merchant)
    ]
    if not lines and not is_believed:
        traded = await store.lines_of(work, CHANNEL_ID, ask.on - timedelta(days=1))
        if traded and not await store.is_noted(work, CHANNEL_ID, ask.on, "settlement"):
            await awaited.doubt(work, CHANNEL_ID, ask.on, "settlement", held=traded)
            return
    if not await store.add_day(work, CHANNEL_ID, ask.on, "settlement", len(lines)) or not lines:
        return
    gross_minor = sum(-line.amount_minor if line.kind == "refund" else line.amount_minor for line in lines)
    fee_minor = sum(line.fee_minor for line in lines)
    await settlements.add(
        work, CHANNEL_ID, ask.on, gross_minor=gross_minor, fee_minor=fee_minor, trades=len(lines)
    )
    await _book_settlement(work, ask.on, gross_minor - fee_minor, fee_minor)
    await recheck_bank(work)
    told = await store.told_txns(work, [line.channel_txn for line in lines])
    untold = [
        Judged(
            name=matching.name_of(line), channel_txn=line.channel_txn, sort=Sort.only_channel,
            channel_minor=line.amount_minor, ours_minor=0,
        )
        for line in lines
        if line.channel_txn not in told
    ]  # fmt: skip
    found = untold + matching.fees([(line, line.fee_minor) for line in lines], _agreed_fees(work, lines))
    await store.add_differences(work, CHANNEL_ID, ask.on, "settlement", found)


def _agreed_fees(work: Work, lines: Sequence[TradeLine]) -> dict[str, int]:
    """The fee of each payment by the agreed rate; with a refund a channel keeps its fee or gives it back, both hold."""
    rate_bp = work.rule(CHANNEL_FEE).value
    agreed = {}
    for line in lines:
        fee_minor = share_bp(line.amount_minor, rate_bp)
        if line.kind == "refund":
            fee_minor = -fee_minor if line.fee_minor else 0
        agreed[line.channel_txn] = fee_minor
    return agreed


async def _book_settlement(work: Work, on: date, net_minor: int, fee_minor: int) -> None:
    """E2; where a day's refunds were more than its payments, the bank pays the channel."""
    if not net_minor and not fee_minor:
        return
    entry = write_entry(
        "E2" if net_minor >= 0 else "E2r",
        business_key=f"E2:{CHANNEL_ID}:{on}",
        about_id=CHANNEL_ID,
        owners={101: CHANNEL_ID, 102: BANK_ID},
        amounts={"net": abs(net_minor), "fee": fee_minor},
        memo={"settled_on": on.isoformat()},
    )
    await ledger.post(work, [entry])


def _payments_in(lines: Sequence[TradeLine]) -> list[int]:
    return [reference(line.merchant_ref) for line in lines]


def _refunds_in(lines: Sequence[TradeLine]) -> list[int]:
    return [reference(line.merchant_refund_ref or "") for line in lines]
