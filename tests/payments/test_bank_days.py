"""The bank's closed days beside our rows: every movement has its row, every row its movement, and the balances agree."""

import json
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
import pytest_asyncio
from msgspec import structs, to_builtins

from huozhan import operations, payments
from huozhan.doors.hall import Hall
from huozhan.doors.jobs import payments as errands
from huozhan.kernel.actor import Actor, system
from huozhan.kernel.shapes import Nothing
from huozhan.ledger import post
from huozhan.payments.asks import (
    BankDayLine,
    BankDayTotal,
    BelieveEmpty,
    ListDifferences,
    NoteBankDay,
    NoteFile,
    NoteStatement,
    TradeLine,
)
from huozhan.payments.ports import BANK_ID
from huozhan.payments.store import awaited
from tests import world
from tests.ledger.books import earned, freed, paid
from tests.payments.paying import actor, working
from tests.payments.test_withdraw import NAME, asked, heard, transfer_message

DAY = date(2026, 3, 1)
NEXT = DAY + timedelta(days=1)
OPERATOR = actor(1, "market.ledger")


@pytest_asyncio.fixture
async def chenguang(hall: Hall) -> Actor:
    """晨光 has 1 000.00 available."""
    operator = await world.first_operator(hall)
    owner = await world.supplier(hall, operator, NAME, "chenguang@example.cn", uscc="91330782MA28A1B2X4")
    await post(
        working(hall), [paid(11, 100_000), earned(11, owner.org_id, 100_000), freed(owner.org_id, 100_000)]
    )
    return owner


class Bank:
    """The custody bank, telling its days."""

    def __init__(self, hall: Hall) -> None:
        self.hall = hall

    async def came(self, txn: str, amount_minor: int) -> BankDayLine:
        """Money comes and is credited by its line; so the bank tells it in its day."""
        line = {
            "bank_txn": txn, "direction": "in", "amount_minor": amount_minor, "currency": "CNY",
            "account_no": "6222021208009998887", "account_name": "小李杂货店",
            "at": self.hall.clock.now().isoformat(),
        }  # fmt: skip
        await self.hall.run(payments.note_statement, NoteStatement(body=json.dumps(line).encode()), system())
        return moved("in", amount_minor, txn)

    async def day(self, on: date, opening_minor: int, *lines: BankDayLine, **told: int) -> None:
        """A closed day whose sums are right unless told otherwise."""
        counted = [line for line in lines if line.currency == "CNY"]
        in_minor = sum(line.amount_minor for line in counted if line.direction == "in")
        out_minor = sum(line.amount_minor for line in counted if line.direction == "out")
        sums = {
            "in_minor": in_minor, "out_minor": out_minor, "count": len(counted),
            "closing_minor": opening_minor + in_minor - out_minor,
        }  # fmt: skip
        total = BankDayTotal(currency="CNY", opening_minor=opening_minor, **{**sums, **told})
        ask = NoteBankDay(on=on, lines=list(lines), totals=[total])
        await self.hall.run(payments.note_bank_day, ask, system())

    async def found(self) -> list[tuple[str, str, int]]:
        """What differs: (our reference, sort, effect)."""
        ask = ListDifferences(source="bank")
        page = await self.hall.run(payments.differences, ask, OPERATOR)
        return [(one.ref, one.sort, one.effect_minor) for one in page.items]

    async def custody(self) -> tuple[int, int, int]:
        """What the bank closed with, what it has not told, and what nothing explains."""
        state = (await self.hall.run(payments.closing, Nothing(), OPERATOR)).custody
        return state.closing_minor, state.untold_minor, state.unexplained_minor

    async def findings(self) -> list[str]:
        """What verify says of the bank."""
        async with self.hall.pool.acquire() as db:
            found = await payments.verify(self.hall.work(db, system()))
        return [finding.code for finding in found if "bank_" in finding.code]


@pytest.fixture
def bank(hall: Hall) -> Bank:
    return Bank(hall)


def moved(direction: Any, amount_minor: int, txn: str, ref: str = "", currency: str = "CNY") -> BankDayLine:
    return BankDayLine(
        bank_txn=txn, direction=direction, ref=ref, amount_minor=amount_minor, currency=currency
    )


