"""Lives of orders, played by their people: place, pay, ship, confirm (or have the money back), withdraw."""

import asyncio
import random
import time
from collections import Counter
from typing import Any

from bench.drills.patient import DrillFailed, Patient
from bench.http import Refused
from bench.little_market import LittleBuyer, LittleMarket
from bench.outside import OutsideParties

WAIT_SECONDS = 240
LOOK_SECONDS = 0.15
WITHDRAW_SECONDS = 1.0
WITHDRAWAL_MAX_MINOR = 999_999
"""From one fen more on a person has to bring a second factor."""
REFUNDED_SHARE = 0.2
BOTH_SHOPS_SHARE = 0.3
QUANTITY_MAX = 40
CARRIER = "ZTO"
BANK_NAME = "中国工商银行"


class Lives:
    """All clients of one drill and what was acknowledged to them."""

    def __init__(self, url: str, little: LittleMarket, outside: OutsideParties, seed: int) -> None:
        self._outside, self._little, self._seed = outside, little, seed
        chance = random.Random(f"{seed}:clients")
        self._buyers = [Patient(url, buyer.token, random.Random(chance.random())) for buyer in little.buyers]
        self._sellers = {
            shop.org_id: Patient(url, shop.token, random.Random(chance.random())) for shop in little.shops
        }
        self._accounts: dict[int, str] = {}
        self._begun = 0
        self._withdrawals = 0
        self.stage: Counter[str] = Counter()
        self.placed: dict[str, str] = {}
        """What became of each acknowledged order: its last acknowledged stage."""
        self.payments: set[str] = set()
        self.withdrawals: dict[str, int] = {}

    async def open_accounts(self) -> None:
        """Every shop names its bank account."""
        for number, shop in enumerate(self._little.shops, 1):
            ask = {"number": f"62220212080020000{number:02}", "holder": shop.name, "bank_name": BANK_NAME}
            told = await self._sellers[shop.org_id].change(
                "/api/v1/bank-accounts", ask, f"account-{shop.org_id}"
            )
            self._accounts[shop.org_id] = told["accounts"][0]["account_id"]

    async def trade(self, over: asyncio.Event) -> None:
        """Lives follow one another until the drill is over; those that have begun are lived to their end."""
        async with asyncio.TaskGroup() as group:
            for buyer, patient in zip(self._little.buyers, self._buyers, strict=True):
                group.create_task(self._buy(buyer, patient, over))
            for org_id in self._sellers:
                group.create_task(self._withdraw(org_id, over))

    @property
    def acknowledged(self) -> int:
        """How many changes were answered with success."""
        return sum(len(patient.acknowledged) for patient in self._everybody())

    @property
    def troubles(self) -> Counter[str]:
        """What the clients met instead of answers."""
        return sum((patient.troubles for patient in self._everybody()), Counter())

    async def close(self) -> None:
        """Ends all connections."""
        for patient in self._everybody():
            await patient.close()
        await self._outside.close()

    def _everybody(self) -> list[Patient]:
        return [*self._buyers, *self._sellers.values()]

    async def _buy(self, buyer: LittleBuyer, patient: Patient, over: asyncio.Event) -> None:
        while not over.is_set():
            self._begun += 1
            await self._live(self._begun, buyer, patient)

    async def _live(self, number: int, buyer: LittleBuyer, patient: Patient) -> None:
        chance = random.Random(f"{self._seed}:{number}")
        shops = list(self._little.shops)
        chance.shuffle(shops)
        wanted = shops if chance.random() < BOTH_SHOPS_SHARE else shops[:1]
        lines = [
            {"sku_id": str(chance.choice(shop.sku_ids)), "quantity": chance.randint(1, QUANTITY_MAX)}
            for shop in wanted
        ]
        asked = {"address_id": buyer.address_id, "lines": lines}
        quoted = await patient.change("/api/v1/quote", asked)
        placing = {**asked, "quote_hash": quoted["quote_hash"], "from_cart": False}
        placed = (await patient.change("/api/v1/orders", placing, f"{number}-place"))["orders"]
        orders = [order["order_id"] for order in placed]
        self._note(orders, "placed")
        paying = await patient.change("/api/v1/payments", {"order_ids": orders}, f"{number}-pay")
        self.payments.add(paying["payment_id"])
        await self._until(patient, f"/api/v1/payments/{paying['payment_id']}", "open", "paid")
        await self._outside.pay(paying["payment_id"])
        for order_id in orders:
            await self._until(patient, f"/api/v1/orders/{order_id}", "wait_send")
        self._note(orders, "paid")
        if chance.random() < REFUNDED_SHARE:
            await self._have_back(number, orders, patient)
        else:
            await self._receive(number, orders, patient)

    async def _have_back(self, number: int, orders: list[str], patient: Patient) -> None:
        for order_id in orders:
            ask = {"reason": "不要了"}
            await patient.change(f"/api/v1/orders/{order_id}/refund", ask, f"{number}-refund-{order_id}")
            await self._until(patient, f"/api/v1/orders/{order_id}", "closed", "terminated")
        self._note(orders, "refunded")

    async def _receive(self, number: int, orders: list[str], patient: Patient) -> None:
        for n, order_id in enumerate(orders):
            page = await patient.read(f"/api/v1/orders/{order_id}")
            seller = self._sellers[int(page["seller_id"])]
            waybill = f"75{self._seed % 1000:03}{number:08}{n}"
            parcel = {"kind": "carrier", "carrier_code": CARRIER, "waybill": waybill}
            await seller.change(
                f"/api/v1/orders/{order_id}/ship", {"parcels": [parcel]}, f"{number}-ship-{n}"
            )
            self._note([order_id], "shipped")
            await self._sign(waybill)
            await patient.change(f"/api/v1/orders/{order_id}/confirm", {}, f"{number}-confirm-{n}")
            await self._until(patient, f"/api/v1/orders/{order_id}", "success")
            self._note([order_id], "received")

    async def _sign(self, waybill: str) -> None:
        """The parcel is handed over, once the carrier has been told of it."""
        deadline = time.monotonic() + WAIT_SECONDS
        while True:
            try:
                await self._outside.move_parcel(CARRIER, waybill, "signed")
            except Refused as refused:
                if refused.status == 409:  # it was signed on its own
                    return
                if refused.status != 404 or time.monotonic() > deadline:
                    raise DrillFailed(f"The carrier never heard of {waybill}: {refused}") from refused
                await asyncio.sleep(LOOK_SECONDS)
            else:
                return

    async def _withdraw(self, org_id: int, over: asyncio.Event) -> None:
        seller = self._sellers[org_id]
        while not over.is_set():
            await asyncio.sleep(WITHDRAW_SECONDS)
            funds = await seller.read("/api/v1/funds")
            amount_minor = min(funds["available_minor"] // 2, WITHDRAWAL_MAX_MINOR)
            if amount_minor == 0:
                continue
            self._withdrawals += 1
            ask = {"account_id": self._accounts[org_id], "amount_minor": amount_minor}
            try:
                told = await seller.change("/api/v1/withdrawals", ask, f"withdraw-{self._withdrawals}")
            except Refused as refused:
                if refused.code != "payments.withdraw_too_often":
                    raise
                return  # enough for one day
            self.withdrawals[f"{org_id}-{told['withdrawal_id']}"] = amount_minor

    async def _until(self, patient: Patient, path: str, *states: str) -> dict[str, Any]:
        deadline = time.monotonic() + WAIT_SECONDS
        while True:
            shown: dict[str, Any] = await patient.read(path)
            if shown["state"] in states:
                return shown
            if time.monotonic() > deadline:
                raise DrillFailed(
                    f"{path} is {shown['state']}, not {' or '.join(states)}, after {WAIT_SECONDS} s"
                )
            await asyncio.sleep(LOOK_SECONDS)

    def _note(self, orders: list[str], stage: str) -> None:
        for order_id in orders:
            self.placed[order_id] = stage
            self.stage[stage] += 1
