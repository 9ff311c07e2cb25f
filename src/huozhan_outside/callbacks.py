"""Callbacks to the market: written with the truth they speak of, sent until the market has taken them."""

import asyncio
import secrets
import time
from functools import partial
from typing import Any

import msgspec

from huozhan_outside import signing
from huozhan_outside.agenda import Agenda
from huozhan_outside.calling import Market, NoAnswer
from huozhan_outside.clock import Clock, as_text
from huozhan_outside.faults import PartyPlan, draw
from huozhan_outside.store import Store

RETRY_AFTER_S = (1, 3, 10, 30, 120, 600, 1800, 7200)
THEN_EVERY_S = 6 * 3600
GIVE_UP_AFTER_MS = 3 * 24 * 3600 * 1000
AT_ONCE = 16
AFTER_A_LIE_MS = 100
BETWEEN_TWINS_MS = 200
GONE = 410

# Sorts of a callback: true ones are retried; held ones are true and wait for a later one; false ones are signed
# correctly and forged ones wrongly, and neither is sent twice.
TRUE, HELD, FALSE, FORGED = "true", "held", "false", "forged"


class Event(msgspec.Struct, frozen=True):
    """What a party has to tell, and which of its fields the faults may twist."""

    type: str
    data: msgspec.Struct
    reference: str
    subject: str
    notify_path: str
    reference_field: str
    forged_as: dict[str, Any]
    amount_field: str | None = None
    currency_field: str | None = None
    may_be_held: bool = False


