"""Days compared one after the other: what differs is held in the book, looked for again, and ended by a person."""

import contextlib
import itertools
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from huozhan import ledger, operations, payments
from huozhan.doors.hall import Hall
from huozhan.kernel.actor import system
from huozhan.kernel.moves import NoSuchMove
from huozhan.kernel.refusals import NotFound
from huozhan.kernel.shapes import Nothing
from huozhan.payments import Part
from huozhan.payments.asks import (
    BelieveEmpty,
    EndDifference,
    ListDifferences,
    NoteFile,
    ReconcileDue,
    TradeLine,
)
from huozhan.payments.differing import CannotEndSo
from tests.payments.paying import CHENGUANG, LI, actor, paid_message, settled

DAY = date(2026, 3, 1)
OPERATOR = actor(1, "market.ledger")
MERCHANT = "huozhan"
CHANNELS_FILES = ReconcileDue(sources=("trades", "settlement"))


class Days:
    """The channel's files, told one after the other."""

    def __init__(self, hall: Hall) -> None:
        self.hall = hall

    async def trades(self, on: date, *lines: TradeLine) -> None:
        """The trade file of a day."""
        await self.hall.run(
            payments.note_trades, NoteFile(on=on, merchant=MERCHANT, lines=list(lines)), system()
        )

    async def empty(self, on: date) -> None:
        """The trade file of a day is empty; where that is not believed, a person says that it is."""
        await self.trades(on)
        with contextlib.suppress(NotFound):
            ask = BelieveEmpty(on=on, source="trades", reason="渠道确认当日无交易")
            await self.hall.run(operations.believe_empty, ask, OPERATOR)

    async def settlement(self, on: date, *lines: TradeLine) -> None:
        """The settlement file of a day."""
        await self.hall.run(
            payments.note_settlement, NoteFile(on=on, merchant=MERCHANT, lines=list(lines)), system()
        )

    async def found(self, state: str = "open") -> list[tuple[str, str, int]]:
        """What differs: (our reference, sort, effect)."""
        page = await self.hall.run(payments.differences, ListDifferences(state=state), OPERATOR)  # type: ignore[arg-type]
        return [(one.ref, one.sort, one.effect_minor) for one in page.items]

    async def read(self) -> list[tuple[date, str]]:
        """The files that were read."""
        closing = await self.hall.run(payments.closing, Nothing(), OPERATOR)
        return sorted((day.on_day, day.source) for day in closing.days)

    async def end(self, end: Any, reason: str = "渠道已更正") -> Any:
        """A person ends the newest open one."""
        page = await self.hall.run(payments.differences, ListDifferences(), OPERATOR)
        ask = EndDifference(difference_id=page.items[0].difference_id, end=end, reason=reason)
        return await self.hall.run(operations.end_difference, ask, OPERATOR)

    async def unexplained(self) -> int:
        """What nothing explains on the channel's account."""
        closing = await self.hall.run(payments.closing, Nothing(), OPERATOR)
        return closing.unexplained_minor

    async def suspense(self) -> int:
        """What is held for differences of the day."""
        async with self.hall.pool.acquire() as db:
            balance = await ledger.balance(self.hall.work(db, system()), ledger.Account(214, 20260301))
            return int(balance.posted_minor)


_orders = itertools.count(1)


async def opened(hall: Hall, amount_minor: int) -> int:
    """Li opens a payment for an order of its own."""
    part = Part(order_id=next(_orders), seller_id=CHENGUANG, amount_minor=amount_minor)
    async with hall.working(actor(LI)) as work:
        return await payments.open_payment(
            work, payer_id=LI, parts=[part], subject="cups", expires_at=work.now + timedelta(days=1)
        )


async def settle(hall: Hall, payment_id: int, amount_minor: int) -> None:
    """The channel's notice of it comes and is worked."""
    told = paid_message(
        payment_id, amount_minor=amount_minor, paid_amount_minor=amount_minor, channel_txn=f"txn-{payment_id}",
        paid_at=hall.clock.now().isoformat(),
    )  # fmt: skip
    assert await settled(hall, told) is not None


