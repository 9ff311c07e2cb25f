"""Holds: transfers that are promised and later posted, voided or expired, each exactly once."""

import hashlib
from datetime import datetime
from enum import StrEnum

import msgspec

from huozhan.kernel.moves import Moves
from huozhan.kernel.refusals import NotFound
from huozhan.kernel.work import Work
from huozhan.ledger.account import Account, Side
from huozhan.ledger.entry import Entry
from huozhan.ledger.posting import NotCovered, post, refusing_uncovered
from huozhan.ledger.store import writing

EXPIRED_ROUND_MAX = 200


class HoldState(StrEnum):
    """Whether a hold still holds."""

    pending = "pending"
    posted = "posted"
    voided = "voided"
    expired = "expired"


MOVES = Moves(
    "hold",
    HoldState.pending,
    {
        (HoldState.pending, "post"): HoldState.posted,
        (HoldState.pending, "void"): HoldState.voided,
        (HoldState.pending, "expire"): HoldState.expired,
    },
)


async def hold(
    work: Work,
    key: str,
    debit: Account,
    credit: Account,
    amount_minor: int,
    expires_at: datetime | None = None,
) -> None:
    """Speaks for an amount: nobody else can take it until the hold is posted, voided or expires.

    The same key with the same content changes nothing. Without `expires_at` it waits for its end however long.
    """
    assert amount_minor > 0
    hold_id = work.new_id()
    fingerprint = _fingerprint(debit, credit, amount_minor, expires_at)
    if not await writing.claim(work, key, hold_id, fingerprint):
        known = await writing.fingerprints(work, [key])
        assert known[key] == fingerprint, f"{key} was held with other content"
        return
    with refusing_uncovered():
        added = await writing.add_hold(
            work, hold_id, key, _held_on(debit, credit), (debit, credit, amount_minor), expires_at
        )
    if not added:
        raise NotCovered


async def post_hold(work: Work, key: str, entries: tuple[Entry, ...], why: str) -> None:
    """Ends a hold by posting what it was for, all of it or less; what is left over is free again."""
    row, held_on = await _locked(work, key)
    move = (Account(row["debit_code"], row["debit_owner"]), Account(row["credit_code"], row["credit_owner"]))
    amount_minor = sum(
        posting.amount_minor
        for entry in entries
        for posting in entry.postings
        if (posting.debit, posting.credit) == move
    )
    assert 0 < amount_minor <= row["amount_minor"], f"{key} holds {row['amount_minor']}, not {amount_minor}"
    state = MOVES.after(HoldState(row["state"]), "post", key=key)
    await writing.end_hold(work, row["hold_id"], state, amount_minor, why, held_on, row["amount_minor"])
    await post(work, entries)


async def void_hold(work: Work, key: str, why: str) -> None:
    """Ends a hold without moving anything."""
    await _end(work, key, "void", why)


async def expire_holds(work: Work) -> int:
    """Ends the holds whose time is over and tells how many there were."""
    keys = await writing.expired_holds(work, EXPIRED_ROUND_MAX)
    for key in keys:
        await _end(work, key, "expire", "")
    return len(keys)


async def _end(work: Work, key: str, event: str, why: str) -> None:
    row, held_on = await _locked(work, key)
    state = MOVES.after(HoldState(row["state"]), event, key=key)
    await writing.end_hold(work, row["hold_id"], state, 0, why, held_on, row["amount_minor"])


async def _locked(work: Work, key: str) -> tuple[writing.Row, Account]:
    row = await writing.lock_hold(work, key)
    if row is None:
        raise NotFound(hold=key)
    debit, credit = (
        Account(row["debit_code"], row["debit_owner"]),
        Account(row["credit_code"], row["credit_owner"]),
    )
    return row, _held_on(debit, credit)


def _held_on(debit: Account, credit: Account) -> Account:
    """The account that the transfer will make smaller, and that must therefore cover it from now on."""
    shrinking = [
        account
        for account, side in ((debit, Side.debit), (credit, Side.credit))
        if account.kind.is_checked and account.kind.side is not side
    ]
    assert len(shrinking) == 1, "a hold holds on exactly one checked account"
    return shrinking[0]


def _fingerprint(debit: Account, credit: Account, amount_minor: int, expires_at: datetime | None) -> bytes:
    return hashlib.sha256(msgspec.json.encode([debit, credit, amount_minor, expires_at])).digest()