async def withdrawn(hall: Hall, owner: Actor, amount_minor: int = 30_000) -> str:
    """A withdrawal that the bank says it paid; its reference at the bank."""
    withdrawal_id = await asked(hall, owner, amount_minor)
    assert await heard(hall, transfer_message(owner, withdrawal_id, amount_minor=amount_minor)) == "ended"
    return payments.transfer_ref(str(owner.org_id), withdrawal_id)


async def test_a_day_that_agrees_is_closed_to_the_last_unit(hall: Hall, bank: Bank, chenguang: Actor) -> None:
    credit = await bank.came("bi-1", 50_000)
    ref = await withdrawn(hall, chenguang)

    await bank.day(DAY, 0, credit, moved("out", 30_000, "bt-1", ref), moved("in", 70, "bi-2", currency="GBP"))

    assert await bank.found() == [("bi-2", "currency_differs", 0)]
    assert await bank.custody() == (20_000, 0, 0)
    assert await bank.findings() == []


async def test_what_is_newer_than_the_banks_days_is_on_its_way(
    hall: Hall, bank: Bank, chenguang: Actor, clock: Any
) -> None:
    credit = await bank.came("bi-1", 50_000)
    await bank.day(DAY, 0, credit)
    clock.put(datetime(2026, 3, 2, 3, tzinfo=UTC))
    await bank.came("bi-2", 1_000)
    await withdrawn(hall, chenguang)

    assert await bank.custody() == (50_000, 1_000 - 30_000, 0)
    assert await bank.findings() == []


async def test_a_day_that_is_not_told_yet_keeps_the_newest_balance_from_being_compared(
    hall: Hall, bank: Bank, clock: Any
) -> None:
    await bank.day(DAY, 0)
    clock.put(datetime(2026, 3, 2, 3, tzinfo=UTC))
    credit = await bank.came("bi-1", 50_000)
    clock.put(datetime(2026, 3, 4, 3, tzinfo=UTC))

    await bank.day(date(2026, 3, 3), 50_000)

    state = (await bank.hall.run(payments.closing, Nothing(), OPERATOR)).custody
    assert (state.closing_minor, state.missing_on) == (50_000, date(2026, 3, 2))
    assert await bank.findings() == []
    await bank.day(date(2026, 3, 2), 0, credit)
    assert await bank.custody() == (50_000, 0, 0)
    assert await bank.findings() == []


async def test_a_day_before_the_first_that_was_told_is_waited_for_too(
    hall: Hall, bank: Bank, clock: Any
) -> None:
    clock.put(datetime(2026, 3, 2, 3, tzinfo=UTC))
    credit = await bank.came("bi-1", 50_000)
    async with hall.working(system()) as work:
        await awaited.expect(work, BANK_ID, "bank", DAY, DAY, due_after=timedelta(0))

    await bank.day(date(2026, 3, 2), 50_000)

    assert await bank.findings() == []
    await bank.day(DAY, 0, credit)
    assert await bank.custody() == (50_000, 0, 0)


async def test_each_difference_at_the_bank_is_named_held_and_explains_the_account(
    hall: Hall, bank: Bank, chenguang: Actor
) -> None:
    credit = await bank.came("bi-1", 50_000)
    ref = await withdrawn(hall, chenguang, 30_000)
    waiting = payments.transfer_ref(str(chenguang.org_id), await asked(hall, chenguang, 20_000))

    await bank.day(
        DAY, 0, credit, credit, moved("out", 20_000, "bt-2", waiting), moved("out", 99, "bt-3", "fee-7"),
        moved("in", 8, "bi-9"),
    )  # fmt: skip

    assert sorted(await bank.found()) == sorted(
        [
            ("bi-1", "twice", 50_000),
            (waiting, "state_differs", -20_000),
            ("fee-7", "only_channel", -99),
            ("bi-9", "only_channel", 8),
            (ref, "only_ours", 30_000),
        ]
    )
    assert await bank.custody() == (50_000 + 50_000 - 20_000 - 99 + 8, 0, 0)
    assert await bank.findings() == []

    said = transfer_message(chenguang, waiting.partition("-")[2], amount_minor=20_000, bank_txn="bt-2")
    assert await heard(hall, said) == "ended"
    await hall.run(payments.recheck_differences, Nothing(), system())

    assert (waiting, "state_differs", -20_000) not in await bank.found()
    assert (await bank.custody())[2] == 0


