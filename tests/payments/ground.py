"""A market with the real outside parties beside it: its hooks served, its worker turned by hand, time in one file."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg
import uvicorn
from litestar import Litestar
from litestar.datastructures import State
from litestar.exceptions import HTTPException

from huozhan import ledger, payments
from huozhan.doors import hooks
from huozhan.doors.app import answer_http_exception, answer_refusal
from huozhan.doors.entrance import Entrance
from huozhan.doors.hall import Hall
from huozhan.doors.jobs import payments as errands
from huozhan.doors.jobs.queue import work_once
from huozhan.doors.jobs.table import TASKS
from huozhan.doors.settings import Settings
from huozhan.kernel.actor import Actor, system
from huozhan.kernel.clock import ShiftedClock
from huozhan.kernel.refusals import Refusal
from huozhan.main import open_outside
from huozhan.payments import Part, Refund, Release
from tests.conftest import make_hall
from tests.outside.conftest import Outside
from tests.payments.paying import LI, actor

TURNS_MAX = 400
HURRY_SECONDS = 20


class Served:
    """Where the outside parties reach the market."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"


class Ground:
    """One market, one set of outside parties."""

    def __init__(self, hall: Hall, outside: Outside) -> None:
        self.hall = hall
        self.outside = outside
        self.seconds = 0
        self.tasks = {
            **TASKS,
            "payments.callback": self._callback,
            "ordering.bank_money": self._bank_money,
        }
        self.closed: list[int] = []

    async def _callback(self, hall: Hall, *, callback_id: int, kind: str, **_: Any) -> None:
        """Stands for ordering: every part that is paid is taken into escrow."""
        if not kind.startswith("payment."):
            await errands.callback(hall, callback_id=callback_id, kind=kind)
            return
        async with hall.working(system()) as work:
            found = await payments.settle(work, callback_id)
            if found is not None:
                await payments.take_into_escrow(
                    work, found.payment_id, *(part.order_id for part in found.parts)
                )

    async def _bank_money(self, hall: Hall, *, receipt_id: int, **_: Any) -> None:
        """Stands for ordering once more: money at the bank that pays something is taken into escrow."""
        async with hall.working(system()) as work:
            found = await payments.match_receipt(work, receipt_id)
            if found is not None:
                await payments.take_into_escrow(
                    work, found.payment_id, *(part.order_id for part in found.parts)
                )

    async def fetch(self, sql: str, *values: Any) -> list[Any]:
        """Looks into the market's database."""
        async with self.hall.pool.acquire() as db:
            rows: list[Any] = await db.fetch(sql, *values)
            return rows

    async def value(self, sql: str, *values: Any) -> Any:
        """One value of the market's database."""
        return (await self.fetch(sql, *values))[0][0]

    async def open(
        self, order_id: int, seller_id: int, amount_minor: int, *,
        method: payments.PaymentMethod = payments.PaymentMethod.channel, payer_id: int = LI,
    ) -> int:  # fmt: skip
        """Li, or another, opens a payment for one order."""
        async with self.hall.working(actor(payer_id)) as work:
            part = Part(order_id=order_id, seller_id=seller_id, amount_minor=amount_minor)
            return await payments.open_payment(
                work, payer_id=payer_id, parts=[part], subject="cups", expires_at=work.now + timedelta(days=1),
                method=method,
            )  # fmt: skip

    async def transfer_in(self, ref: str, **told: Any) -> None:
        """Somebody sends money to the custody bank."""
        order = {"ref": ref, "currency": "CNY", "account_no": "6222021208009998887", **told}
        await asyncio.to_thread(self.outside.ask, "POST", "/bank/incoming", order)

    async def pay(self, payment_id: int, **really: Any) -> None:
        """Li pays on the channel's page, or really pays something else."""
        await self.until("SELECT state <> 'opening' FROM payment WHERE payment_id = $1", payment_id)
        path = f"/channel/payments/{payment_id}/simulate-pay"
        await asyncio.to_thread(self.outside.ask, "POST", path, really)

    async def paid(self, payment_id: int) -> None:
        """Waits until the payment is settled."""
        await self.until("SELECT state = 'paid' FROM payment WHERE payment_id = $1", payment_id)

    async def close(self, payment_id: int) -> None:
        """Somebody wants the payment closed."""
        async with self.hall.working(system()) as work:
            await payments.close_at_channel(work, payment_id)

    async def refund(self, order_id: int, payment_id: int, amount_minor: int) -> None:
        """Part of an order's money goes back to Li."""
        refund = Refund(
            order_id=order_id,
            payment_id=payment_id,
            buyer_id=LI,
            key="r",
            amount_minor=amount_minor,
            reason="test",
        )
        async with self.hall.working(system()) as work:
            await payments.refund_escrow(work, refund)

    async def release(self, order_id: int, seller_id: int, goods_minor: int) -> None:
        """The goods of an order were received."""
        async with self.hall.working(system()) as work:
            await payments.release(
                work, Release(order_id=order_id, seller_id=seller_id, key="all", goods_minor=(goods_minor,))
            )

    async def withdraw(self, owner: Actor, amount_minor: int, number: str, holder: str) -> str:
        """A seller sends money to the bank."""
        account = payments.asks.AddBankAccount(number=number, holder=holder, bank_name="工商银行")
        account_id = (await self.hall.run(payments.add_bank_account, account, owner)).accounts[0].account_id
        ask = payments.asks.Withdraw(account_id=account_id, amount_minor=amount_minor)
        return (await self.hall.run(payments.withdraw, ask, owner)).withdrawal_id

    async def until(self, sql: str, *values: Any) -> None:
        """Turns the worker until something is true; where nothing happens, time passes."""
        for turn in range(TURNS_MAX):
            if await self.value(sql, *values):
                return
            await self._turn(turn)
        states = await self.fetch("SELECT kind, attempts, last_error FROM job")
        raise AssertionError(f"never true: {sql} {values}; jobs {states}")

    async def rest(self) -> None:
        """Turns the worker until nothing is left to do, also for messages that come late."""
        quiet = 0
        for turn in range(TURNS_MAX):
            busy = await self.value(
                "SELECT (SELECT count(*) FROM job) + (SELECT count(*) FROM outside_callback WHERE done_at IS NULL)"
                " + (SELECT count(*) FROM payment_refund WHERE ask_at IS NOT NULL)"
                " + (SELECT count(*) FROM parked_receipt WHERE ask_at IS NOT NULL)"
                " + (SELECT count(*) FROM withdrawal WHERE ask_at IS NOT NULL)"
                " + (SELECT count(*) FROM bank_payout WHERE ask_at IS NOT NULL)"
            )
            quiet = 0 if busy else quiet + 1
            if quiet > 6:
                return
            await self._turn(turn)
        raise AssertionError("the market does not come to rest")

    async def _turn(self, turn: int) -> None:
        worked = await work_once(self.hall, self.tasks)
        if not worked:
            await asyncio.sleep(0.03)
        if turn % 4 == 3:
            self.seconds += HURRY_SECONDS
            self.outside.move_clock(self.seconds)
            await errands.sweep(self.hall)

    async def whole(self) -> None:
        """The ledger is whole, payments agrees with it, and both agree with the parties' own truth."""
        async with self.hall.working(system()) as work:
            while await ledger.seal_chain(work):
                pass
        async with self.hall.pool.acquire() as db:
            work = self.hall.work(db, system())
            assert [*await ledger.verify(work), *await payments.verify(work)] == []
            clearing = (await ledger.balance(work, ledger.channel_clearing(1))).posted_minor
            bank = (await ledger.balance(work, ledger.custody_bank(1))).posted_minor
        truth = await asyncio.to_thread(self.outside.truth, "channel")
        charged = sum(
            row["amount_minor"] for row in truth if row["kind"] == "charge" and row["currency"] == "CNY"
        )
        repaid = sum(
            row["amount_minor"] for row in truth if row["kind"] == "refund" and row["currency"] == "CNY"
        )
        at_bank = sum(
            row["amount_minor"] if row["kind"] == "incoming" else -row["amount_minor"]
            for row in await asyncio.to_thread(self.outside.truth, "bank")
            if row["currency"] == "CNY"
        )
        assert (clearing, bank) == (charged - repaid, at_bank)