async def paid_payment(hall: Hall, amount_minor: int) -> int:
    """One that is paid and in the book."""
    payment_id = await opened(hall, amount_minor)
    await settle(hall, payment_id, amount_minor)
    return payment_id


@pytest.fixture
def days(hall: Hall) -> Days:
    return Days(hall)


def took(ref: int | str, amount_minor: int, **more: Any) -> TradeLine:
    return TradeLine(
        kind="payment", currency="CNY", merchant_ref=str(ref), amount_minor=amount_minor,
        **{"channel_txn": f"txn-{ref}", **more},
    )  # fmt: skip


async def test_a_day_that_agrees_is_closed_and_explained(hall: Hall, days: Days) -> None:
    payment_id = await paid_payment(hall, 50_000)

    await days.trades(DAY, took(payment_id, 50_000))
    await days.settlement(DAY + timedelta(days=1), took(payment_id, 50_000, fee_minor=300))

    assert await days.found("all") == []
    assert await days.unexplained() == 0
    closing = await hall.run(payments.closing, Nothing(), OPERATOR)
    assert [(day.on_day, day.source, day.lines, day.differing) for day in closing.days] == [
        (DAY + timedelta(days=1), "settlement", 1, 0),
        (DAY, "trades", 1, 0),
    ]


async def test_a_file_is_read_once(hall: Hall, days: Days) -> None:
    payment_id = await paid_payment(hall, 50_000)
    for _ in range(2):
        await days.trades(DAY, took(payment_id, 50_001))

    assert await days.found() == [(str(payment_id), "amount_differs", 1)]
    assert await days.suspense() == 1


async def test_what_the_channel_has_more_is_held_until_it_is_known(hall: Hall, days: Days) -> None:
    await days.trades(DAY, took(999, 8_800))

    assert await days.found() == [("999", "only_channel", 8_800)]
    assert (await days.suspense(), await days.unexplained()) == (8_800, 0)
    async with hall.pool.acquire() as db:
        asked = await db.fetch("SELECT payload FROM job WHERE kind = 'payments.ask'")
    assert len(asked) == 1

    ended = await days.end("explain")

    assert (ended.state, await days.suspense(), await days.unexplained()) == ("explained", 0, 0)
    with pytest.raises(NoSuchMove):
        await hall.run(
            operations.end_difference,
            EndDifference(difference_id=ended.difference_id, end="explain", reason="再来一次"),
            OPERATOR,
        )


async def test_a_lost_notice_is_asked_for_and_the_difference_ends_by_itself(hall: Hall, days: Days) -> None:
    payment_id = await opened(hall, 50_000)
    await days.trades(DAY, took(payment_id, 50_000))
    assert await days.found() == [(str(payment_id), "state_differs", 50_000)]

    await settle(hall, payment_id, 50_000)
    swept = await hall.run(payments.recheck_differences, Nothing(), system())

    assert (swept.asked, await days.found(), await days.suspense(), await days.unexplained()) == (1, [], 0, 0)


async def test_what_is_missing_is_held_and_may_be_written_off_for_good(hall: Hall, days: Days) -> None:
    payment_id = await paid_payment(hall, 50_000)
    await days.empty(DAY)

    assert await days.found() == [(str(payment_id), "only_ours", -50_000)]
    assert (await days.suspense(), await days.unexplained()) == (-50_000, 0)

    with pytest.raises(CannotEndSo):
        await days.end("accept")
    ended = await days.end("write_off", "渠道确认从未收款")

    assert (ended.state, await days.suspense(), await days.unexplained()) == ("written_off", 0, 0)
    async with hall.pool.acquire() as db:
        lost = await ledger.balance(hall.work(db, system()), ledger.Account(404))
        audit = await db.fetchval("SELECT reason FROM audit_entry WHERE act = 'difference.end'")
    assert (lost.posted_minor, audit) == (50_000, "渠道确认从未收款")


