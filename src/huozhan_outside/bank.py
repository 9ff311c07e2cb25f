"""The bank: pays out to accounts elsewhere, takes what people send to the market's accounts, and writes statements."""

import secrets
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from typing import Annotated
from urllib.parse import parse_qsl

import msgspec

from huozhan_outside import custody
from huozhan_outside.asking import (
    AmountMinor,
    Answer,
    Ask,
    Asked,
    Currency,
    NamedAsk,
    Refused,
    Route,
    Url,
    json_answer,
    lines_answer,
    page_answer,
)
from huozhan_outside.callbacks import Event
from huozhan_outside.clock import as_text, day_bounds_ms, day_of_ms, maybe_text
from huozhan_outside.custody import Custody
from huozhan_outside.faults import Faults
from huozhan_outside.pages import money, read_money, sent_page, transfer_page
from huozhan_outside.party import Keys, Party, World, trading_day
from huozhan_outside.trading import SettlementTotal

SCHEMA = """
CREATE TABLE IF NOT EXISTS transfer (
    ref TEXT PRIMARY KEY,
    bank_txn TEXT NOT NULL UNIQUE,
    asked BLOB NOT NULL,
    notify_path TEXT NOT NULL,
    state TEXT NOT NULL,
    ended_at_ms INTEGER,
    reason TEXT
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS incoming (
    ref TEXT PRIMARY KEY,
    bank_txn TEXT NOT NULL UNIQUE,
    asked BLOB NOT NULL,
    at_ms INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS account (account_no TEXT PRIMARY KEY, account_name TEXT NOT NULL) WITHOUT ROWID;
"""

KNOWN_HOLDERS = (
    ("6222021208001234567", "义乌市晨光小商品有限公司"),
    ("6217001180009876543", "佛山市禅城区宏发五金厂"),
    ("6228480402564890018", "杭州云织服饰有限公司"),
    ("6225880137706868", "李明"),
    ("GB33BUKB20201555555555", "Ashdown Trading Ltd"),
)
REFUSED_ENDING = "0000"
NOTIFY_PATH = "/hooks/bank"
"""Where the bank tells of money that came: nobody asked for it, so nobody said where."""

AccountNo = Annotated[str, msgspec.Meta(pattern=r"^[0-9A-Z]{6,34}\Z")]
HolderName = Annotated[str, msgspec.Meta(min_length=1, max_length=140)]
Settlements = Callable[[date], list[SettlementTotal]]


class AskTransfer(NamedAsk, frozen=True):
    """A customer of the bank sends money."""

    amount_minor: AmountMinor
    currency: Currency
    account_no: AccountNo
    account_name: HolderName
    bank_name: Annotated[str, msgspec.Meta(min_length=1, max_length=140)]
    notify_url: Url


class AskIncoming(NamedAsk, frozen=True, kw_only=True):
    """Somebody sends money to one of the market's accounts; `account_no` and `account_name` are the sender's."""

    amount_minor: AmountMinor
    currency: Currency
    account_no: AccountNo
    account_name: HolderName
    bank_name: Annotated[str, msgspec.Meta(max_length=140)] = ""
    virtual_account: Annotated[str, msgspec.Meta(max_length=64)] = ""
    remark: Annotated[str, msgspec.Meta(max_length=200)] = ""


class RegisterAccount(Ask, frozen=True):
    """An account and who holds it."""

    account_no: AccountNo
    account_name: HolderName


class Transfer(msgspec.Struct, frozen=True, kw_only=True):
    """A transfer as the customer sees it."""

    ref: str
    bank_txn: str
    state: str
    amount_minor: int
    currency: str
    account_no: str
    account_name: str
    bank_name: str
    ended_at: str | None
    reason: str | None


