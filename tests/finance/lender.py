"""A lender in plain Python, written from docs/stand-ins.md and from no line of the product; it may fall silent after its work."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

import msgspec

from huozhan.finance.ports import LenderAccount, LenderDone, LenderLoan, LenderPart
from huozhan.kernel.signed_http import PartyRefused, PartySilent
from huozhan.payments.ports import ChannelPayment

T = TypeVar("T")


class PlainLender:
    """Accounts, authorisations and loans as dictionaries."""

    merchant = "huozhan"

    def __init__(self, clock: Any) -> None:
        self.clock = clock
        self.limits: dict[str, int] = {}
        self.asked: dict[str, dict[str, Any]] = {}
        self.given: dict[str, datetime] = {}
        self.closed: set[str] = set()
        self.loans: dict[str, dict[str, Any]] = {}
        self.done: dict[str, LenderDone] = {}
        self.silent_after = 0
        """So many of the next calls are done and never answered."""
        self.calls: list[tuple[str, str]] = []
        self.answer_with: dict[str, Any] = {}
        """What the next answers to deeds say otherwise."""
        self.refuses: set[str] = set()
        """Kinds of deeds that it refuses for now."""

    def _said(self, what: str, ref: str, answer: T) -> T:
        self.calls.append((what, ref))
        if self.silent_after:
            self.silent_after -= 1
            raise PartySilent(f"lender: {what}")
        return answer

    # Accounts

    async def open_account(self, ref: str, *, name: str, currency: str, return_url: str) -> LenderAccount:
        assert name
        assert currency
        assert return_url
        self.limits.setdefault(ref, 0)
        return self._said("open_account", ref, self._account(ref))

    async def account(self, ref: str) -> LenderAccount | None:
        return self._account(ref) if ref in self.limits else None

    def _account(self, ref: str) -> LenderAccount:
        mine = [one for one in self.loans.values() if one["buyer_ref"] == ref]
        return LenderAccount(
            buyer_ref=ref,
            state="open" if self.limits[ref] else "applied",
            currency="CNY",
            limit_minor=self.limits[ref],
            used_minor=sum(
                one["authorised_minor"] - one["voided_minor"] - one["refunded_minor"] - one["repaid_minor"]
                for one in mine
            ),
            apply_url="http://lender.test/apply/1",
            version=1 + bool(self.limits[ref]) + sum(one["version"] for one in mine),
        )

    # Authorisations

    async def authorise(
        self, ref: str, *, buyer_ref: str, amount_minor: int, currency: str, subject: str,
        loans: Sequence[LenderPart], term_days: int, expires_at: datetime, return_url: str,
    ) -> ChannelPayment:  # fmt: skip
        assert subject
        assert expires_at > self.clock.now()
        assert return_url
        assert sum(part.amount_minor for part in loans) == amount_minor
        self.asked[ref] = {
            "buyer_ref": buyer_ref,
            "amount_minor": amount_minor,
            "currency": currency,
            "loans": loans,
            "term_days": term_days,
        }
        return self._said("authorise", ref, self._payment(ref))

    async def payment(self, ref: str) -> ChannelPayment | None:
        return self._payment(ref) if ref in self.asked else None

    async def close(self, ref: str) -> ChannelPayment | None:
        if ref not in self.asked:
            return None
        if ref not in self.given:
            self.closed.add(ref)
        return self._said("close", ref, self._payment(ref))

    def consent(self, ref: str) -> None:
        """The buyer agrees on the lender's page."""
        assert ref not in self.closed
        asked = self.asked[ref]
        self.given[ref] = self.clock.now()
        for part in asked["loans"]:
            assert part.loan_ref not in self.loans
            self.loans[part.loan_ref] = {
                "loan_ref": part.loan_ref,
                "buyer_ref": asked["buyer_ref"],
                "currency": asked["currency"],
                "stage": "authorised",
                "authorised_minor": part.amount_minor,
                "voided_minor": 0,
                "captured_minor": 0,
                "refunded_minor": 0,
                "repaid_minor": 0,
                "due_at": None,
                "version": 1,
                "term_days": asked["term_days"],
            }

    def _payment(self, ref: str) -> ChannelPayment:
        asked, at = self.asked[ref], self.given.get(ref)
        return ChannelPayment(
            merchant=self.merchant,
            merchant_ref=ref,
            state="paid" if at else "closed" if ref in self.closed else "open",
            amount_minor=asked["amount_minor"],
            currency=asked["currency"],
            pay_url=f"http://lender.test/consent/{ref}",
            channel_txn=f"lx-{ref}" if at else None,
            paid_amount_minor=asked["amount_minor"] if at else None,
            paid_currency=asked["currency"] if at else None,
            paid_at=at,
        )

    # Loans

    async def do(self, ref: str, *, kind: str, loan_ref: str, amount_minor: int, currency: str) -> LenderDone:
        if ref not in self.done:
            if kind in self.refuses:
                raise PartyRefused("lender", 422, "exceeds_authorised", {})
            one = self.loans[loan_ref]
            held = one["authorised_minor"] - one["voided_minor"] - one["captured_minor"]
            taken = amount_minor
            if kind in ("captures", "voids") and amount_minor > held:
                raise PartyRefused("lender", 422, "exceeds_authorised", {})
            if kind in ("refunds", "repayments"):
                taken = min(amount_minor, self.owed(loan_ref))
            field = {"captures": "captured", "voids": "voided", "refunds": "refunded", "repayments": "repaid"}
            one[f"{field[kind]}_minor"] += taken
            if kind == "captures":
                one["stage"] = "active"
                one["due_at"] = self.clock.now() + timedelta(days=one["term_days"])
            one["version"] += 1
            self.done[ref] = LenderDone(
                ref=ref, kind=kind, loan_ref=loan_ref, amount_minor=amount_minor, taken_minor=taken,
                currency=currency, loan=self._loan(loan_ref),
            )  # fmt: skip
        told = msgspec.structs.replace(self.done[ref], loan=self._loan(loan_ref), **self.answer_with)
        return self._said(kind, ref, told)

    async def loan(self, loan_ref: str) -> LenderLoan | None:
        return self._loan(loan_ref) if loan_ref in self.loans else None

    def _loan(self, loan_ref: str) -> LenderLoan:
        facts = {
            name: value
            for name, value in self.loans[loan_ref].items()
            if name in LenderLoan.__struct_fields__
        }
        return LenderLoan(**facts)

    def owed(self, loan_ref: str) -> int:
        """What the buyer owes."""
        one = self.loans[loan_ref]
        return int(one["captured_minor"] - one["refunded_minor"] - one["repaid_minor"])

    def own_repayment(self, loan_ref: str, amount_minor: int) -> None:
        """The buyer repays at the lender itself."""
        self.loans[loan_ref]["repaid_minor"] += min(amount_minor, self.owed(loan_ref))
        self.loans[loan_ref]["version"] += 1

    def falls(self, loan_ref: str, stage: str) -> None:
        """A day has come."""
        self.loans[loan_ref]["stage"] = stage
        self.loans[loan_ref]["version"] += 1

    def owes_market(self) -> int:
        """What the lender would have to pay if it settled everything now."""
        return sum(
            {"captures": 1, "refunds": -1, "repayments": -1}.get(one.kind, 0) * one.taken_minor
            for one in self.done.values()
        )

    async def settlement(self, on: date) -> list[dict[str, Any]]:
        assert on.year
        return []

    async def movements(self, on: date) -> list[dict[str, Any]]:
        assert on.year
        return []

    def page_of(self, pay_url: str, lang: str) -> str:
        return f"{pay_url}?lang={lang}"
