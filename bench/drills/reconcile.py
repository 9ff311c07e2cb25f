"""Thirty days of a channel's files with errors of nine sorts in them: all are found, each under its name, and nothing else.

The generator plays the channel and our rows at once and writes down what it spoilt; it uses nothing of the matching.
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
from huozhan.ledger import write_entry
from huozhan.main import open_hall
from huozhan.payments.asks import NoteFile, TradeLine
from huozhan.payments.reconciling import TRADING_DAYS

MERCHANT, STRANGER = "huozhan", "somebody-else"
REFUNDS_PER_MILLE = 80
FEE_PER_MILLE = 6
KINDS = ("amount", "state", "long", "short", "twice", "cut_off", "fee", "currency", "merchant")


class Paid(msgspec.Struct):
    """A payment as it really was."""

    payment_id: int
    amount_minor: int
    at: datetime
    is_booked: bool = True


class Day(msgspec.Struct):
    """What one day brings: rows of ours, and lines of the channel's files."""

    on: date
    paid: list[Paid] = msgspec.field(default_factory=list)
    refunds: list[tuple[int, int, int]] = msgspec.field(default_factory=list)
    trades: list[TradeLine] = msgspec.field(default_factory=list)
    settled: list[TradeLine] = msgspec.field(default_factory=list)


def reconcile_drill(*, days: int, lines: int, seed: int) -> dict[str, Any]:
    """Plays it and tells what was seen; raises where something was missed, misnamed or made up."""
    with empty_market() as ground:
        return asyncio.run(_play(ground.settings, days, lines, seed))


async def _play(settings: Any, days: int, lines: int, seed: int) -> dict[str, Any]:
    async with open_hall(settings) as hall:
        channel = _Channel(hall, seed)
        closings = []
        for number in range(days):
            day = channel.next_day(FIRST_DAY + timedelta(days=number), lines, is_last=number == days - 1)
            await _write(hall, day)
            closings.append(await _close(hall, day))
        await must_be_found(hall, channel.spoilt, "trades", "settlement")
        await _must_be_explained(hall, channel)
        what = "the channel's files of many days beside our rows, with errors of nine sorts"
        return figures_of(
            what, seed=seed, days=days, lines=(lines, channel.lines), spoilt=channel.spoilt, closings=closings
        )


