"""Thirty closed days of the custody bank with errors in them: all are found, each under its name, and nothing else.

The generator plays the bank and our rows at once and writes down what it spoilt; it uses nothing of the matching. A bank
has no fees of ours and no other merchants in its file, so of the nine sorts seven can happen there.
"""

import asyncio
import random
import time
from datetime import date, datetime, timedelta
from datetime import time as clock_time
from typing import Any

import msgspec

from bench.drills.patient import DrillFailed
from bench.drills.reconciled import (
    ERRORS_PER_MILLE,
    FIRST_DAY,
    Spoilt,
    figures_of,
    must_be_found,
    post_all,
    seal_all,
)
from bench.ground import empty_market
from huozhan import ledger, payments
from huozhan.doors.hall import Hall
from huozhan.kernel.actor import system
from huozhan.kernel.shapes import Nothing
from huozhan.ledger import Entry, write_entry
from huozhan.main import open_hall
from huozhan.payments.asks import BankDayLine, BankDayTotal, NoteBankDay
from huozhan.payments.days import TRADING_DAYS

SELLER, ACCOUNT = 7, 8
OUT_PER_MILLE, RETURNS_PER_MILLE = 350, 80
KINDS = ("amount", "state", "long", "short", "twice", "cut_off", "currency")
_AMOUNT_MAX = 5_000_000


class Moved(msgspec.Struct, kw_only=True):
    """A movement as it really was: money that came, went back to its payer, or was withdrawn."""

    what: str
    ref: str
    txn: str
    amount_minor: int
    at: datetime
    row_id: int
    is_booked: bool = True
    currency: str = "CNY"

    @property
    def direction(self) -> str:
        """As the bank says it."""
        return "in" if self.what == "receipt" else "out"

    @property
    def name(self) -> str:
        """What the movement is called in a difference."""
        return f"{self.direction}:{self.ref or self.txn}"

    @property
    def signed_minor(self) -> int:
        """What it does to the account."""
        return self.amount_minor if self.direction == "in" else -self.amount_minor


