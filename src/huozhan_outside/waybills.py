"""Waybills that carriers give to the market itself, weighed at the pick-up, billed by the day."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated

import msgspec

from huozhan_outside.asking import AmountMinor, CarrierCode, Currency, NamedAsk, Reference, Refused, Url
from huozhan_outside.clock import as_text, day_bounds_ms, maybe_text
from huozhan_outside.faults import draw
from huozhan_outside.store import Store

SCHEMA = """
CREATE TABLE IF NOT EXISTS waybill (
    ref TEXT PRIMARY KEY,
    nth INTEGER NOT NULL,
    carrier_code TEXT NOT NULL,
    waybill TEXT NOT NULL UNIQUE,
    asked BLOB NOT NULL,
    notify_path TEXT NOT NULL,
    state TEXT NOT NULL,
    version INTEGER NOT NULL,
    weight_g INTEGER,
    picked_up_ms INTEGER
) WITHOUT ROWID;
"""

NUMBERS = {
    "SF": "SF7{:012d}",
    "ZTO": "74{:012d}",
    "STO": "77{:013d}",
    "YTO": "YT7{:012d}",
    "YD": "43{:013d}",
    "JTSD": "JT7{:012d}",
    "JD": "JD7{:012d}",
    "EMS": "11{:011d}",
    "CNSD": "CN7{:012d}",
}
"""What the numbers of the carriers look like that give waybills here."""

GIVEN, PICKED_UP, CANCELLED = "given", "picked_up", "cancelled"
SCALE_G = 10  # carriers weigh in tens of grams


class Price(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The row of the agreed price table that counts for a parcel."""

    first_g: Annotated[int, msgspec.Meta(ge=1)]
    first_minor: AmountMinor
    next_g: Annotated[int, msgspec.Meta(ge=1)]
    next_minor: Annotated[int, msgspec.Meta(ge=0)]

    def fee(self, weight_g: int) -> int:
        """What so many grams cost."""
        return self.first_minor + -(-max(0, weight_g - self.first_g) // self.next_g) * self.next_minor


class Person(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Who gives or gets a parcel."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    phone: Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
    division: Annotated[str, msgspec.Meta(max_length=12)]
    address: Annotated[str, msgspec.Meta(min_length=1, max_length=1000)]


class AskWaybill(NamedAsk, frozen=True, kw_only=True):
    """The market asks for a waybill; what the parcel weighs is what its shipper thinks."""

    ref: Reference
    carrier_code: CarrierCode
    number: Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
    weight_g: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]
    currency: Currency
    price: Price
    sender: Person
    receiver: Person
    notify_url: Url


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """A waybill as it is told."""

    ref: str
    carrier_code: str
    waybill: str
    route: str
    state: str
    version: int
    weight_g: int | None
    picked_up_at: str | None


class BillLine(msgspec.Struct, frozen=True, kw_only=True):
    """A line of a day's bill."""

    bill_txn: str
    carrier_code: str
    waybill: str
    weight_g: int
    amount_minor: int
    currency: str
    at: str


class Kept(msgspec.Struct, frozen=True):
    """A waybill as it lies in the store."""

    ref: str
    nth: int
    carrier_code: str
    waybill: str
    asked: bytes
    notify_path: str
    state: str
    version: int
    weight_g: int | None
    picked_up_ms: int | None

    @property
    def order(self) -> AskWaybill:
        """What was asked."""
        return _ASKS.decode(self.asked)

    def shown(self) -> Shown:
        """As it is told."""
        return Shown(
            ref=self.ref,
            carrier_code=self.carrier_code,
            waybill=self.waybill,
            route=f"{self.order.receiver.division[:4] or '0000'}-{self.nth % 90 + 10}",
            state=self.state,
            version=self.version,
            weight_g=self.weight_g,
            picked_up_at=maybe_text(self.picked_up_ms),
        )


_ASKS = msgspec.json.Decoder(AskWaybill)


def give(store: Store, order: AskWaybill, notify_path: str) -> Kept:
    """Gives a waybill, once for each reference; call inside `writing()`."""
    if order.carrier_code not in NUMBERS:
        raise Refused(422, "unknown_carrier", f"{order.carrier_code} gives no waybills here")
    found = store.row("SELECT coalesce(max(nth), 0) FROM waybill")
    nth = 1 + (found[0] if found else 0)
    store.write(
        "INSERT INTO waybill (ref, nth, carrier_code, waybill, asked, notify_path, state, version)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, 1)",
        order.ref,
        nth,
        order.carrier_code,
        NUMBERS[order.carrier_code].format(nth),
        order.fingerprint(),
        notify_path,
        GIVEN,
    )
    return known(store, order.ref)


def find(store: Store, ref: str) -> Kept | None:
    """A waybill by the market's reference."""
    row = store.row("SELECT * FROM waybill WHERE ref = ?", ref)
    return None if row is None else Kept(*row)


def known(store: Store, ref: str) -> Kept:
    """The same, which must be there."""
    kept = find(store, ref)
    if kept is None:
        raise Refused(404, "not_found")
    return kept


def of_parcel(store: Store, carrier_code: str, number: str) -> Kept | None:
    """A waybill by its number."""
    row = store.row("SELECT * FROM waybill WHERE carrier_code = ? AND waybill = ?", carrier_code, number)
    return None if row is None else Kept(*row)


def cancel(store: Store, kept: Kept) -> Kept:
    """Takes a waybill back that was not picked up; one that was stays as it is."""
    if kept.state == GIVEN:
        store.write("UPDATE waybill SET state = ?, version = version + 1 WHERE ref = ?", CANCELLED, kept.ref)
    return known(store, kept.ref)


def pick_up(store: Store, kept: Kept, at_ms: int, seed: int) -> Kept:
    """The courier takes and weighs a parcel: some weigh up to a third more than their shipper thought."""
    asked_g = kept.order.weight_g
    heavier = draw(seed, "weight", kept.ref)
    weight_g = asked_g if heavier < 0.7 else int(asked_g * (0.6 + heavier * 0.75))
    weight_g = max(SCALE_G, -(-weight_g // SCALE_G) * SCALE_G)
    store.write(
        "UPDATE waybill SET state = ?, version = version + 1, weight_g = ?, picked_up_ms = ? WHERE ref = ?",
        PICKED_UP,
        weight_g,
        at_ms,
        kept.ref,
    )
    return known(store, kept.ref)


def bill(store: Store, day: date) -> Sequence[BillLine]:
    """Everything that was picked up on one day, at the weighed price."""
    rows = store.rows(
        "SELECT * FROM waybill WHERE picked_up_ms >= ? AND picked_up_ms < ? ORDER BY picked_up_ms, nth",
        *day_bounds_ms(day),
    )
    return [_line(Kept(*row)) for row in rows]


def _line(kept: Kept) -> BillLine:
    order = kept.order
    assert kept.weight_g is not None
    assert kept.picked_up_ms is not None
    return BillLine(
        bill_txn=f"cb_{kept.nth:09d}",
        carrier_code=kept.carrier_code,
        waybill=kept.waybill,
        weight_g=kept.weight_g,
        amount_minor=order.price.fee(kept.weight_g),
        currency=order.currency,
        at=as_text(kept.picked_up_ms),
    )
