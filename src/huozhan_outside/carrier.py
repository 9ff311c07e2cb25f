"""The carriers: move every parcel they are told of and report its scans."""

from typing import Annotated

import msgspec

from huozhan_outside import waybills
from huozhan_outside.asking import (
    Answer,
    Ask,
    Asked,
    CarrierCode,
    Nothing,
    Refused,
    Route,
    Url,
    Waybill,
    json_answer,
    lines_answer,
)
from huozhan_outside.callbacks import Event
from huozhan_outside.clock import as_text, day_of_ms
from huozhan_outside.faults import Faults
from huozhan_outside.journey import CODE_OF, NO_TRACK, PICKED_UP, SIGNED_STATES, Leg, journey, odd_leg
from huozhan_outside.party import Keys, Party, World, trading_day

SCHEMA = """
CREATE TABLE IF NOT EXISTS parcel (
    reference TEXT PRIMARY KEY,
    asked BLOB NOT NULL,
    notify_path TEXT NOT NULL,
    state TEXT NOT NULL,
    legs_done INTEGER NOT NULL,
    stopped INTEGER NOT NULL,
    turn INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS scan (
    reference TEXT NOT NULL,
    number INTEGER NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (reference, number)
) WITHOUT ROWID;
"""

DEMANDS_PHONE_TAIL = ("SF",)

DivisionCode = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{6}\Z")]


class Subscribe(Ask, frozen=True):
    """A shipper hands a parcel over and wants to hear of it."""

    carrier_code: CarrierCode
    waybill: Waybill
    from_division: DivisionCode
    to_division: DivisionCode
    notify_url: Url
    receiver_phone_tail: Annotated[str, msgspec.Meta(pattern=r"^[0-9]{4}\Z")] | None

    @property
    def reference(self) -> str:
        return f"{self.carrier_code}/{self.waybill}"


class Advance(Ask, frozen=True):
    """A test moves a parcel by hand."""

    carrier_code: CarrierCode
    waybill: Waybill
    state: Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
    note: Annotated[str, msgspec.Meta(max_length=200)] = ""


class Scan(msgspec.Struct, frozen=True, kw_only=True):
    """One scan of a parcel."""

    carrier_code: str
    waybill: str
    scan_id: str
    state: str
    at: str
    place_zh: str
    place_en: str
    note: str


class Trace(msgspec.Struct, frozen=True, kw_only=True):
    """Everything known of a parcel."""

    carrier_code: str
    waybill: str
    state: str
    scans: list[Scan]


class _Parcel(msgspec.Struct, frozen=True):
    reference: str
    asked: bytes
    notify_path: str
    state: str
    legs_done: int
    stopped: bool
    turn: int

    @property
    def order(self) -> Subscribe:
        return _SUBSCRIPTIONS.decode(self.asked)


_SUBSCRIPTIONS = msgspec.json.Decoder(Subscribe)
_SCANS = msgspec.json.Decoder(Scan)


