"""A funder in plain Python, written from docs/stand-ins.md and from no line of the product; it may fall silent after its work."""

from datetime import date
from typing import Any, TypeVar

import msgspec

from huozhan.finance import FunderDone, LenderAccount
from huozhan.kernel.signed_http import PartyRefused, PartySilent

T = TypeVar("T")
FIELDS = {"repayments": "repaid", "losses": "lost", "cancels": "cancelled"}


class PlainFunder:
    """Accounts and advances as dictionaries."""

    def __init__(self) -> None:
        self.limits: dict[str, int] = {}
        self.stopped: set[str] = set()
        self.advances: dict[str, dict[str, Any]] = {}
        self.done: dict[str, FunderDone] = {}
        self.silent_after = 0
        """So many of the next calls are done and never answered."""
        self.refuse_with = ""
        """The code with which the next advances are declined."""
        self.calls: list[tuple[str, str]] = []
        self.answer_with: dict[str, Any] = {}
        """What the next answers to deeds say otherwise."""
        self.before_answer: Any = None
        """What happens in the market after the funder has worked and before its answer is heard, once."""

    async def _said(self, what: str, ref: str, answer: T) -> T:
        self.calls.append((what, ref))
        if self.before_answer:
            then, self.before_answer = self.before_answer, None
            await then()
        if self.silent_after:
            self.silent_after -= 1
            raise PartySilent(f"funder: {what}")
        return answer

    async def open_account(self, ref: str, *, name: str, currency: str, return_url: str) -> LenderAccount:
        assert name
        assert currency
        assert return_url
        self.limits.setdefault(ref, 0)
        return await self._said("open_account", ref, self._account(ref))

    async def account(self, ref: str) -> LenderAccount | None:
        return self._account(ref) if ref in self.limits else None

    def _account(self, ref: str) -> LenderAccount:
        state = "refused" if ref in self.stopped else "open" if self.limits[ref] else "applied"
        return LenderAccount(
            buyer_ref=ref,
            state=state,
            currency="CNY",
            limit_minor=self.limits[ref],
            used_minor=sum(self.open(key) for key, one in self.advances.items() if one["account"] == ref),
            apply_url="http://funder.test/apply/1",
            version=1 + bool(self.limits[ref]) + len(self.stopped) + len(self.done),
        )

    async def advance(
        self, ref: str, *, advance_ref: str, account_ref: str, subject: str, amount_minor: int, fee_minor: int,
        currency: str,
    ) -> FunderDone:  # fmt: skip
        assert subject
        if ref not in self.done:
            if self.refuse_with:
                raise PartyRefused("funder", 422, self.refuse_with, {})
            used = sum(self.open(key) for key, one in self.advances.items() if one["account"] == account_ref)
            if amount_minor + used > self.limits.get(account_ref, 0):
                raise PartyRefused("funder", 422, "over_limit", {})
            assert advance_ref not in self.advances
            assert 0 <= fee_minor < amount_minor
            self.advances[advance_ref] = {
                "account": account_ref, "advanced": amount_minor, "fee": fee_minor,
                "repaid": 0, "lost": 0, "cancelled": 0,
            }  # fmt: skip
            self._note(ref, "advances", advance_ref, amount_minor, fee_minor, currency)
        return await self._answer(ref, "advances")

    async def do(
        self, ref: str, *, kind: str, advance_ref: str, amount_minor: int, fee_minor: int, currency: str
    ) -> FunderDone:
        if ref not in self.done:
            if advance_ref not in self.advances:
                raise PartyRefused("funder", 404, "not_found", {})
            if amount_minor > self.open(advance_ref):
                raise PartyRefused("funder", 422, "exceeds_open", {})
            self.advances[advance_ref][FIELDS[kind]] += amount_minor
            self._note(ref, kind, advance_ref, amount_minor, fee_minor, currency)
        return await self._answer(ref, kind)

    def _note(
        self, ref: str, kind: str, advance_ref: str, amount_minor: int, fee_minor: int, currency: str
    ) -> None:
        self.done[ref] = FunderDone(
            ref=ref, kind=kind, advance_ref=advance_ref, amount_minor=amount_minor, fee_minor=fee_minor,
            currency=currency,
        )  # fmt: skip

    async def _answer(self, ref: str, kind: str) -> FunderDone:
        return await self._said(kind, ref, msgspec.structs.replace(self.done[ref], **self.answer_with))

    def open(self, advance_ref: str) -> int:
        """What may still come back of an advance."""
        one = self.advances[advance_ref]
        return int(one["advanced"] - one["repaid"] - one["lost"] - one["cancelled"])

    def owes_market(self) -> int:
        """What the funder would have to pay if it settled everything now."""
        signs = {"advances": 1, "repayments": -1, "cancels": -1}
        return sum(signs.get(one.kind, 0) * (one.amount_minor - one.fee_minor) for one in self.done.values())

    async def settlement(self, on: date) -> list[dict[str, Any]]:
        assert on.year
        return []

    async def movements(self, on: date) -> list[dict[str, Any]]:
        assert on.year
        return []

    def page_of(self, apply_url: str, lang: str) -> str:
        return f"{apply_url}?lang={lang}"
