"""Differences between the parties' files and our rows: seen by the operator, ended with a reason, booked until then (E18)."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Any

from huozhan import ledger
from huozhan.kernel.moves import Moves
from huozhan.kernel.paging import Page, before_in, write_cursor
from huozhan.kernel.refusals import NotFound, Refusal
from huozhan.kernel.shapes import Id, Nothing, View
from huozhan.kernel.work import Work, use_case
from huozhan.ledger import write_entry
from huozhan.payments.asks import EndDifference, ListDifferences
from huozhan.payments.custody import custody_state
from huozhan.payments.ports import BANK_ID, CARRIERS_ID, CHANNEL_ID, FAST_FUNDER_ID, FUNDER_ID, INSURER_ID
from huozhan.payments.store import awaited, proof, receipts
from huozhan.payments.store import reconciliation as store
from huozhan.payments.views import AwaitedFile, Closing, DifferenceView, ReconciledDay

DAYS_SHOWN = 28
UNREAD_SHOWN = 100
FILE_PATIENCE = "reconcile.file_patience"
"""How long after it is due a file may be missing before a person is told."""


CLEARING = {
    "trades": (101, "amount"),
    "settlement": (101, "amount"),
    "bank": (102, "bank"),
}
"""Which account a source tells of, and the part of E18 that moves it; what a lender's file or a carrier's bill differs in is
named and books nothing: 103 is settled by its other file, of 208 a person decides who bears it."""
FILES_OF_CHANNEL = ("trades", "settlement")
FILES_OF_FUNDERS = (
    "lender", "lender_settlement", "funder", "funder_settlement", "insurer", "insurer_settlement",
)  # fmt: skip
"""Files of those with whom money stands on 103."""
PARTY_OF = {
    "trades": CHANNEL_ID,
    "settlement": CHANNEL_ID,
    "bank": BANK_ID,
    "lender": FUNDER_ID,
    "lender_settlement": FUNDER_ID,
    "funder": FAST_FUNDER_ID,
    "funder_settlement": FAST_FUNDER_ID,
    "insurer": INSURER_ID,
    "insurer_settlement": INSURER_ID,
    "carrier": CARRIERS_ID,
}
"""Whose files a source is."""


class DifferenceState(StrEnum):
    """How far a difference has come."""

    open = "open"
    explained = "explained"
    accepted = "accepted"
    written_off = "written_off"


_S = DifferenceState
MOVES = Moves(
    "difference",
    _S.open,
    {
        (_S.open, "explain"): _S.explained,
        (_S.open, "accept"): _S.accepted,
        (_S.open, "write_off"): _S.written_off,
    },
)


class UnreadLine(View, frozen=True, kw_only=True):
    """A line of a party's file that nobody can read, as it came; it is a difference and ends as one."""

    difference_id: Id
    on: date
    said: str


class EndsAtItsBill(Refusal):
    """A line of a carrier's bill is accepted or disputed among the bills, where it is known who bears it."""

    code = "payments.ends_at_its_bill"


class CannotEndSo(Refusal):
    """Only what moved no money can be accepted as it is, and only what is missing can be written off."""

    code = "payments.cannot_end_so"


@use_case("market.ledger", writes=False)
async def differences(work: Work, ask: ListDifferences) -> Page[DifferenceView]:
    """What the parties' files and our rows do not agree on, newest first; of all of them or of one source."""
    rows = await store.page(work, ask.state, ask.source, before_in(ask.cursor), ask.size + 1)
    shown = rows[: ask.size]
    next_cursor = write_cursor(shown[-1]["difference_id"]) if len(rows) > ask.size else None
    return Page([_view(row) for row in shown], next_cursor)


@use_case("market.ledger", writes=False)
async def closing(work: Work, _ask: Nothing) -> Closing:
    """The newest days that were compared, and whether the channel's account is explained to the last unit."""
    booked_minor = (await ledger.balance(work, ledger.channel_clearing(CHANNEL_ID))).posted_minor
    return Closing(
        days=[ReconciledDay(**dict(row)) for row in await store.days(work, DAYS_SHOWN)],
        awaited=await _awaited(work),
        custody=await custody_state(work),
        booked_minor=booked_minor,
        trades_minor=await proof.at_channel(work, CHANNEL_ID) + sum((await receipts.parked(work)).values()),
        differences_minor=await store.held_for(work, FILES_OF_CHANNEL),
    )