async def test_too_much_money_is_never_written_off_into_income(hall: Hall, days: Days) -> None:
    await days.trades(DAY, took(999, 8_800))

    for end in ("write_off", "accept"):
        with pytest.raises(CannotEndSo):
            await days.end(end)


@pytest.mark.parametrize("comes", [True, False])
async def test_what_fell_near_midnight_is_looked_for_in_the_next_file(
    hall: Hall, days: Days, clock: Any, comes: bool
) -> None:
    clock.put(datetime(2026, 3, 1, 15, 45, tzinfo=UTC))
    payment_id = await paid_payment(hall, 50_000)
    await days.trades(DAY)
    assert await days.found() == [(str(payment_id), "cut_off", 0)]

    await days.trades(DAY + timedelta(days=1), *([took(payment_id, 50_000)] if comes else []))

    assert await days.found() == ([] if comes else [(str(payment_id), "only_ours", -50_000)])
    assert await days.unexplained() == 0


async def test_a_line_that_comes_a_day_early_is_not_missed_on_its_own(
    hall: Hall, days: Days, clock: Any
) -> None:
    clock.put(datetime(2026, 3, 1, 16, 0, 5, tzinfo=UTC))
    payment_id = await paid_payment(hall, 50_000)

    await days.trades(DAY, took(payment_id, 50_000))
    await days.trades(DAY + timedelta(days=1))

    assert await days.found("all") == []


async def test_a_fee_is_taken_as_it_is_by_a_person(hall: Hall, days: Days) -> None:
    payment_id = await paid_payment(hall, 50_000)
    await days.trades(DAY, took(payment_id, 50_000))
    await days.settlement(
        DAY + timedelta(days=1), took(payment_id, 50_000, fee_minor=301), took(7, 100, fee_minor=1)
    )

    assert await days.found() == [(str(payment_id), "fee_differs", 0), ("7", "only_channel", 0)]
    assert await days.unexplained() == 0
    assert (await days.end("accept", "费率已调整")).state == "accepted"


async def test_an_empty_file_is_not_believed_while_we_hold_something_for_done(hall: Hall, days: Days) -> None:
    payment_id = await paid_payment(hall, 50_000)

    await days.trades(DAY)

    assert (await days.found("all"), await days.read()) == ([], [])
    (awaited,) = (await hall.run(payments.closing, Nothing(), OPERATOR)).awaited
    assert (awaited.on, awaited.source, awaited.held) == (DAY, "trades", 1)

    await days.trades(DAY, took(payment_id, 50_000))
    await days.settlement(DAY + timedelta(days=1))
    (awaited,) = (await hall.run(payments.closing, Nothing(), OPERATOR)).awaited
    assert (awaited.on, awaited.source, awaited.held) == (DAY + timedelta(days=1), "settlement", 1)
    await days.settlement(DAY + timedelta(days=1), took(payment_id, 50_000, fee_minor=300))

    assert await days.read() == [(DAY, "trades"), (DAY + timedelta(days=1), "settlement")]
    assert (await days.found("all"), await days.unexplained()) == ([], 0)
    assert (await hall.run(payments.closing, Nothing(), OPERATOR)).awaited == []


async def test_a_person_says_that_an_empty_day_was_empty_and_only_of_one_that_is_doubted(
    hall: Hall, days: Days
) -> None:
    ask = BelieveEmpty(on=DAY, source="trades", reason="渠道确认当日无交易")
    with pytest.raises(NotFound):
        await hall.run(operations.believe_empty, ask, OPERATOR)
    payment_id = await paid_payment(hall, 50_000)
    await days.trades(DAY)

    await hall.run(operations.believe_empty, ask, OPERATOR)

    assert (await days.read(), await days.found()) == (
        [(DAY, "trades")],
        [(str(payment_id), "only_ours", -50_000)],
    )
    with pytest.raises(NotFound):
        await hall.run(operations.believe_empty, ask, OPERATOR)
    async with hall.pool.acquire() as db:
        assert await db.fetchval("SELECT reason FROM audit_entry WHERE act = 'file.believe'") == ask.reason


