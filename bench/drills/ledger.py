"""Random deeds against the ledger's oracle: millions in the pure model, many through PostgreSQL with sixteen hands at once.

What hands do at once has an order: each accepted deed draws a number while it still holds the rows it changed, so of two
deeds that meet on an account the one that came first has the smaller number. The oracle repeats them in that order and must
allow each. A refused deed holds nothing when it is answered; there must be a moment between its beginning and its end at
which the oracle refuses it too.
"""

import asyncio
import time
from collections import Counter
from typing import Any

import msgspec
from tests.ledger.oracle import DEBIT_SIDE, MAY_NOT_FALL_BELOW_HELD, PlainLedger, Refused

from bench.drills.book_deeds import Deed, Deeds, unknown_to_the_oracle
from bench.drills.patient import DrillFailed
from bench.ground import empty_market
from huozhan.doors.hall import Hall
from huozhan.doors.run import NO_ROOM
from huozhan.doors.settings import Settings
from huozhan.kernel import database
from huozhan.kernel.actor import system
from huozhan.kernel.moves import NoSuchMove
from huozhan.kernel.refusals import NotFound
from huozhan.kernel.work import Work
from huozhan.ledger import (
    BLOCK_ENTRIES_MAX,
    Account,
    NotCovered,
    balances,
    draw_trial_balance,
    hold,
    post,
    post_hold,
    seal_chain,
    verify,
    void_hold,
)
from huozhan.main import open_hall

CHECK_EVERY = 1_000
WORKERS = 16
OTHER_CONTENT = "with other content"


def ledger_drill(*, pure: int, stored: int, seed: int) -> dict[str, Any]:
    """Plays both parts and tells what was seen; raises where book and oracle part."""
    pure_figures = _play_pure(pure, seed)
    with empty_market() as ground:
        stored_figures = asyncio.run(_play_stored(ground.settings, stored, seed))
    return {
        "what": "random deeds on the ledger against an oracle that imports none of it",
        "seed": seed,
        "pure_model": pure_figures,
        "through_postgresql": stored_figures,
        "events_without_oracle": unknown_to_the_oracle(),
    }


# ── The pure model ───────────────────────────────────────────────────────────────────────────────────


def _play_pure(deeds: int, seed: int) -> dict[str, Any]:
    begun, oracle, said, checks = time.monotonic(), PlainLedger(), Counter[str](), 0
    for number, deed in enumerate(Deeds(seed), 1):
        _compare_pure(deed)
        said[_by_oracle(oracle, deed)] += 1
        if number % CHECK_EVERY == 0 or number == deeds:
            checks += 1
            debit, credit = oracle.both_sides()
            if debit != credit or oracle.uncovered():
                raise DrillFailed(
                    f"deed {number} of seed {seed}: {debit} ≠ {credit}, {oracle.uncovered()[:3]}"
                )
        if number == deeds:
            break
    return _figures(said, checks, begun)


def _compare_pure(deed: Deed) -> None:
    """What the book would write, and do to the accounts it checks, is what the oracle's table says."""
    for event in deed.events:
        entry, (_, moves) = event.entry(), event.plain()
        wrote = [
            ((p.debit.code, p.debit.owner_id), (p.credit.code, p.credit.owner_id), p.amount_minor)
            for p in entry.postings
        ]
        changes: Counter[tuple[int, int]] = Counter()
        for debit, credit, amount in moves:
            for place, change in ((debit, amount), (credit, -amount)):
                if place[0] in MAY_NOT_FALL_BELOW_HELD:
                    changes[place] += change if place[0] in DEBIT_SIDE else -change
        meant: Counter[tuple[int, int]] = Counter()
        for account, change in entry.changes():
            meant[account.code, account.owner_id] += change
        if sorted(wrote) != sorted(moves) or meant != changes:
            raise DrillFailed(f"{event}: the book writes {wrote}, the oracle {moves}")


def _by_oracle(oracle: PlainLedger, deed: Deed) -> str:
    plain = [event.plain() for event in deed.events]
    try:
        if deed.kind == "post":
            oracle.post(plain)
        elif deed.kind == "hold":
            oracle.hold(deed.key, deed.move)
        else:
            oracle.end_hold(deed.key, plain)
    except Refused:
        return "refused"
    return "accepted"


# ── Through PostgreSQL ───────────────────────────────────────────────────────────────────────────────


class Done(msgspec.Struct):
    """One deed as it was answered: an accepted one at its number, a refused one somewhere between two."""

    deed: Deed
    accepted: bool
    since: int
    number: int


async def _play_stored(settings: Settings, deeds: int, seed: int) -> dict[str, Any]:
    async with open_hall(settings) as hall:
        hall.pool = await database.open_pool(settings.database_url, size_min=WORKERS, size_max=WORKERS + 1)
        try:
            return await _Hands(hall, seed).play(deeds)
        finally:
            await hall.pool.close()