class _Bank:
    """The bank and our rows, of which some lines are spoilt on purpose."""

    def __init__(self, hall: Hall, seed: int) -> None:
        self._hall = hall
        self._chance = random.Random(seed)
        self._parked: list[Moved] = []
        self._late: list[BankDayLine] = []
        self._closing_minor = 0
        self.spoilt = Spoilt()
        self.effect_minor = 0
        self.lines = 0

    def next_day(
        self, on: date, lines: int, *, is_first: bool, is_last: bool
    ) -> tuple[list[Moved], NoteBankDay]:
        """One day's rows and its file; what fell near midnight yesterday opens it."""
        moved: list[Moved] = []
        told, self._late = list(self._late), []
        if is_first:
            # What sellers withdraw later came once; it is more than all of it.
            moved.append(self._moved(on, "receipt", amount_minor=lines * 31 * _AMOUNT_MAX))
            told.append(self._line(moved[0]))
        for _ in range(lines):
            if self._chance.randrange(1000) < ERRORS_PER_MILLE:
                kind = self._chance.choice(KINDS)
                self._spoil(on, "short" if kind == "cut_off" and is_last else kind, moved, told)
            else:
                one = self._moved(on, self._what())
                moved.append(one)
                told.append(self._line(one))
        self._chance.shuffle(told)
        self.lines += len(told)
        return moved, self._file(on, told)

    def _what(self) -> str:
        roll = self._chance.randrange(1000)
        if roll < RETURNS_PER_MILLE and self._parked:
            return "return"
        return "withdrawal" if roll < OUT_PER_MILLE else "receipt"

    def _moved(
        self, on: date, what: str, *, amount_minor: int = 0, minute: int | None = None, **more: Any
    ) -> Moved:
        minute = self._chance.randrange(23 * 60) if minute is None else minute
        row_id, at = (
            self._hall.mint.new(),
            datetime.combine(on, clock_time(minute // 60, minute % 60), TRADING_DAYS),
        )
        amount_minor = amount_minor or self._chance.randrange(100, _AMOUNT_MAX)
        ref = {"receipt": "", "withdrawal": f"{SELLER}-{row_id}"}.get(what, "")
        if what == "return":
            source = self._parked.pop(self._chance.randrange(len(self._parked)))
            ref, amount_minor = f"{source.row_id}-{row_id}", source.amount_minor
        one = Moved(
            what=what, ref=ref, txn=f"b{row_id}", amount_minor=amount_minor, at=at, row_id=row_id, **more
        )
        if what == "receipt" and not more and amount_minor < _AMOUNT_MAX:
            self._parked.append(one)
        return one

    def _line(self, one: Moved, **other: Any) -> BankDayLine:
        told = {"bank_txn": one.txn, "direction": one.direction, "ref": one.ref, "amount_minor": one.amount_minor,
                "currency": one.currency, "at": one.at}  # fmt: skip
        return BankDayLine(**{**told, **other})

    def _spoil(self, on: date, kind: str, moved: list[Moved], told: list[BankDayLine]) -> None:
        what = "withdrawal" if kind == "state" else self._chance.choice(("receipt", "withdrawal"))
        more: dict[str, Any] = {"is_booked": False} if kind in {"state", "long"} else {}
        if kind == "currency":
            what, more = "receipt", {"currency": "GBP", "is_booked": False}
        minute = 23 * 60 + 45 if kind == "cut_off" else None
        one = self._moved(on, what, minute=minute, **(more or {"is_booked": True}))
        line = self._line(one)
        sign = 1 if one.direction == "in" else -1
        effect = 0
        if kind == "amount":
            more_minor = self._chance.choice((-99, -1, 1, 1_000))
            line, effect = self._line(one, amount_minor=one.amount_minor + more_minor), sign * more_minor
        elif kind == "short":
            effect = -one.signed_minor
        elif kind in {"state", "long", "twice"}:
            effect = one.signed_minor
        if kind == "cut_off":
            self._late.append(line)
        elif kind != "short":
            told.append(line)
        if kind == "twice":
            # Told once more, or money that went out once more under another number of the bank's.
            is_out = one.direction == "out"
            told.append(
                self._line(
                    one, bank_txn=self._chance.choice((one.txn, f"again{one.row_id}" if is_out else one.txn))
                )
            )
        if kind != "long":
            moved.append(one)
        self.spoilt.note(on, one.name, kind)
        self.effect_minor += effect

    def _file(self, on: date, told: list[BankDayLine]) -> NoteBankDay:
        ours = [line for line in told if line.currency == "CNY"]
        in_minor = sum(line.amount_minor for line in ours if line.direction == "in")
        out_minor = sum(line.amount_minor for line in ours if line.direction == "out")
        opening_minor = self._closing_minor
        self._closing_minor += in_minor - out_minor
        total = BankDayTotal(
            currency="CNY", opening_minor=opening_minor, in_minor=in_minor, out_minor=out_minor,
            closing_minor=self._closing_minor, count=len(ours),
        )  # fmt: skip
        return NoteBankDay(on=on, lines=told, totals=[total])


def reconcile_bank_drill(*, days: int, lines: int, seed: int) -> dict[str, Any]:
    """Plays it and tells what was seen; raises where something was missed, misnamed or made up."""
    with empty_market() as ground:
        return asyncio.run(_play(ground.settings, days, lines, seed))


async def _play(settings: Any, days: int, lines: int, seed: int) -> dict[str, Any]:
    async with open_hall(settings) as hall:
        await _open_account(hall)
        bank = _Bank(hall, seed)
        closings = []
        for number in range(days):
            moved, file = bank.next_day(
                FIRST_DAY + timedelta(days=number), lines, is_first=number == 0, is_last=number == days - 1
            )
            await _write(hall, moved, is_first=number == 0)
            begun = time.monotonic()
            await hall.run(payments.note_bank_day, file, system())
            closings.append(time.monotonic() - begun)
        await must_be_found(hall, bank.spoilt, "bank")
        await _must_be_explained(hall, bank)
        what = "the custody bank's closed days beside our rows, with errors of the seven sorts that a bank can make"
        return figures_of(
            what, seed=seed, days=days, lines=(lines, bank.lines), spoilt=bank.spoilt, closings=closings
        )


async def _open_account(hall: Hall) -> None:
    async with hall.working(system()) as work:
        number = work.keyring.seal("6222021208001234567", field="bank_account.number", owner=ACCOUNT)
        await work.db.execute(
            "INSERT INTO bank_account (org_id, account_id, number, number_masked, number_hash, holder, bank_name, added_at,"
            " added_by, usable_at) VALUES ($1, $2, $3, '****4567', '', 'x', 'x', $4, 0, $4)",
            SELLER, ACCOUNT, number, work.now,
        )  # fmt: skip


async def _write(hall: Hall, moved: list[Moved], *, is_first: bool) -> None:
    """Our rows of a day, and what the book says of them."""
    receipts = [one for one in moved if one.what == "receipt"]
    returns = [one for one in moved if one.what == "return"]
    withdrawals = [one for one in moved if one.what == "withdrawal"]
    fund = receipts[0] if is_first else None
    async with hall.working(system()) as work:
        await work.db.copy_records_to_table(
            "bank_receipt",
            columns=["receipt_id", "bank_id", "bank_txn", "source", "amount_minor", "currency", "payer_name",
                     "payer_account", "payer_masked", "payer_bank", "virtual_account", "remark", "booked_at", "noted_at",
                     "state", "payment_id"],
            records=[
                (one.row_id, 1, one.txn, "bank", one.amount_minor, one.currency, "x", b"", "", "", "", "", one.at, work.now,
                 "matched" if one is fund else "parked", 1 if one is fund else None)
                for one in receipts
            ],
        )  # fmt: skip
        await work.db.copy_records_to_table(
            "bank_txn_claim",
            columns=["bank_txn", "bank_id", "receipt_id", "fingerprint"],
            records=[(one.txn, 1, one.row_id, b"") for one in receipts],
        )
        await work.db.copy_records_to_table(
            "bank_payout",
            columns=["receipt_id", "payout_id", "payment_id", "refund_id", "amount_minor", "currency", "state", "asked_at",
                     "asked_by", "ended_at"],
            records=[
                (int(one.ref.partition("-")[0]), one.row_id, 0, 0, one.amount_minor, "CNY", "done", one.at, 0, one.at)
                for one in returns
            ],
        )  # fmt: skip
        await work.db.execute(
            "UPDATE bank_receipt SET state = 'returned' WHERE receipt_id = ANY ($1::bigint[])",
            [int(one.ref.partition("-")[0]) for one in returns],
        )
        await work.db.copy_records_to_table(
            "withdrawal",
            columns=["org_id", "withdrawal_id", "account_id", "amount_minor", "currency", "state", "asked_at", "asked_by",
                     "ended_at", "ask_at"],
            records=[
                (SELLER, one.row_id, ACCOUNT, one.amount_minor, "CNY", "done" if one.is_booked else "asked", one.at, 0,
                 one.at if one.is_booked else None, None if one.is_booked else one.at)
                for one in withdrawals
            ],
        )  # fmt: skip
    entries = [entry for one in moved if one.is_booked for entry in _entries(one, is_fund=one is fund)]
    await post_all(hall, entries)
    for one in withdrawals:
        if not one.is_booked:
            async with hall.working(system()) as work:
                await ledger.hold(
                    work, f"E6:{one.row_id}", ledger.payable_available(SELLER), ledger.withdrawal(one.row_id),
                    one.amount_minor,
                )  # fmt: skip


def _entries(one: Moved, *, is_fund: bool) -> list[Entry]:
    """What the book says of a movement; the first money of all becomes a seller's, who withdraws it later."""
    if one.what == "receipt":
        steps = [("E14a", "bank")]
        steps += [("E14b", "paid"), ("E4", "seller"), ("E5", "seller")] if is_fund else []
    else:
        steps = [("E14c", "bank")] if one.what == "return" else [("E6a", "available"), ("E6b", "amount")]
    receipt_id = int(one.ref.partition("-")[0]) if one.what == "return" else one.row_id
    owners = {102: 1, 202: 1, 203: SELLER, 204: SELLER, 207: one.row_id, 213: receipt_id}
    return [
        write_entry(
            code, business_key=f"{code}:{one.row_id}", about_id=one.row_id, owners=owners, amounts={part: one.amount_minor}
        )
        for code, part in steps
    ]  # fmt: skip


async def _must_be_explained(hall: Hall, bank: _Bank) -> None:
    """The custody account is what the bank closed with, suspense holds what was spoilt and no more, and the book is whole."""
    await seal_all(hall)
    async with hall.pool.acquire() as db:
        work = hall.work(db, system())
        asking = hall.work(db, system().using(permissions=frozenset({"market.ledger"})))
        custody = (await payments.closing(asking, Nothing())).custody
        held = await db.fetchval(
            "SELECT sum(effect_minor)::bigint FROM channel_difference WHERE state = 'open'"
        )
        findings = [*await ledger.verify(work), *await payments.verify(work)]
    expected = {"payments.difference_open", "payments.clearing_old"}
    odd = [finding for finding in findings if finding.code not in expected]
    if custody.unexplained_minor or custody.untold_minor or held != bank.effect_minor or odd:
        raise DrillFailed(
            f"unexplained {custody.unexplained_minor}, untold {custody.untold_minor}, held {held} ≠ {bank.effect_minor}, {odd[:3]}"
        )