class _Channel:
    """The channel and our rows, of which some lines are spoilt on purpose."""

    def __init__(self, hall: Hall, seed: int) -> None:
        self._hall = hall
        self._chance = random.Random(seed)
        self._refundable: list[Paid] = []
        self._late: list[TradeLine] = []
        self.spoilt = Spoilt()
        self._fees_wanted = 0
        self.effect_minor = 0
        self.lines = 0

    def next_day(self, on: date, lines: int, *, is_last: bool) -> Day:
        """One day's rows and files; what fell near midnight yesterday opens the file."""
        day = Day(on=on, trades=list(self._late))
        self._late = []
        for _ in range(lines):
            roll = self._chance.randrange(1000)
            if roll < ERRORS_PER_MILLE:
                kind = self._chance.choice(KINDS)
                # On the last day nothing more comes, so nothing may be left for the day after.
                self._spoil(day, "short" if kind == "cut_off" and is_last else kind)
            elif roll < ERRORS_PER_MILLE + REFUNDS_PER_MILLE and self._refundable:
                self._refund(day)
            else:
                day.trades.append(self._line(self._pay(day, refundable=True)))
        self._chance.shuffle(day.trades)
        self.lines += len(day.trades)
        day.settled += [self._settled(line, 0) for line in day.trades if self._is_ours(line)]
        self._spoil_fees(day)
        return day

    def _pay(
        self, day: Day, *, refundable: bool = False, is_booked: bool = True, minute: int | None = None
    ) -> Paid:
        minute = self._chance.randrange(23 * 60) if minute is None else minute
        at = datetime.combine(day.on, clock_time(minute // 60, minute % 60), TRADING_DAYS)
        paid = Paid(self._hall.mint.new(), self._chance.randrange(100, 5_000_000), at, is_booked)
        day.paid.append(paid)
        if refundable:
            self._refundable.append(paid)
        return paid

    def _refund(self, day: Day) -> None:
        paid = self._refundable.pop(self._chance.randrange(len(self._refundable)))
        refund_id, back = self._hall.mint.new(), self._chance.randrange(1, paid.amount_minor + 1)
        day.refunds.append((paid.payment_id, refund_id, back))
        day.trades.append(
            TradeLine(
                kind="refund", currency="CNY", channel_txn=f"r{refund_id}", merchant_ref=str(paid.payment_id),
                merchant_refund_ref=str(refund_id), amount_minor=back,
            )
        )  # fmt: skip

    def _line(self, paid: Paid, **other: Any) -> TradeLine:
        words = {
            "merchant_ref": str(paid.payment_id),
            "channel_txn": f"t{paid.payment_id}",
            "currency": "CNY",
        }
        return TradeLine(**{"kind": "payment", "amount_minor": paid.amount_minor, **words, **other})

    def _spoil(self, day: Day, kind: str) -> None:
        if kind == "fee":
            self._fees_wanted += 1
            day.trades.append(self._line(self._pay(day)))
            return
        booked = kind not in {"state", "currency", "long", "merchant"}
        minute = 23 * 60 + 45 if kind == "cut_off" else None
        stranger = Paid(
            self._hall.mint.new(), self._chance.randrange(100, 5_000_000), datetime.now(TRADING_DAYS)
        )
        paid = stranger if kind in {"long", "merchant"} else self._pay(day, is_booked=booked, minute=minute)
        line = self._line(paid)
        effect = 0
        if kind == "amount":
            more = self._chance.choice((-99, -1, 1, 1_000))
            line, effect = self._line(paid, amount_minor=paid.amount_minor + more), more
        elif kind == "short":
            effect = -paid.amount_minor
        elif kind in {"state", "long", "twice"}:
            effect = paid.amount_minor
        elif kind == "currency":
            line = self._line(paid, currency="GBP")
        elif kind == "merchant":
            line = self._line(paid, merchant=STRANGER)
        if kind == "cut_off":
            self._late.append(line)
        elif kind != "short":
            day.trades += [line] * (2 if kind == "twice" else 1)
        self._note(day.on, paid.payment_id, kind)
        self.effect_minor += effect

    def _spoil_fees(self, day: Day) -> None:
        """As many fees are wrong as were drawn, on payments that are otherwise in order."""
        wanted, self._fees_wanted = self._fees_wanted, 0
        sound = {f"t{paid.payment_id}" for paid in self._refundable}
        places = [at for at, line in enumerate(day.settled) if line.channel_txn in sound]
        for at in self._chance.sample(places, min(wanted, len(places))):
            line = day.settled[at]
            day.settled[at] = self._settled(line, self._chance.choice((-1, 1, 50)))
            self._note(day.on + timedelta(days=1), int(line.merchant_ref), "fee")

    def _settled(self, line: TradeLine, more: int) -> TradeLine:
        fee_minor = 0 if line.kind == "refund" else (line.amount_minor * FEE_PER_MILLE + 500) // 1000 + more
        return msgspec.structs.replace(line, fee_minor=fee_minor)

    def _is_ours(self, line: TradeLine) -> bool:
        return line.currency == "CNY" and line.merchant != STRANGER

    def _note(self, on: date, payment_id: int, kind: str) -> None:
        self.spoilt.note(on, f"payment:{payment_id}", kind)


async def _write(hall: Hall, day: Day) -> None:
    """Our rows of a day, and what the book says of them."""
    async with hall.working(system()) as work:
        await work.db.copy_records_to_table(
            "payment",
            columns=["payment_id", "payer_id", "channel_id", "amount_minor", "currency", "subject", "state", "channel_txn",
                     "opened_at", "expires_at", "paid_at", "ask_at"],
            records=[
                (p.payment_id, 1, 1, p.amount_minor, "CNY", "", "paid" if p.is_booked else "open",
                 f"t{p.payment_id}" if p.is_booked else None, p.at, p.at, p.at if p.is_booked else None,
                 None if p.is_booked else p.at + timedelta(days=900))
                for p in day.paid
            ],
        )  # fmt: skip
        await work.db.copy_records_to_table(
            "payment_part",
            columns=["payment_id", "order_id", "seller_id", "amount_minor", "state"],
            records=[
                (p.payment_id, p.payment_id, 2, p.amount_minor, "escrowed" if p.is_booked else "waiting")
                for p in day.paid
            ],
        )
        noon = datetime.combine(day.on, clock_time(12), TRADING_DAYS)
        await work.db.copy_records_to_table(
            "payment_refund",
            columns=["payment_id", "refund_id", "order_id", "refund_key", "buyer_id", "amount_minor", "currency", "state",
                     "channel_minor", "reason", "asked_at", "asked_by", "ended_at"],
            records=[
                (payment_id, refund_id, payment_id, "r", 1, back, "CNY", "done", back, "", noon, 0, noon)
                for payment_id, refund_id, back in day.refunds
            ],
        )  # fmt: skip
    entries = [
        write_entry("E1", business_key=f"E1:{p.payment_id}", about_id=p.payment_id, owners={101: 1, 202: p.payment_id},
                    amounts={"paid": p.amount_minor})
        for p in day.paid if p.is_booked
    ]  # fmt: skip
    for payment_id, refund_id, back in day.refunds:
        owners = {101: 1, 202: payment_id, 206: refund_id}
        for code, part in (("E7a", "buyer"), ("E7b", "channel")):
            key = f"{code}:{refund_id}"
            entries.append(
                write_entry(code, business_key=key, about_id=refund_id, owners=owners, amounts={part: back})
            )
    await post_all(hall, entries)


async def _close(hall: Hall, day: Day) -> float:
    """Compares a day's two files; how long that took."""
    begun = time.monotonic()
    trades = NoteFile(on=day.on, merchant=MERCHANT, lines=day.trades)
    await hall.run(payments.note_trades, trades, system())
    settled = NoteFile(on=day.on + timedelta(days=1), merchant=MERCHANT, lines=day.settled)
    await hall.run(payments.note_settlement, settled, system())
    return time.monotonic() - begun


async def _must_be_explained(hall: Hall, channel: _Channel) -> None:
    """The channel's account is explained, suspense holds what was spoilt and no more, and the book is whole."""
    await seal_all(hall)
    async with hall.pool.acquire() as db:
        work = hall.work(db, system())
        closing = await payments.closing(
            hall.work(db, system().using(permissions=frozenset({"market.ledger"}))), Nothing()
        )
        held = await db.fetchval(
            "SELECT sum(effect_minor)::bigint FROM channel_difference WHERE state = 'open'"
        )
        findings = [*await ledger.verify(work), *await payments.verify(work)]
    odd = [finding for finding in findings if finding.code != "payments.difference_open"]
    if closing.unexplained_minor or held != channel.effect_minor or odd:
        raise DrillFailed(
            f"unexplained {closing.unexplained_minor}, held {held} ≠ {channel.effect_minor}, {odd[:3]}"
        )