class _Hands:
    """Sixteen hands on one book, and the oracle that repeats what they did."""

    def __init__(self, hall: Hall, seed: int) -> None:
        self._hall, self._seed = hall, seed
        self._deeds, self._oracle = iter(Deeds(seed)), PlainLedger()
        self._settled = 0
        self._numbers: set[int] = set()
        self._again = 0

    async def play(self, deeds: int) -> dict[str, Any]:
        """Rounds of a thousand deeds, each compared whole."""
        begun, said, checks = time.monotonic(), Counter[str](), 0
        async with self._hall.pool.acquire() as db:
            await db.execute("CREATE SEQUENCE drill_number")
        for first in range(0, deeds, CHECK_EVERY):
            todo = iter(range(min(CHECK_EVERY, deeds - first)))
            done: list[Done] = []
            async with asyncio.TaskGroup() as group:
                for _ in range(WORKERS):
                    group.create_task(self._hand(todo, done))
                group.create_task(self._seal())
            self._repeat(done)
            await self._compare(first + len(done))
            said.update("accepted" if one.accepted else "refused" for one in done)
            checks += 1
        async with self._hall.working(system("drill")) as work:
            findings = [finding.code for finding in await verify(work)]
        if findings:
            raise DrillFailed(f"verify: {findings}")
        return {
            **_figures(said, checks, begun), "workers": WORKERS, "done_again": self._again, "verify_findings": 0
        }  # fmt: skip

    async def _hand(self, todo: Any, done: list[Done]) -> None:
        for _ in todo:
            deed = next(self._deeds)
            since = self._settled
            try:
                number = await self._do(deed)
            except (NotCovered, NoSuchMove, NotFound):
                done.append(Done(deed, accepted=False, since=since, number=await self._last_number()))
            except AssertionError as error:
                if OTHER_CONTENT not in str(error):
                    raise
                done.append(Done(deed, accepted=False, since=since, number=await self._last_number()))
            else:
                done.append(Done(deed, accepted=True, since=number, number=number))

    async def _do(self, deed: Deed) -> int:
        while True:
            number = 0
            try:
                async with self._hall.working(system("drill")) as work:
                    await _by_book(work, deed)
                    number = await work.db.fetchval("SELECT nextval('drill_number')")
            except NO_ROOM:
                self._again += 1
            else:
                return number
            finally:
                self._settle(number)

    def _settle(self, number: int) -> None:
        """Up to which number every deed is over."""
        if number:
            self._numbers.add(number)
        while self._settled + 1 in self._numbers:
            self._settled += 1
            self._numbers.discard(self._settled)

    async def _last_number(self) -> int:
        async with self._hall.pool.acquire() as db:
            return int(
                await db.fetchval("SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM drill_number")
            )

    async def _seal(self) -> None:
        """Seals while the others write."""
        more = BLOCK_ENTRIES_MAX
        while more:
            async with self._hall.working(system("sealer")) as work:
                more = await seal_chain(work)
            await asyncio.sleep(0)

    def _repeat(self, done: list[Done]) -> None:
        """Lets the oracle do it in the order of the numbers."""
        accepted = sorted((one for one in done if one.accepted), key=lambda one: one.number)
        refused = [one for one in done if not one.accepted]
        at = min([one.since for one in refused] + [one.number - 1 for one in accepted])
        for one in [None, *accepted]:
            if one is not None:
                if _by_oracle(self._oracle, one.deed) == "refused":
                    raise DrillFailed(f"the book took what the oracle refuses: {one} (seed {self._seed})")
                at = one.number
            refused = [other for other in refused if not (other.since <= at and self._is_refused(other.deed))]
            passed = [other for other in refused if other.number < at]
            if passed:
                raise DrillFailed(f"the book refused what the oracle takes: {passed[0]} (seed {self._seed})")
        if refused:
            raise DrillFailed(f"the book refused what the oracle takes: {refused[0]} (seed {self._seed})")

    def _is_refused(self, deed: Deed) -> bool:
        oracle, plain = self._oracle, [event.plain() for event in deed.events]
        if deed.kind == "post":
            return oracle.would_refuse(plain)
        if deed.kind == "hold":
            (place, _, amount), known = deed.move, oracle.keys.get(deed.key, deed.move)
            free = oracle.balance.get(place, 0) - oracle.held.get(place, 0)
            return known != deed.move or (deed.key not in oracle.keys and free < amount)
        if deed.key not in oracle.holds or deed.key in oracle.ended:
            return True
        place, _, amount = oracle.holds[deed.key]
        oracle.held[place] -= amount
        try:
            return oracle.would_refuse(plain)
        finally:
            oracle.held[place] += amount

    async def _compare(self, number: int) -> None:
        """The trial balance is even, and every account stands where the oracle's does."""
        oracle = self._oracle
        async with self._hall.working(system("drill")) as work:
            trial = await draw_trial_balance(work)
            found = await balances(work, [Account(*place) for place in oracle.balance])
            kept = {
                (row["code"], row["owner_id"])
                for row in await work.db.fetch("SELECT code, owner_id FROM ledger_balance")
            }
        if trial.difference_minor or oracle.both_sides()[0] != oracle.both_sides()[1] or oracle.uncovered():
            raise DrillFailed(
                f"deed {number} of seed {self._seed}: the trial balance is off by {trial.difference_minor}"
            )
        apart = [
            (place, there, oracle.balance[place], oracle.held.get(place, 0))
            for place in oracle.balance
            if ((there := found[Account(*place)]).posted_minor, there.held_minor)
            != (oracle.balance[place], oracle.held.get(place, 0))
        ]
        if apart or kept - set(oracle.balance):
            raise DrillFailed(
                f"deed {number} of seed {self._seed}: {apart[:3]} {list(kept - set(oracle.balance))[:3]}"
            )


async def _by_book(work: Work, deed: Deed) -> None:
    entries = tuple(event.entry() for event in deed.events)
    if deed.kind == "post":
        await post(work, entries)
    elif deed.kind == "hold":
        debit, credit, amount = deed.move
        await hold(work, deed.key, Account(*debit), Account(*credit), amount)
    elif deed.kind == "post_hold":
        await post_hold(work, deed.key, entries, "drill")
    else:
        await void_hold(work, deed.key, "drill")


def _figures(said: Counter[str], checks: int, begun: float) -> dict[str, Any]:
    return {
        "operations": said.total(),
        **said,
        "trial_balances": checks,
        "trial_balances_uneven": 0,
        "uncovered_accounts": 0,
        "differences_from_the_oracle": 0,
        "seconds": round(time.monotonic() - begun),
    }
