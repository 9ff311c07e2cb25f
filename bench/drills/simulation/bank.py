"""The custody bank of a simulated market: what it pays out, what comes in, and its statement of a day."""

from datetime import date, datetime
from datetime import time as clock_time
from typing import TYPE_CHECKING, Any

import msgspec

from bench.drills.simulation.channel import CURRENCY, DAYS, OTHER_CURRENCY
from huozhan.kernel.signed_http import PartyRefused
from huozhan.payments.ports import BankCredit, BankTransfer

if TYPE_CHECKING:
    from bench.drills.simulation.parties import Parties

PAYER_ACCOUNT = "6222021208009998887"


class Incoming(msgspec.Struct):
    """Money that came."""

    bank_txn: str
    amount_minor: int
    currency: str
    payer: str
    virtual_account: str
    at: datetime


class Movement(msgspec.Struct):
    """A line of the custody account, as it really was."""

    bank_txn: str
    direction: str
    ref: str
    amount_minor: int
    currency: str
    at: datetime

    @property
    def signed_minor(self) -> int:
        """What it does to the account."""
        return self.amount_minor if self.direction == "in" else -self.amount_minor


class Bank:
    """The custody bank; `transferred`, `incoming` and what the channel settles are its truth."""

    holder = "market"
    bank_name = "bank"

    def __init__(self, parties: "Parties") -> None:
        self._parties = parties
        self.transfers: dict[str, BankTransfer] = {}
        self.incoming: list[Incoming] = []
        self._sent_at: dict[str, datetime] = {}

    @property
    def transferred(self) -> list[BankTransfer]:
        """What really went out."""
        return [transfer for transfer in self.transfers.values() if transfer.state == "succeeded"]

    async def transfer(
        self, ref: str, *, amount_minor: int, currency: str, account_no: str, **_: Any
    ) -> BankTransfer:
        """Pays out, once for a reference."""
        if ref not in self.transfers:
            self._parties.stumble("bank", ref, is_done=False)
            failed = self._parties.strikes(self._parties.plan.transfers_failed, "transfer")
            if failed:
                self._parties.struck("failed_transfer")
            told = BankTransfer(
                ref=ref, state="failed" if failed else "succeeded", amount_minor=amount_minor, currency=currency,
                account_no=account_no, reason="account_refused" if failed else None,
            )  # fmt: skip
            self.transfers[ref], self._sent_at[ref] = told, self._parties.clock.now()
            replaced = msgspec.structs.replace
            lie, in_currency = {"amount_minor": amount_minor + 1}, {"currency": OTHER_CURRENCY}
            self._parties.send("bank", told, replaced(told, **lie), replaced(told, **in_currency))
        self._parties.stumble("bank", ref, is_done=True)
        return self.transfers[ref]

    async def transfer_of(self, ref: str) -> BankTransfer | None:
        """How a transfer stands."""
        self._parties.stumble("bank", ref, is_done=False)
        return self.transfers.get(ref)

    def receive(self, amount_minor: int, *, payer: str, virtual_account: str, currency: str = "CNY") -> str:
        """Somebody sends money; the bank tells that something came, and its statement says what."""
        txn = f"bi-{len(self.incoming) + 1}"
        came = Incoming(txn, amount_minor, currency, payer, virtual_account, self._parties.clock.now())
        self.incoming.append(came)
        told = BankCredit(bank_txn=txn, amount_minor=amount_minor, currency=currency, at=came.at)
        lie = msgspec.structs.replace(told, amount_minor=amount_minor * 2)
        self._parties.send("bank", told, lie, msgspec.structs.replace(told, currency=OTHER_CURRENCY))
        return txn

    async def day(self, on: date) -> list[Any]:
        """A day that is over: its movements and balances. Now and then a line is spoilt, so that it does not add up and is asked for again."""
        self._parties.stumble("bank", is_done=False)
        if on >= self._parties.clock.now().astimezone(DAYS).date():
            raise PartyRefused("bank", 409, "day_open", {})
        lines: list[dict[str, Any]] = []
        all_moved = self._moved(on)
        before = [moved for moved in all_moved if moved.at.astimezone(DAYS).date() < on]
        own = [moved for moved in all_moved if moved.at.astimezone(DAYS).date() == on]
        for moved in own:
            fault = self._parties.fault("files")
            told = {**msgspec.structs.asdict(moved), "at": moved.at.isoformat()}
            told["amount_minor"] += fault == "amount"
            lines += [told] * {"missing": 0, "twice": 2}.get(fault, 1)
        return lines + [
            _total(currency, before, own)
            for currency in sorted({CURRENCY, *(moved.currency for moved in own)})
        ]

    def _moved(self, until: date) -> list[Movement]:
        """Everything up to a day that is over."""
        moved = [
            Movement(came.bank_txn, "in", "", came.amount_minor, came.currency, came.at)
            for came in self.incoming
        ]
        moved += [
            Movement(
                f"bo-{sent.ref}", "out", sent.ref, sent.amount_minor, sent.currency, self._sent_at[sent.ref]
            )
            for sent in self.transferred
        ]
        parties = self._parties
        whose = (("settlement", parties.channel), ("lender", parties.lender), ("insurer", parties.insurer))
        for name, on, net_minor in [
            (name, *day) for name, party in whose for day in party.settled_until(until)
        ]:
            if net_minor:
                at = datetime.combine(on, clock_time(10), DAYS)
                direction = "in" if net_minor > 0 else "out"
                moved.append(
                    Movement(f"b{name}-{on}", direction, f"{name}:{on}", abs(net_minor), CURRENCY, at)
                )
        return moved

    async def statement(self, on: date) -> bytes:
        """All movements of a day, a line each; now and then one is told twice, or a line cannot be read."""
        self._parties.stumble("bank", is_done=False)
        lines = []
        for came in self.incoming:
            if came.at.astimezone(DAYS).date() == on:
                lines += [_line(came)] * (2 if self._parties.fault("files") == "twice" else 1)
        return b"\n".join(lines)


def _total(currency: str, before: list[Movement], own: list[Movement]) -> dict[str, Any]:
    """What a day began and ended with in one currency."""
    own = [moved for moved in own if moved.currency == currency]
    opening = sum(moved.signed_minor for moved in before if moved.currency == currency)
    in_minor = sum(moved.amount_minor for moved in own if moved.direction == "in")
    out_minor = sum(moved.amount_minor for moved in own if moved.direction == "out")
    return {
        "kind": "total", "currency": currency, "opening_minor": opening, "in_minor": in_minor, "out_minor": out_minor,
        "closing_minor": opening + in_minor - out_minor, "count": len(own),
    }  # fmt: skip


def _line(came: Incoming) -> bytes:
    return msgspec.json.encode(
        {
            "bank_txn": came.bank_txn, "direction": "in", "ref": "", "amount_minor": came.amount_minor,
            "currency": came.currency, "account_no": PAYER_ACCOUNT, "account_name": came.payer, "bank_name": "工商银行",
            "virtual_account": came.virtual_account, "remark": "", "at": came.at.isoformat(),
        }
    )  # fmt: skip