class Movement(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the statement."""

    bank_txn: str
    direction: str
    ref: str
    amount_minor: int
    currency: str
    account_no: str
    account_name: str
    at: str
    bank_name: str = ""
    virtual_account: str = ""
    remark: str = ""


class _Kept(msgspec.Struct, frozen=True):
    ref: str
    bank_txn: str
    asked: bytes
    notify_path: str
    state: str
    ended_at_ms: int | None
    reason: str | None

    @property
    def order(self) -> AskTransfer:
        return _TRANSFERS.decode(self.asked)


_TRANSFERS = msgspec.json.Decoder(AskTransfer)
_INCOMING = msgspec.json.Decoder(AskIncoming)


class Bank(Party):
    """The bank."""

    name = "bank"
    schema = SCHEMA + custody.SCHEMA

    def __init__(
        self,
        world: World,
        keys: Keys,
        faults: Faults,
        transfer_delay_ms: int,
        settlements: Mapping[str, Settlements],
    ) -> None:
        super().__init__(world, keys, faults)
        self.transfer_delay_ms = transfer_delay_ms
        self.settlements = settlements
        self.custody = Custody(self.store, day_of_ms(self.now_ms()), self._lines_on)

    def routes(self) -> list[Route]:
        """The bank's endpoints."""
        return [
            Route("POST", "/bank/transfers", self.open_transfer, AskTransfer, fate="transfers"),
            Route("GET", "/bank/transfers/{}", self.show_transfer),
            Route("GET", "/bank/statements", self.statement),
            Route("GET", "/bank/files/day", self.day_file),
            Route("POST", "/bank/accounts", self.register_account, RegisterAccount),
            Route("POST", "/bank/incoming", self.take_incoming, AskIncoming),
            Route("GET", "/bank/pay", self.show_pay_page, signed=False),
            Route("POST", "/bank/pay", self.answer_pay_page, signed=False),
        ]

    def open_transfer(self, asked: Asked) -> Answer:
        """Take a transfer order; the same order twice is one order."""
        order: AskTransfer = asked.ask
        kept = self._transfer(order.ref)
        if kept is None:
            self._keep(order, self.notify_path(order.notify_url))
            kept = self._kept(order.ref)
        elif kept.asked != order.fingerprint():
            raise Refused(409, "other_body", f"{order.ref} was asked with another body")
        return json_answer(_view(kept))

    def show_transfer(self, asked: Asked) -> Answer:
        """Tell a transfer's state."""
        kept = self._transfer(asked.names[0])
        if kept is None:
            raise Refused(404, "not_found")
        return json_answer(_view(kept))

    def register_account(self, asked: Asked) -> Answer:
        """Make an account's holder known."""
        account: RegisterAccount = asked.ask
        holder = self._holder(account.account_no)
        if holder is None:
            with self.store.writing():
                self.store.write(
                    "INSERT INTO account (account_no, account_name) VALUES (?, ?)",
                    account.account_no,
                    account.account_name,
                )
        elif holder != account.account_name:
            raise Refused(409, "other_body", "the account has another holder")
        return json_answer(account)

    def take_incoming(self, asked: Asked) -> Answer:
        """Take money that somebody sends to the market; the same order twice is one order."""
        order: AskIncoming = asked.ask
        found = self.store.row("SELECT asked FROM incoming WHERE ref = ?", order.ref)
        if found is None:
            self._credit(order)
        elif found[0] != order.fingerprint():
            raise Refused(409, "other_body", f"{order.ref} was asked with another body")
        return json_answer(self._movement(order.ref))

    def show_pay_page(self, asked: Asked) -> Answer:
        """The page on which somebody plays a company that sends money from its own bank."""
        return page_answer(transfer_page(asked.query, asked.language))

    def answer_pay_page(self, asked: Asked) -> Answer:
        """Send the money, or say what is the matter with the form."""
        form = dict(parse_qsl(asked.body.decode("utf-8", "replace")))
        try:
            order = msgspec.convert(
                {
                    "ref": f"page_{secrets.token_hex(12)}",
                    "amount_minor": read_money(form.get("amount", "")),
                    "currency": form.get("currency", ""),
                    "account_no": form.get("account_no", "").replace(" ", ""),
                    "account_name": form.get("account_name", "").strip(),
                    "bank_name": form.get("bank_name", "").strip(),
                    "virtual_account": form.get("to", "").replace(" ", ""),
                    "remark": form.get("remark", "").strip(),
                },
                AskIncoming,
            )
        except msgspec.ValidationError:
            return page_answer(transfer_page(form, asked.language, is_refused=True), 422)
        self._credit(order)
        amount = money(order.amount_minor, order.currency)
        return page_answer(sent_page(amount, form.get("back", ""), asked.language))

    def statement(self, asked: Asked) -> Answer:
        """Every movement of one day on the market's custody account, so far."""
        return lines_answer(self._lines_on(trading_day(asked)))

    def day_file(self, asked: Asked) -> Answer:
        """A day that is over: every movement, then what it opened and closed with in each currency."""
        day = trading_day(asked)
        _, until_ms = day_bounds_ms(day)
        if self.now_ms() < until_ms:
            raise Refused(409, "day_open", f"{day} is not over")
        return lines_answer([*self._lines_on(day), *self.custody.totals(day)])

    def _lines_on(self, day: date) -> list[Movement]:
        start_ms, until_ms = day_bounds_ms(day)
        lines = [
            _settlement_line(whose, day, start_ms, total)
            for whose, totals in self.settlements.items()
            for total in totals(day)
            if total.net_minor
        ]
        for kind, ref, at_ms in self.store.rows(
            "SELECT kind, reference, at_ms FROM truth WHERE at_ms >= ? AND at_ms < ? ORDER BY seq",
            start_ms,
            until_ms,
        ):
            lines.append(self._movement(ref) if kind == "incoming" else self._outgoing(ref, at_ms))
        return lines

    def _outgoing(self, ref: str, at_ms: int) -> Movement:
        transfer = _view(self._kept(ref))
        return Movement(
            bank_txn=transfer.bank_txn,
            direction="out",
            ref=ref,
            amount_minor=transfer.amount_minor,
            currency=transfer.currency,
            account_no=transfer.account_no,
            account_name=transfer.account_name,
            at=as_text(at_ms),
        )

    def _credit(self, order: AskIncoming) -> None:
        with self.store.writing():
            at_ms = self.happened(
                "incoming", order.ref, order.virtual_account, order.currency, order.amount_minor
            )
            self.store.write(
                "INSERT INTO incoming (ref, bank_txn, asked, at_ms) VALUES (?, ?, ?, ?)",
                order.ref,
                f"bi_{secrets.token_hex(12)}",
                order.fingerprint(),
                at_ms,
            )
            self.tell(
                Event(
                    type="receipt.credited",
                    data=self._movement(order.ref),
                    reference=order.ref,
                    subject=order.ref,
                    notify_path=self.notify_path(NOTIFY_PATH),
                    reference_field="bank_txn",
                    forged_as={"amount_minor": order.amount_minor * 2},
                    amount_field="amount_minor",
                    currency_field="currency",
                )
            )

    def _movement(self, ref: str) -> Movement:
        found = self.store.row("SELECT bank_txn, asked, at_ms FROM incoming WHERE ref = ?", ref)
        assert found is not None
        bank_txn, asked, at_ms = found
        order = _INCOMING.decode(asked)
        return Movement(
            bank_txn=bank_txn,
            direction="in",
            ref="",
            amount_minor=order.amount_minor,
            currency=order.currency,
            account_no=order.account_no,
            account_name=order.account_name,
            at=as_text(at_ms),
            bank_name=order.bank_name,
            virtual_account=order.virtual_account,
            remark=order.remark,
        )

    def perform(self, reference: str) -> None:
        """End a transfer."""
        kept = self._kept(reference)
        assert kept.state == "processing"
        order = kept.order
        reason = self._objection(order)
        ended_at_ms = self.now_ms()
        if reason is None:
            ended_at_ms = self.happened("transfer", reference, "", order.currency, order.amount_minor)
        self.store.write(
            "UPDATE transfer SET state = ?, ended_at_ms = ?, reason = ? WHERE ref = ?",
            "succeeded" if reason is None else "failed",
            ended_at_ms,
            reason,
            reference,
        )
        ended = self._kept(reference)
        self.tell(
            Event(
                type=f"transfer.{ended.state}",
                data=_view(ended),
                reference=reference,
                subject=reference,
                notify_path=ended.notify_path,
                reference_field="ref",
                forged_as={"state": "failed" if reason is None else "succeeded"},
                amount_field="amount_minor",
                currency_field="currency",
            )
        )

    def _objection(self, order: AskTransfer) -> str | None:
        if order.account_no.endswith(REFUSED_ENDING):
            return "account_refused"
        holder = self._holder(order.account_no)
        if holder is not None and _plain(holder) != _plain(order.account_name):
            return "name_mismatch"
        return None

    def _holder(self, account_no: str) -> str | None:
        for known_no, holder in KNOWN_HOLDERS:
            if known_no == account_no:
                return holder
        found = self.store.row("SELECT account_name FROM account WHERE account_no = ?", account_no)
        return None if found is None else str(found[0])

    def _keep(self, order: AskTransfer, notify_path: str) -> None:
        with self.store.writing():
            self.store.write(
                "INSERT INTO transfer (ref, bank_txn, asked, notify_path, state) VALUES (?, ?, ?, ?, 'processing')",
                order.ref,
                f"bt_{secrets.token_hex(12)}",
                order.fingerprint(),
                notify_path,
            )
            self.later(order.ref, self.now_ms() + self.transfer_delay_ms)

    def _transfer(self, ref: str) -> _Kept | None:
        found = self.store.row("SELECT * FROM transfer WHERE ref = ?", ref)
        return None if found is None else _Kept(*found)

    def _kept(self, ref: str) -> _Kept:
        kept = self._transfer(ref)
        assert kept is not None
        return kept


def _plain(name: str) -> str:
    """A name without what clerks type differently: spaces, full-width forms, capitals."""
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold()


def _settlement_line(whose: str, day: date, start_ms: int, total: SettlementTotal) -> Movement:
    return Movement(
        bank_txn=f"{'st' if whose == 'settlement' else whose}_{day:%Y%m%d}_{total.currency}",
        direction="in" if total.net_minor > 0 else "out",
        ref=f"{whose}:{day}",
        amount_minor=abs(total.net_minor),
        currency=total.currency,
        account_no="",
        account_name="",
        at=as_text(start_ms),
    )


def _view(kept: _Kept) -> Transfer:
    order = kept.order
    return Transfer(
        ref=kept.ref,
        bank_txn=kept.bank_txn,
        state=kept.state,
        amount_minor=order.amount_minor,
        currency=order.currency,
        account_no=order.account_no,
        account_name=order.account_name,
        bank_name=order.bank_name,
        ended_at=maybe_text(kept.ended_at_ms),
        reason=kept.reason,
    )