async def test_a_transaction_told_on_two_days_is_found_in_whatever_order_they_are_read(
    hall: Hall, days: Days
) -> None:
    payment_id = await paid_payment(hall, 50_000)
    await days.trades(DAY + timedelta(days=1), took(payment_id, 50_000))
    await days.trades(DAY, took(payment_id, 50_000))

    assert await days.found() == [(str(payment_id), "twice", 50_000)]


async def asked_for(hall: Hall) -> list[tuple[str, str]]:
    """The files that the worker is to fetch; their jobs are given up after that."""
    async with hall.pool.acquire() as db:
        rows = await db.fetch(
            "DELETE FROM job WHERE kind IN ('payments.trades', 'payments.settlement')"
            " RETURNING kind, payload->>'on' AS on_day"
        )
    return sorted((row["on_day"], row["kind"]) for row in rows)


async def test_a_day_whose_file_failed_is_asked_for_until_it_was_read(
    hall: Hall, days: Days, clock: Any
) -> None:
    payment_id = await paid_payment(hall, 50_000)
    clock.put(datetime(2026, 3, 4, 1, 59, tzinfo=UTC))  # 09:59 in China: the files of the third are not there
    await days.trades(DAY + timedelta(days=1))
    await days.settlement(DAY + timedelta(days=2))
    await hall.run(payments.reconcile_due, CHANNELS_FILES, system())
    failing = [("2026-03-01", "payments.trades"), ("2026-03-02", "payments.settlement")]
    assert await asked_for(hall) == failing

    await hall.run(payments.reconcile_due, CHANNELS_FILES, system())
    assert await asked_for(hall) == [], "they were asked for a moment ago"
    clock.put(datetime(2026, 3, 4, 2, 40, tzinfo=UTC))
    await hall.run(payments.reconcile_due, CHANNELS_FILES, system())
    assert await asked_for(hall) == [
        *failing, ("2026-03-03", "payments.trades"), ("2026-03-04", "payments.settlement"),
    ]  # fmt: skip

    async with hall.pool.acquire() as db:
        findings = await payments.verify(hall.work(db, system()))
    missing = [finding.facts for finding in findings if finding.code == "payments.file_missing"]
    assert missing == [
        {"on": "2026-03-01", "source": "trades"},
        {"on": "2026-03-02", "source": "settlement"},
    ], "those of the last day are late by less than a person is told of"

    await days.trades(DAY, took(payment_id, 50_000))
    await days.settlement(DAY + timedelta(days=1), took(payment_id, 50_000, fee_minor=300))
    async with hall.pool.acquire() as db:
        assert await payments.verify(hall.work(db, system())) == []


async def test_every_day_that_is_due_is_fetched_once(hall: Hall, days: Days, clock: Any) -> None:
    await paid_payment(hall, 50_000)
    clock.put(datetime(2026, 3, 4, 1, 59, tzinfo=UTC))  # 09:59 in China: the files of the third are not there

    for _ in range(2):
        await hall.run(payments.reconcile_due, CHANNELS_FILES, system())

    async with hall.pool.acquire() as db:
        rows = await db.fetch(
            "SELECT kind, payload::text FROM job WHERE kind LIKE 'payments.%e%' ORDER BY kind, payload::text"
        )
    due = [
        (row["kind"], row["payload"])
        for row in rows
        if row["kind"] in ("payments.trades", "payments.settlement")
    ]
    assert [(kind, "2026-03-0" in payload) for kind, payload in due] == [
        ("payments.settlement", True), ("payments.settlement", True), ("payments.trades", True), ("payments.trades", True),
    ]  # fmt: skip