class Callbacks:
    """The callbacks of one party."""

    def __init__(self, store: Store, clock: Clock, agenda: Agenda, market: Market, key: bytes) -> None:
        self._store = store
        self._clock = clock
        self._agenda = agenda
        self._market = market
        self._key = key
        self._gate = asyncio.Semaphore(AT_ONCE)
        self._under_way: dict[int, asyncio.Task[None]] = {}
        self._held: dict[str, set[int]] = {}

    def resume(self) -> None:
        """Enter everything that was not delivered when the process ended."""
        for seq, due_ms, sort, subject in self._store.rows(
            "SELECT seq, due_ms, sort, subject FROM callback WHERE given_up IS NULL ORDER BY seq"
        ):
            if sort == HELD:
                self._held.setdefault(subject, set()).add(seq)
            self._agenda.add(due_ms, partial(self._start, seq))

    async def finish(self, patience_s: float) -> None:
        """Let what is being delivered end, so that what the market has taken is not sent again."""
        if self._under_way:
            await asyncio.wait(self._under_way.values(), timeout=patience_s)

    def tell(self, event: Event, plan: PartyPlan) -> None:
        """Write an event's callbacks, and the false ones the plan wants before it; call inside `writing()`."""
        now_ms = self._clock.now_ms()
        late_ms = int(plan.faults.late_by_s * 1000)
        wait_ms = 0
        for sort, data, pause_ms in self._lies(event, plan, late_ms):
            self._write(event, data, sort, now_ms, now_ms)
            wait_ms = max(wait_ms, pause_ms)
        if plan.strikes("late_callback", event.reference):
            wait_ms += late_ms
        sort = TRUE
        if event.may_be_held and plan.strikes("reordered", event.reference):
            sort, wait_ms = HELD, wait_ms + late_ms
        message_id = self._write(event, event.data, sort, now_ms, now_ms + wait_ms)
        if plan.strikes("duplicate_callback", event.reference):
            due_ms = now_ms + wait_ms + BETWEEN_TWINS_MS
            self._write(event, event.data, TRUE, now_ms, due_ms, message_id)
            self._write(event, event.data, TRUE, now_ms, due_ms + BETWEEN_TWINS_MS)

    def _lies(self, event: Event, plan: PartyPlan, late_ms: int) -> list[tuple[str, msgspec.Struct, int]]:
        lies: list[tuple[str, msgspec.Struct, int]] = []

        def lie(fault: str, sort: str, pause_ms: int, twist: dict[str, Any]) -> None:
            if plan.strikes(fault, event.reference):
                lies.append((sort, msgspec.structs.replace(event.data, **twist), pause_ms))

        if event.amount_field is not None and event.currency_field is not None:
            amount_minor = getattr(event.data, event.amount_field)
            currency = getattr(event.data, event.currency_field)
            lie("wrong_amount", FALSE, late_ms, {event.amount_field: amount_minor + 1})
            lie(
                "wrong_currency",
                FALSE,
                late_ms,
                {event.currency_field: "USD" if currency != "USD" else "EUR"},
            )
        lie("forged_signature", FORGED, AFTER_A_LIE_MS, event.forged_as)
        nobody = f"unknown-{int(draw(plan.seed, event.reference, event.type) * 16**10):010x}"
        lie("unknown_reference", FALSE, AFTER_A_LIE_MS, {event.reference_field: nobody})
        return lies

    def _write(
        self,
        event: Event,
        data: msgspec.Struct,
        sort: str,
        now_ms: int,
        due_ms: int,
        message_id: str | None = None,
    ) -> str:
        message_id = message_id or f"msg_{secrets.token_hex(12)}"
        body = msgspec.json.encode({"type": event.type, "timestamp": as_text(now_ms), "data": data})
        seq = self._store.write(
            "INSERT INTO callback (message_id, subject, notify_path, body, sort, made_ms, due_ms) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            message_id,
            event.subject,
            event.notify_path,
            body,
            sort,
            now_ms,
            due_ms,
        )
        if sort == HELD:
            self._held.setdefault(event.subject, set()).add(seq)
        self._store.then(lambda: self._agenda.add(due_ms, partial(self._start, seq)))
        return message_id

    def _start(self, seq: int) -> None:
        if seq not in self._under_way:
            task = asyncio.get_running_loop().create_task(self._deliver(seq))
            self._under_way[seq] = task
            task.add_done_callback(lambda _: self._under_way.pop(seq, None))

    async def _deliver(self, seq: int) -> None:
        found = self._store.row(
            "SELECT message_id, subject, notify_path, body, sort, made_ms, attempts FROM callback "
            "WHERE seq = ? AND given_up IS NULL",
            seq,
        )
        if found is None:
            return
        message_id, subject, notify_path, body, sort, made_ms, attempts = found
        async with self._gate:
            status = await self._attempt(message_id, notify_path, body, sort)
        delivered = 200 <= status < 300
        if delivered or sort in (FALSE, FORGED):
            with self._store.noting():
                self._store.write("DELETE FROM callback WHERE seq = ?", seq)
            self._release_held(subject, seq)
        elif status == GONE or self._clock.now_ms() - made_ms > GIVE_UP_AFTER_MS:
            with self._store.noting():
                self._store.write("UPDATE callback SET given_up = ? WHERE seq = ?", f"status {status}", seq)
        else:
            self._try_later(seq, attempts)

    async def _attempt(self, message_id: str, notify_path: str, body: bytes, sort: str) -> int:
        key = self._key if sort != FORGED else bytes(32)
        headers = signing.callback_headers(key, message_id, int(time.time()), body)
        try:
            return await self._market.post(notify_path, headers, body)
        except NoAnswer:
            return 0

    def _try_later(self, seq: int, attempts: int) -> None:
        wait_s = RETRY_AFTER_S[attempts] if attempts < len(RETRY_AFTER_S) else THEN_EVERY_S
        due_ms = self._clock.now_ms() + wait_s * 1000
        with self._store.noting():
            self._store.write(
                "UPDATE callback SET attempts = attempts + 1, due_ms = ?, sort = iif(sort = 'held', 'true', sort) "
                "WHERE seq = ?",
                due_ms,
                seq,
            )
        self._agenda.add(due_ms, partial(self._start, seq))

    def _release_held(self, subject: str, delivered_seq: int) -> None:
        held = self._held.get(subject)
        if held is None:
            return
        held.discard(delivered_seq)
        for seq in sorted(seq for seq in held if seq < delivered_seq):
            held.discard(seq)
            self._start(seq)
        if not held:
            del self._held[subject]