async def _awaited(work: Work) -> list[AwaitedFile]:
    late_since = work.now - work.rule(FILE_PATIENCE).span
    return [
        AwaitedFile(
            on=row["on_day"],
            source=row["source"],
            due_at=row["due_at"],
            asked_at=row["asked_at"],
            doubted_at=row["doubted_at"],
            held=row["held"],
            why=row["why"] if row["doubted_at"] else "",
            said=row["said"] if row["doubted_at"] else "",
            is_late=row["due_at"] <= late_since,
        )
        for row in await awaited.page(work, DAYS_SHOWN)
    ]


async def unread_lines(work: Work, source: str) -> list[UnreadLine]:
    """Lines of a source's files that nobody could read, and that wait for a person."""
    rows = await store.unread(work, source, UNREAD_SHOWN)
    return [
        UnreadLine(difference_id=str(row["difference_id"]), on=row["on_day"], said=row["said"])
        for row in rows
    ]


async def end_difference(work: Work, ask: EndDifference) -> DifferenceView:
    """Ends one for a person who says why; called by operations, which writes down who it was."""
    row = await store.lock(work, int(ask.difference_id))
    if row is None:
        raise NotFound(difference_id=ask.difference_id)
    state = MOVES.after(DifferenceState(row["state"]), ask.end)
    effect_minor: int = row["effect_minor"]
    if row["source"] == "carrier" and row["channel_txn"]:
        raise EndsAtItsBill
    if (ask.end == "accept" and effect_minor) or (ask.end == "write_off" and effect_minor >= 0):
        raise CannotEndSo(end=ask.end, effect_minor=effect_minor)
    if ask.end == "explain":
        await explain(work, row, ask.reason)
    else:
        await store.end(work, row["difference_id"], state, ask.reason)
    if ask.end == "write_off":
        await _post(
            work, "E18w", row["difference_id"], row["on_day"], {"amount": -effect_minor}, "written-off"
        )
    ended = await store.lock(work, row["difference_id"])
    assert ended is not None
    return _view(ended)


async def explain(work: Work, row: Mapping[str, Any], reason: str) -> None:
    """Ends a difference that is none any more: what was booked for it is taken back."""
    state = MOVES.after(DifferenceState(row["state"]), "explain")
    await store.end(work, row["difference_id"], state, reason)
    await _shift(work, row["source"], row["difference_id"], row["on_day"], -row["effect_minor"], "explained")


async def book(work: Work, source: str, difference_id: int, on: date, effect_minor: int) -> None:
    """Keeps what the party's account has more or less on the day's suspense account."""
    await _shift(work, source, difference_id, on, effect_minor, "found")


async def _shift(work: Work, source: str, difference_id: int, on: date, effect_minor: int, why: str) -> None:
    if effect_minor:
        code, part = "E18l" if effect_minor > 0 else "E18s", CLEARING[source][1]
        await _post(work, code, difference_id, on, {part: abs(effect_minor)}, why)


async def _post(
    work: Work, code: str, difference_id: int, on: date, amounts: Mapping[str, int], why: str
) -> None:
    entry = write_entry(
        code,
        business_key=f"E18:{difference_id}:{why}",
        about_id=difference_id,
        owners={101: CHANNEL_ID, 102: BANK_ID, 214: int(on.strftime("%Y%m%d"))},
        amounts=amounts,
        memo={"on": on.isoformat()},
    )
    await ledger.post(work, [entry])


def _view(row: Mapping[str, Any]) -> DifferenceView:
    kind, _, ref = row["name"].partition(":")
    return DifferenceView(
        difference_id=str(row["difference_id"]),
        on=row["on_day"],
        source=row["source"],
        kind=kind,
        ref=ref,
        channel_txn=row["channel_txn"],
        sort=row["sort"],
        channel_minor=row["channel_minor"],
        ours_minor=row["ours_minor"],
        effect_minor=row["effect_minor"],
        said=row["said"],
        state=row["state"],
        found_at=row["found_at"],
        ended_at=row["ended_at"],
        reason=row["reason"],
    )