class Carrier(Party):
    """All carriers in one."""

    name = "carrier"
    schema = SCHEMA + waybills.SCHEMA

    def __init__(self, world: World, keys: Keys, faults: Faults, hour_ms: int) -> None:
        super().__init__(world, keys, faults)
        self.hour_ms = hour_ms

    def routes(self) -> list[Route]:
        """The carriers' endpoints."""
        return [
            Route("POST", "/carrier/subscriptions", self.subscribe, Subscribe, fate="subscriptions"),
            Route("GET", "/carrier/trace/{}/{}", self.show_trace),
            Route("POST", "/carrier/advance", self.advance, Advance),
            Route("POST", "/carrier/waybills", self.give, waybills.AskWaybill, fate="waybills"),
            Route("GET", "/carrier/waybills/{}", self.show_waybill),
            Route("POST", "/carrier/waybills/{}/cancel", self.cancel, Nothing),
            Route("GET", "/carrier/files/bill", self.bill_file),
        ]

    def subscribe(self, asked: Asked) -> Answer:
        """Take a parcel; the same parcel twice is one parcel."""
        order: Subscribe = asked.ask
        parcel = self._parcel(order.reference)
        if parcel is None:
            if order.carrier_code in DEMANDS_PHONE_TAIL and order.receiver_phone_tail is None:
                raise Refused(
                    422, "phone_tail_missing", f"{order.carrier_code} wants the receiver's last four digits"
                )
            self._take(order, self.notify_path(order.notify_url))
            parcel = self._known(order.reference)
        elif parcel.asked != order.fingerprint():
            raise Refused(409, "other_body", f"{order.reference} was subscribed with another body")
        return json_answer(
            {"carrier_code": order.carrier_code, "waybill": order.waybill, "state": parcel.state}
        )

    def show_trace(self, asked: Asked) -> Answer:
        """Every scan of a parcel so far."""
        return json_answer(self._trace("/".join(asked.names)))

    def advance(self, asked: Asked) -> Answer:
        """Move a parcel now: along its journey, or to a state where it stops."""
        wish: Advance = asked.ask
        parcel = self._known(f"{wish.carrier_code}/{wish.waybill}")
        code = CODE_OF.get(wish.state)
        if code is None or code == NO_TRACK:
            raise Refused(422, "unknown_state", f"{wish.state} is no state a parcel can be moved to")
        if parcel.state in SIGNED_STATES:
            raise Refused(409, "journey_ended", "the parcel is signed for")
        legs = self._legs(parcel)
        stations = [number for number, leg in enumerate(legs) if leg.state == code]
        ahead = [number for number in stations if number >= parcel.legs_done]
        if stations and not ahead:
            raise Refused(409, "journey_ended", "the parcel is further already")
        with self.store.writing():
            if ahead:
                for number in range(parcel.legs_done, ahead[0] + 1):
                    self._scan(parcel, legs[number], wish.note if number == ahead[0] else "")
                self._move(parcel, code, ahead[0] + 1, stopped=False)
            else:
                last = legs[max(parcel.legs_done - 1, 0)]
                self._scan(parcel, odd_leg(code, last), wish.note)
                self._move(parcel, code, parcel.legs_done, stopped=True)
            trace = self._trace(parcel.reference)
        return json_answer(trace)

    # Waybills that the market itself asked for

    def give(self, asked: Asked) -> Answer:
        """Give a waybill; the same reference twice is one waybill."""
        order: waybills.AskWaybill = asked.ask
        kept = waybills.find(self.store, order.ref)
        if kept is None:
            path = self.notify_path(order.notify_url)
            with self.store.writing():
                kept = waybills.give(self.store, order, path)
                self.happened("waybill", order.ref, order.carrier_code)
        elif kept.asked != order.fingerprint():
            raise Refused(409, "other_body", f"{order.ref} was asked with another body")
        return json_answer(kept.shown())

    def show_waybill(self, asked: Asked) -> Answer:
        """Tell how a waybill stands."""
        return json_answer(waybills.known(self.store, asked.names[0]).shown())

    def cancel(self, asked: Asked) -> Answer:
        """Take a waybill back before the pick-up; after it the answer says that it was picked up."""
        with self.store.writing():
            kept = waybills.known(self.store, asked.names[0])
            if kept.state == waybills.GIVEN:
                self.happened("cancel", kept.ref, kept.carrier_code)
            return json_answer(waybills.cancel(self.store, kept).shown())

    def bill_file(self, asked: Asked) -> Answer:
        """The bill of a day that is over: what was picked up on it."""
        day = trading_day(asked)
        if day >= day_of_ms(self.now_ms()):
            raise Refused(409, "day_open", f"{day} is not over")
        return lines_answer(waybills.bill(self.store, day))

    def _weigh(self, parcel: "_Parcel") -> None:
        """The first scan of a parcel under a waybill of the market: it is weighed, and the market hears of it."""
        order = parcel.order
        kept = waybills.of_parcel(self.store, order.carrier_code, order.waybill)
        if kept is None or kept.state != waybills.GIVEN:
            return
        weighed = waybills.pick_up(self.store, kept, self.now_ms(), self.world.seed)
        line = weighed.order.price.fee(weighed.weight_g or 0)
        self.happened("freight", kept.ref, kept.carrier_code, weighed.order.currency, line)
        self.tell(
            Event(
                type="waybill.picked_up",
                data=weighed.shown(),
                reference=kept.ref,
                subject=kept.ref,
                notify_path=kept.notify_path,
                reference_field="ref",
                forged_as={"weight_g": (weighed.weight_g or 0) * 10},
            )
        )

    def perform(self, reference: str) -> None:
        """The next scan of a journey falls due; a parcel moved by hand since then has another turn."""
        name, _, turn = reference.rpartition("#")
        parcel = self._known(name)
        if parcel.stopped or parcel.turn != int(turn):
            return
        leg = self._legs(parcel)[parcel.legs_done]
        self._scan(parcel, leg, "")
        self._move(parcel, leg.state, parcel.legs_done + 1, stopped=False)

    def _take(self, order: Subscribe, notify_path: str) -> None:
        with self.store.writing():
            self.store.write(
                "INSERT INTO parcel (reference, asked, notify_path, state, legs_done, stopped, turn) "
                "VALUES (?, ?, ?, ?, 0, 0, 0)",
                order.reference,
                order.fingerprint(),
                notify_path,
                NO_TRACK,
            )
            self._schedule(self._known(order.reference))

    def _move(self, parcel: _Parcel, state: str, legs_done: int, *, stopped: bool) -> None:
        self.store.write(
            "UPDATE parcel SET state = ?, legs_done = ?, stopped = ?, turn = turn + 1 WHERE reference = ?",
            state,
            legs_done,
            stopped,
            parcel.reference,
        )
        self._schedule(self._known(parcel.reference))

    def _schedule(self, parcel: _Parcel) -> None:
        legs = self._legs(parcel)
        if parcel.stopped or parcel.legs_done >= len(legs):
            return
        wait_ms = legs[parcel.legs_done].minutes * self.hour_ms // 60
        self.later(f"{parcel.reference}#{parcel.turn}", self.now_ms() + wait_ms)

    def _scan(self, parcel: _Parcel, leg: Leg, note: str) -> None:
        order = parcel.order
        if leg.state == PICKED_UP:
            self._weigh(parcel)
        found = self.store.row("SELECT count(*) FROM scan WHERE reference = ?", parcel.reference)
        number = 1 + (found[0] if found else 0)
        scan = Scan(
            carrier_code=order.carrier_code,
            waybill=order.waybill,
            scan_id=f"{order.carrier_code}-{order.waybill}-{number}",
            state=leg.state,
            at=as_text(self.happened("scan", parcel.reference, leg.state)),
            place_zh=leg.place_zh,
            place_en=leg.place_en,
            note=note or leg.note,
        )
        self.store.write(
            "INSERT INTO scan (reference, number, body) VALUES (?, ?, ?)",
            parcel.reference,
            number,
            msgspec.json.encode(scan),
        )
        self.tell(
            Event(
                type="parcel.scanned",
                data=scan,
                reference=parcel.reference,
                subject=parcel.reference,
                notify_path=parcel.notify_path,
                reference_field="waybill",
                forged_as={"state": "301" if leg.state != "301" else "404"},
                may_be_held=number % 2 == 1,
            )
        )

    def _legs(self, parcel: _Parcel) -> list[Leg]:
        order = parcel.order
        return journey(self.world.seed, parcel.reference, order.from_division, order.to_division)

    def _trace(self, reference: str) -> Trace:
        parcel = self._known(reference)
        rows = self.store.rows("SELECT body FROM scan WHERE reference = ? ORDER BY number", reference)
        order = parcel.order
        return Trace(
            carrier_code=order.carrier_code,
            waybill=order.waybill,
            state=parcel.state,
            scans=[_SCANS.decode(body) for (body,) in rows],
        )

    def _parcel(self, reference: str) -> _Parcel | None:
        found = self.store.row("SELECT * FROM parcel WHERE reference = ?", reference)
        return None if found is None else _Parcel(*found)

    def _known(self, reference: str) -> _Parcel:
        parcel = self._parcel(reference)
        if parcel is None:
            raise Refused(404, "not_found")
        return parcel