async def test_a_settlement_that_came_before_its_file_is_explained_by_it(hall: Hall, bank: Bank) -> None:
    await bank.day(DAY, 0, moved("in", 9_940, "st-1", f"settlement:{DAY}"))
    assert await bank.found() == [(f"settlement:{DAY}", "only_channel", 9_940)]
    assert (await bank.custody())[2] == 0

    line = TradeLine(
        kind="payment", currency="CNY", channel_txn="t1", merchant_ref="1", amount_minor=10_000, fee_minor=60
    )
    await hall.run(payments.note_settlement, NoteFile(on=DAY, merchant="huozhan", lines=[line]), system())

    assert await bank.found() == []
    assert await bank.custody() == (9_940, 0, 0)


async def test_the_bank_is_asked_for_its_day_after_whoever_settled_on_it(hall: Hall, bank: Bank) -> None:
    came = moved("in", 9_940, "st-1", f"settlement:{DAY}")
    total = BankDayTotal(currency="CNY", opening_minor=0, in_minor=9_940, closing_minor=9_940, count=1)
    line = TradeLine(kind="payment", currency="CNY", channel_txn="t1", amount_minor=10_000, fee_minor=60)
    asked: list[str] = []

    def telling(what: str, *rows: Any) -> Any:
        async def told(_on: date) -> Any:
            asked.append(what)
            return list(rows)

        return told

    async def statement(_on: date) -> bytes:
        return b""

    channel = SimpleNamespace(
        merchant="huozhan", trades=telling("trades"), settlement=telling("settlement", to_builtins(line))
    )
    day = telling("day", to_builtins(came), to_builtins(total) | {"kind": "total"})
    party: Any = SimpleNamespace(day=day, statement=statement)
    hall.outside = structs.replace(hall.outside, channel=channel, bank=party, lender=None, funder=None)

    await errands.bank_day(hall, on=DAY.isoformat())

    assert asked == ["trades", "settlement", "day"]
    assert await bank.found() == []
    assert await bank.custody() == (9_940, 0, 0)
    assert await bank.findings() == []


async def test_a_settlement_that_never_reached_the_bank_is_missing(hall: Hall, bank: Bank) -> None:
    line = TradeLine(kind="refund", currency="CNY", channel_txn="t1", merchant_ref="1", amount_minor=10_000)
    await hall.run(payments.note_settlement, NoteFile(on=DAY, merchant="huozhan", lines=[line]), system())

    await bank.day(DAY, 0, await bank.came("bi-1", 5))

    assert await bank.found() == [(f"settlement:{DAY}", "only_ours", 10_000)]
    assert await bank.custody() == (5, 0, 0)


@pytest.mark.parametrize("wrong", [{"closing_minor": 1}, {"in_minor": 4}, {"count": 2}])
async def test_a_day_that_does_not_add_up_is_not_believed_but_asked_for_again(
    hall: Hall, bank: Bank, wrong: dict[str, int]
) -> None:
    credit = await bank.came("bi-1", 5)
    await bank.day(DAY, 0, credit, **wrong)

    closing = await hall.run(payments.closing, Nothing(), OPERATOR)
    assert [(file.on, file.source, file.why) for file in closing.awaited] == [(DAY, "bank", "unbalanced")]
    assert (closing.days, closing.custody.on) == ([], None)

    await bank.day(DAY, 0, credit)
    assert (await hall.run(payments.closing, Nothing(), OPERATOR)).awaited == []
    assert await bank.custody() == (5, 0, 0)


async def test_a_day_without_movements_is_only_believed_where_we_have_none(hall: Hall, bank: Bank) -> None:
    await bank.came("bi-1", 5)
    await bank.day(DAY, 0)
    assert await bank.found() == []

    ask = BelieveEmpty(on=DAY, source="bank", reason="银行确认当日无往来")
    await hall.run(operations.believe_empty, ask, OPERATOR)

    assert await bank.found() == [("bi-1", "only_ours", -5)]
    assert await bank.custody() == (0, 0, 0)
    await bank.day(NEXT, 0)
    assert await bank.findings() == []


async def test_a_day_that_opens_otherwise_than_the_last_closed_is_found(hall: Hall, bank: Bank) -> None:
    await bank.day(DAY, 0, await bank.came("bi-1", 5))
    await bank.day(NEXT, 4)

    assert await bank.findings() == ["payments.bank_chain_broken", "payments.bank_balance_differs"]
    assert await bank.custody() == (4, 0, 1)
