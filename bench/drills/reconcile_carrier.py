"""Many days of carriers' bills with errors in them: all are found, each under its name, and nothing else.

The generator plays the carriers and our rows at once and writes down what it spoilt; it uses nothing of the matching. A
carrier has no fees of ours and no other merchants on its bill, so of the nine sorts seven can happen there.
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
from huozhan import carriage, ledger
from huozhan.carriage.asks import BillLineIn, ListBillLines, NoteBill
from huozhan.doors.hall import Hall
from huozhan.kernel.actor import system
from huozhan.ledger import write_entry
from huozhan.main import open_hall
from huozhan.payments.days import TRADING_DAYS

CARRIER, SELLER = 9, 7
KINDS = ("amount", "state", "long", "short", "twice", "cut_off", "currency")


class Hauled(msgspec.Struct, kw_only=True):
    """A parcel as it really was: its waybill, its freight, and whether we hold it for owed."""

    waybill_id: int
    amount_minor: int
    weight_g: int
    at: datetime
    is_booked: bool = True

    @property
    def waybill(self) -> str:
        """Its number."""
        return f"SF{self.waybill_id % 10**13:013d}"

    @property
    def name(self) -> str:
        """What it is called in a difference."""
        return f"freight:SF/{self.waybill}"


class _Carrier:
    """The carriers and our rows, of which some lines are spoilt on purpose."""

    def __init__(self, hall: Hall, seed: int) -> None:
        self._hall = hall
        self._chance = random.Random(seed)
        self._late: list[BillLineIn] = []
        self.spoilt = Spoilt()
        self.lines = 0
        self.agreed_minor = 0
        self.booked_minor = 0

    def next_day(self, on: date, lines: int, *, is_last: bool) -> tuple[list[Hauled], NoteBill]:
        """One day's rows and its bill; what fell near midnight yesterday opens it."""
        hauled: list[Hauled] = []
        told, self._late = list(self._late), []
        for _ in range(lines):
            if self._chance.randrange(1000) < ERRORS_PER_MILLE:
                kind = self._chance.choice(KINDS)
                # On the last day nothing more comes, so nothing may be left for the day after.
                self._spoil(on, "short" if kind == "cut_off" and is_last else kind, hauled, told)
            else:
                one = self._one(on)
                hauled.append(one)
                told.append(self._line(one))
                self.agreed_minor += one.amount_minor
        self.booked_minor += sum(one.amount_minor for one in hauled if one.is_booked)
        self._chance.shuffle(told)
        self.lines += len(told)
        return hauled, NoteBill(on=on, lines=told)

    def _one(self, on: date, *, minute: int | None = None, is_booked: bool = True) -> Hauled:
        minute = self._chance.randrange(23 * 60) if minute is None else minute
        weight_g = self._chance.randrange(100, 40_000)
        return Hauled(
            waybill_id=self._hall.mint.new(),
            amount_minor=800 + -(-max(0, weight_g - 1_000) // 1_000) * 200,
            weight_g=weight_g,
            at=datetime.combine(on, clock_time(minute // 60, minute % 60), TRADING_DAYS),
            is_booked=is_booked,
        )

    def _line(self, one: Hauled, **other: Any) -> BillLineIn:
        told = {"bill_txn": f"cb{one.waybill_id}", "carrier_code": "SF", "waybill": one.waybill,
                "weight_g": one.weight_g, "amount_minor": one.amount_minor, "currency": "CNY", "at": one.at}  # fmt: skip
        return BillLineIn(**{**told, **other})

    def _spoil(self, on: date, kind: str, hauled: list[Hauled], told: list[BillLineIn]) -> None:
        minute = 23 * 60 + 45 if kind == "cut_off" else None
        one = self._one(on, minute=minute, is_booked=kind not in {"state", "long", "currency"})
        line = self._line(one)
        if kind == "amount":
            line = self._line(one, amount_minor=one.amount_minor + self._chance.choice((-200, 200, 1_000)))
        elif kind == "currency":
            line = self._line(one, currency="USD")
        elif kind == "cut_off":
            self._late.append(line)
        if kind not in {"short", "cut_off"}:
            told.append(line)
        if kind == "twice":
            told.append(
                self._line(one, bill_txn=self._chance.choice((line.bill_txn, f"again{one.waybill_id}")))
            )
        if kind in {"twice", "cut_off"}:
            self.agreed_minor += one.amount_minor
        if kind != "long":
            hauled.append(one)
        self.spoilt.note(on, one.name, kind)


def reconcile_carrier_drill(*, days: int, lines: int, seed: int) -> dict[str, Any]:
    """Plays it and tells what was seen; raises where something was missed, misnamed or made up."""
    with empty_market() as ground:
        return asyncio.run(_play(ground.settings, days, lines, seed))


async def _play(settings: Any, days: int, lines: int, seed: int) -> dict[str, Any]:
    async with open_hall(settings) as hall:
        await _make_contract(hall)
        carrier = _Carrier(hall, seed)
        closings = []
        for number in range(days):
            hauled, bill = carrier.next_day(
                FIRST_DAY + timedelta(days=number), lines, is_last=number == days - 1
            )
            await _write(hall, hauled)
            begun = time.monotonic()
            await hall.run(carriage.note_bill, bill, system())
            closings.append(time.monotonic() - begun)
        await must_be_found(hall, carrier.spoilt, "carrier")
        await _must_be_explained(hall, carrier)
        what = "the carriers' bills of many days beside our charges, with errors of the seven sorts a carrier can make"
        return figures_of(
            what, seed=seed, days=days, lines=(lines, carrier.lines), spoilt=carrier.spoilt, closings=closings
        )


async def _make_contract(hall: Hall) -> None:
    async with hall.working(system()) as work:
        number = work.keyring.seal("6222020200112233", field="carrier_contract.account_no", owner=CARRIER)
        await work.db.execute(
            "INSERT INTO carrier_contract (carrier_id, carrier_code, account_no, account_masked, account_name, bank_name,"
            " made_at, changed_at, changed_by) VALUES ($1, 'SF', $2, '****2233', 'x', 'x', $3, $3, 0)",
            CARRIER, number, work.now,
        )  # fmt: skip


async def _write(hall: Hall, hauled: list[Hauled]) -> None:
    """Our rows of a day, and what the book says of them; the market bears the freight, so that no supplier is needed."""
    booked = [one for one in hauled if one.is_booked]
    async with hall.working(system()) as work:
        await work.db.copy_records_to_table(
            "freight_charge",
            columns=["order_id", "waybill_id", "carrier_id", "seller_id", "order_number", "waybill", "state", "region_code",
                     "terms_version", "weight_g", "market_minor", "picked_up_at", "taken_at"],
            records=[
                (one.waybill_id, one.waybill_id, CARRIER, SELLER, "x", one.waybill,
                 "taken" if one.is_booked else "expected", "44", 1, one.weight_g,
                 one.amount_minor if one.is_booked else 0, one.at if one.is_booked else None,
                 one.at if one.is_booked else None)
                for one in hauled
            ],
        )  # fmt: skip
        await work.db.copy_records_to_table(
            "freight_booking",
            columns=["order_id", "waybill_id", "booking_key", "kind", "carrier_id", "amount_minor", "market_minor",
                     "booked_at"],
            records=[
                (one.waybill_id, one.waybill_id, "market", "borne", CARRIER, one.amount_minor, one.amount_minor, one.at)
                for one in booked
            ],
        )  # fmt: skip
    entries = [
        write_entry(
            "E4m", business_key=f"E4m:{one.waybill_id}", about_id=one.waybill_id, owners={208: CARRIER},
            amounts={"market": one.amount_minor},
        )
        for one in booked
    ]  # fmt: skip
    await post_all(hall, entries)


async def _must_be_explained(hall: Hall, carrier: _Carrier) -> None:
    """What is payable is what agrees, account 208 is the sum of its parts, and the books hold."""
    await seal_all(hall)
    async with hall.pool.acquire() as db:
        work = hall.work(db, system())
        (owed,) = (await carriage.carrier_desk(work, ListBillLines())).owed
        findings = [*await ledger.verify(work), *await carriage.verify(work)]
    # Nobody pays the carriers here.
    findings = [one for one in findings if one.code != "payments.clearing_old"]
    parts = (
        owed.payable_minor + owed.paying_minor + owed.disputed_minor + owed.open_minor + owed.unbilled_minor
    )
    if (owed.payable_minor, owed.booked_minor, parts) != (
        carrier.agreed_minor, carrier.booked_minor, carrier.booked_minor,
    ) or findings:  # fmt: skip
        raise DrillFailed(
            f"payable {owed.payable_minor} ≠ {carrier.agreed_minor}, 208 {owed.booked_minor} ≠ {carrier.booked_minor}"
            f" ≠ {parts}, {findings[:3]}"
        )