@contextlib.asynccontextmanager
async def ground_on(dsn: str, folder: Path) -> AsyncIterator[Ground]:
    """Opens the ground on a database of its own."""
    listener = socket.create_server(("127.0.0.1", 0))
    outside = Outside(folder, Served(listener.getsockname()[1]))  # type: ignore[arg-type]
    outside.move_clock(0)
    async with contextlib.AsyncExitStack() as closing:
        closing.callback(listener.close)
        closing.push_async_callback(asyncio.to_thread, outside.stop)
        await asyncio.to_thread(outside.start, "--refund-delay", "0", "--bank-delay", "0")
        pool = await asyncpg.create_pool(dsn, min_size=2, max_size=8)
        closing.push_async_callback(pool.close)
        hall = await make_hall(pool, ShiftedClock(outside.clock_file), folder)
        hall.outside = open_outside(
            Settings(home=folder, outside_url=f"http://127.0.0.1:{outside.port}"), closing
        )
        server = uvicorn.Server(uvicorn.Config(hooks_only(hall), log_level="error", lifespan="off"))
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        yield Ground(hall, outside)
        server.should_exit = True
        await serving


def hooks_only(hall: Hall) -> Any:
    """The door that outside parties knock at, without the pages beside it."""
    app = Litestar(
        route_handlers=hooks.ROUTES,
        state=State({"hall": hall}),
        exception_handlers={Refusal: answer_refusal, HTTPException: answer_http_exception},
        openapi_config=None,
        logging_config=None,
    )
    return Entrance(app, hall)
