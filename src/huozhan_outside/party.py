"""What every outside party has: a store, a truth, callbacks, deeds that end later, and a fault plan."""

from datetime import date
from pathlib import Path
from typing import NamedTuple

import msgspec

from huozhan_outside.agenda import Agenda
from huozhan_outside.asking import Answer, Asked, Refused, Route, json_answer, lines_answer
from huozhan_outside.callbacks import Callbacks, Event
from huozhan_outside.calling import Market
from huozhan_outside.clock import Clock, as_text
from huozhan_outside.faults import Faults, PartyName, PartyPlan
from huozhan_outside.store import Row, Store, TruthRow

MOST_ROWS = 5000
TRY_AGAIN_MS = 10_000  # after a full disk, say


class Keys(NamedTuple):
    """The two keys of a party; mail calls nobody back."""

    request: bytes
    callback: bytes


class World(NamedTuple):
    """What all parties share: time, what is due, and where the market is."""

    home: Path
    clock: Clock
    agenda: Agenda
    market: Market
    seed: int
    public_url: str


class TruthLine(msgspec.Struct, frozen=True):
    """A sum of the truth, over everything or for one reference."""

    kind: str
    currency: str
    count: int
    amount_minor: int


class ReferenceLine(msgspec.Struct, frozen=True):
    """What really happened under one reference."""

    reference: str
    kind: str
    currency: str
    count: int
    amount_minor: int


class TruthEntry(msgspec.Struct, frozen=True):
    """One row of the truth."""

    seq: int
    at: str
    kind: str
    reference: str
    part: str
    currency: str
    amount_minor: int


class Party:
    """An outside party; each kind adds its endpoints and what its deeds do when they fall due."""

    name: PartyName
    schema: str

    def __init__(self, world: World, keys: Keys, faults: Faults) -> None:
        self.keys = keys
        self.world = world
        self.store = Store(world.home / f"{self.name}.db", self.schema)
        self.callbacks = Callbacks(self.store, world.clock, world.agenda, world.market, keys.callback)
        self.plan = self._kept_plan() or PartyPlan(self.name, world.seed, faults)

    def routes(self) -> list[Route]:
        """The party's endpoints."""
        raise NotImplementedError

    def perform(self, reference: str) -> None:
        """End what fell due under a reference; runs inside `writing()`."""
        raise NotImplementedError

    def resume(self) -> None:
        """Take up what was left when the process ended."""
        self.callbacks.resume()
        for seq, due_ms, reference in self.store.rows("SELECT seq, due_ms, reference FROM deed ORDER BY seq"):
            self._enter(seq, due_ms, reference)

    # For the parties

    def now_ms(self) -> int:
        """The trading time."""
        return self.world.clock.now_ms()

    def later(self, reference: str, due_ms: int) -> None:
        """Perform the deed of a reference at that time; call inside `writing()`."""
        seq = self.store.write("INSERT INTO deed (due_ms, reference) VALUES (?, ?)", due_ms, reference)
        self.store.then(lambda: self._enter(seq, due_ms, reference))

    def happened(
        self, kind: str, reference: str, part: str = "", currency: str = "", amount_minor: int = 0
    ) -> int:
        """Write the truth, now; call inside `writing()`."""
        at_ms = self.now_ms()
        self.store.add_truth(TruthRow(at_ms, kind, reference, part, currency, amount_minor))
        return at_ms

    def tell(self, event: Event) -> None:
        """Write the callbacks of an event; call inside `writing()`."""
        self.callbacks.tell(event, self.plan)

    def notify_path(self, notify_url: str) -> str:
        """Refuse to call anybody but the market."""
        path = self.world.market.path_of(notify_url)
        if path is None:
            raise Refused(422, "notify_url_foreign", f"callbacks go to {self.world.market.origin} only")
        return path

    def set_plan(self, plan: PartyPlan) -> None:
        """Replace the fault plan, for this process and the next."""
        with self.store.writing():
            self.store.write(
                "INSERT INTO plan (party, body) VALUES (?, ?) ON CONFLICT (party) DO UPDATE SET body = excluded.body",
                self.name,
                msgspec.json.encode(plan),
            )
        self.plan = plan

    # Truth

    def show_truth(self, asked: Asked) -> Answer:
        """`GET /truth/{party}`: totals and sums per reference."""
        limit = whole_number(asked.query.get("limit", str(MOST_ROWS)), "limit")
        limit = min(max(limit, 1), MOST_ROWS)
        reference = asked.query.get("reference")
        totals = self.store.rows(
            "SELECT kind, currency, count(*), sum(amount_minor) FROM truth GROUP BY kind, currency ORDER BY kind, currency"
        )
        names = (
            [reference] if reference is not None else self._references(asked.query.get("after", ""), limit)
        )
        sums: list[Row] = []
        if names:
            sums = self.store.rows(
                "SELECT reference, kind, currency, count(*), sum(amount_minor) FROM truth "
                "WHERE reference BETWEEN ? AND ? GROUP BY reference, kind, currency ORDER BY reference, kind, currency",
                names[0],
                names[-1],
            )
        more = reference is None and len(names) == limit
        return json_answer(
            {
                "party": self.name,
                "totals": [TruthLine(*row) for row in totals],
                "by_reference": [ReferenceLine(*row) for row in sums],
                "next": names[-1] if more else None,
            }
        )

    def show_truth_rows(self, asked: Asked) -> Answer:
        """`GET /truth/{party}/rows`: the rows themselves."""
        rows = self.store.rows(
            "SELECT seq, at_ms, kind, reference, part, currency, amount_minor FROM truth WHERE seq > ? ORDER BY seq LIMIT ?",
            whole_number(asked.query.get("after", "0"), "after"),
            MOST_ROWS,
        )
        return lines_answer([TruthEntry(seq, as_text(at_ms), *rest) for seq, at_ms, *rest in rows])

    def _references(self, after: str, limit: int) -> list[str]:
        rows = self.store.rows(
            "SELECT DISTINCT reference FROM truth WHERE reference > ? ORDER BY reference LIMIT ?",
            after,
            limit,
        )
        return [reference for (reference,) in rows]

    def _enter(self, seq: int, due_ms: int, reference: str) -> None:
        self.world.agenda.add(due_ms, lambda: self._perform(seq, reference))

    def _perform(self, seq: int, reference: str) -> None:
        with self.store.writing():
            self.store.otherwise(lambda: self._enter(seq, self.now_ms() + TRY_AGAIN_MS, reference))
            self.store.write("DELETE FROM deed WHERE seq = ?", seq)
            self.perform(reference)

    def _kept_plan(self) -> PartyPlan | None:
        found = self.store.row("SELECT body FROM plan WHERE party = ?", self.name)
        return None if found is None else msgspec.json.decode(found[0], type=PartyPlan)


def whole_number(text: str, field: str) -> int:
    """A count from a query string."""
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise Refused(422, "invalid", f"{field} is a whole number")
    return int(text)


def trading_day(asked: Asked) -> date:
    """The day a file is asked for."""
    try:
        day = date.fromisoformat(asked.query.get("on", ""))
    except ValueError:
        day = date.min
    if not 2000 <= day.year < 3000:
        raise Refused(422, "invalid", "on is a date, YYYY-MM-DD")
    return day
