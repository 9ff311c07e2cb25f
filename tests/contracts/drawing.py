"""What both sides, the worker and the authority do about a contract, in one line each."""

import secrets
from datetime import timedelta
from typing import Any

import msgspec
import pyotp

from huozhan import contracts, parties
from huozhan.contracts.asks import ContractRef, EndVersion, OrderOfContract, SignContract, VersionErrand
from huozhan.contracts.views import ContractPage, ContractStateView
from huozhan.doors.hall import Hall
from huozhan.doors.jobs.queue import TryLater
from huozhan.doors.jobs.relay import relay_once
from huozhan.doors.jobs.table import TASKS
from huozhan.kernel.actor import Actor, system
from huozhan.kernel.findings import Finding
from huozhan.ordering.views import PlacedOrder
from tests import world
from tests.contracts.authority import Authority
from tests.ordering.trading import Trade


class Drawing:
    """Contracts of one trade."""

    def __init__(self, trade: Trade, authority: Authority) -> None:
        self.trade = trade
        self.authority = authority
        self.totp: dict[int, pyotp.TOTP] = {}

    @property
    def hall(self) -> Hall:
        """The market."""
        return self.trade.hall

    async def ask(self, order: PlacedOrder, by: Actor | None = None) -> ContractStateView:
        """小李 (or another) asks for a contract, and the worker draws it up."""
        asked = await self.hall.run(
            contracts.ask_contract, OrderOfContract(order_id=order.order_id), by or self.trade.li
        )
        await self.work()
        return asked

    async def work(self) -> None:
        """The relay and the worker do what waits for contracts, one job after the other; a second passes where one must wait."""
        for _ in range(30):
            told = await relay_once(self.hall)
            if not await self._jobs() and not told:
                return

    async def _jobs(self) -> int:
        async with self.hall.pool.acquire() as db:
            rows = await db.fetch(
                "DELETE FROM job WHERE kind LIKE 'contracts.%' RETURNING job_id, kind, payload"
            )
        for row in sorted(rows, key=lambda row: row["job_id"]):
            payload = msgspec.json.decode(row["payload"])
            try:
                await TASKS[row["kind"]](self.hall, **payload)
            except TryLater:
                async with self.hall.working(system()) as work:
                    work.enqueue(row["kind"], payload)
        return len(rows)

    async def code(self, actor: Actor) -> str:
        """A code of the actor's authenticator; the second step is turned on where it was not."""
        if actor.person_id not in self.totp:
            made = await self.hall.run(
                parties.begin_two_step, parties.BeginTwoStep(password=world.PASSWORD), actor
            )
            self.totp[actor.person_id] = totp = pyotp.TOTP(made.secret)
            first = totp.at(self.trade.clock.now() - timedelta(seconds=30))
            await self.hall.run(parties.confirm_two_step, parties.ConfirmTwoStep(code=first), actor)
        self.trade.clock.pass_(seconds=30)
        return self.totp[actor.person_id].at(self.trade.clock.now())

    async def confirm(self, contract_id: str, actor: Actor, **changes: Any) -> ContractStateView:
        """Somebody confirms the latest version as they read it."""
        shown = (await self.page(contract_id, actor)).versions[0]
        code = changes["code"] if "code" in changes else await self.code(actor)
        ask = SignContract(
            contract_id=contract_id, version_no=shown.version_no, sha256=shown.text_sha256, code=code
        )
        return await self.hall.run(
            contracts.sign_contract, msgspec.structs.replace(ask, **changes), actor, key=secrets.token_hex(8)
        )

    async def sign(self, contract_id: str, *actors: Actor) -> ContractPage:
        """These confirm, one after the other, and the worker has the authority sign."""
        for actor in actors:
            await self.confirm(contract_id, actor)
            await self.work()
        return await self.page(contract_id)

    async def signed(self, order: PlacedOrder) -> ContractPage:
        """A contract about an order that both have signed."""
        asked = await self.ask(order)
        return await self.sign(asked.contract_id, self.trade.li, self.trade.seller_of(order))

    async def page(self, contract_id: str, actor: Actor | None = None) -> ContractPage:
        """A contract as 小李 (or another) sees it."""
        return await self.hall.run(
            contracts.contract_page, ContractRef(contract_id=contract_id), actor or self.trade.li
        )

    async def text(self, contract_id: str, version_no: int = 1) -> contracts.text.ContractText:
        """What a version says."""
        ask = VersionErrand(contract_id=contract_id, version_no=version_no)
        found = await self.hall.run(contracts.contract_text, ask, self.trade.li)
        return contracts.text.read_text(found.text)

    async def end(self, contract_id: str, deed: str, actor: Actor) -> ContractStateView:
        """Somebody refuses or withdraws."""
        use_case = {"refuse": contracts.refuse_contract, "withdraw": contracts.withdraw_contract}[deed]
        return await self.hall.run(
            use_case, EndVersion(contract_id=contract_id, reason="条款需要再谈"), actor
        )

    async def row(self, contract_id: str, version_no: int = 1) -> Any:
        """A version as it is kept."""
        async with self.hall.pool.acquire() as db:
            return await db.fetchrow(
                "SELECT * FROM contract_version WHERE contract_id = $1 AND version_no = $2",
                int(contract_id), version_no,
            )  # fmt: skip

    async def findings(self) -> list[Finding]:
        """What the check of contracts finds wrong."""
        async with self.hall.pool.acquire() as db:
            return await contracts.verify(self.hall.work(db, system()))

    async def spoil(self, statement: str, *values: Any) -> None:
        """Changes rows behind the database's guards, as somebody with the disk could."""
        async with self.hall.pool.acquire() as db:
            await db.execute(
                "ALTER TABLE contract_version DROP CONSTRAINT IF EXISTS text_hash,"
                " DROP CONSTRAINT IF EXISTS paper_hash, DROP CONSTRAINT IF EXISTS signed_hash"
            )
            await db.execute("SET LOCAL session_replication_role = replica")
            await db.execute(statement, *values)
            await db.execute("SET LOCAL session_replication_role = DEFAULT")
