"""An insurer in plain Python, written from docs/stand-ins.md and from no line of the product; it may fall silent after its work."""

from datetime import date
from typing import Any

import msgspec

from huozhan.insurance import InsurerDone
from huozhan.kernel.signed_http import PartyRefused, PartySilent


class PlainInsurer:
    """Policies as dictionaries."""

    def __init__(self) -> None:
        self.policies: dict[str, dict[str, Any]] = {}
        self.done: dict[str, InsurerDone] = {}
        self.refused: dict[str, str] = {}
        self.silent_after = 0
        """So many of the next calls are done and never answered."""
        self.refuse_with = ""
        """The code with which the next calls are declined."""
        self.refuse_kinds = frozenset({"policies", "premiums", "cancels", "claims"})
        self.calls: list[tuple[str, str]] = []
        self.answer_with: dict[str, Any] = {}
        """What the next answers say otherwise."""
        self.before_answer: Any = None
        """What happens in the market after the insurer has worked and before its answer is heard, once."""
        self.freight_minor = 1_200
        """What it finds goods sent back cost."""

    async def insure(
        self, ref: str, *, policy_ref: str, subject: str, premium_minor: int, sum_minor: int, currency: str
    ) -> InsurerDone:
        assert subject
        if self._is_new(ref, "policies"):
            assert policy_ref not in self.policies
            assert premium_minor > 0
            self.policies[policy_ref] = {
                "premium": 0,
                "due": premium_minor,
                "sum": sum_minor,
                "paid": 0,
                "ended": False,
            }
            self._note(ref, "policies", policy_ref, premium_minor, currency)
        return await self._answer(ref, "policies")

    async def do(
        self, ref: str, *, kind: str, policy_ref: str, amount_minor: int, currency: str
    ) -> InsurerDone:
        if self._is_new(ref, kind):
            if policy_ref not in self.policies:
                raise PartyRefused("insurer", 404, "not_found", {})
            one = self.policies[policy_ref]
            if kind == "premiums":
                assert amount_minor == one["due"]
                assert one["premium"] == 0
                one["premium"] = amount_minor
            else:
                assert amount_minor == one["premium"]
                one["premium"], one["ended"] = 0, True
            self._note(ref, kind, policy_ref, amount_minor, currency)
        return await self._answer(ref, kind)

    async def claim(
        self, ref: str, *, policy_ref: str, carrier_code: str, waybill: str, weight_g: int, most_minor: int,
        currency: str,
    ) -> InsurerDone:  # fmt: skip
        assert carrier_code
        assert waybill
        assert weight_g >= 0
        if self._is_new(ref, "claims"):
            if policy_ref not in self.policies:
                raise PartyRefused("insurer", 404, "not_found", {})
            one = self.policies[policy_ref]
            if one["ended"]:
                raise PartyRefused("insurer", 422, "ended", {})
            amount_minor = min(most_minor, self.freight_minor)
            one["paid"] += amount_minor
            assert one["paid"] <= one["sum"], "more was asked for than is insured"
            self._note(ref, "claims", policy_ref, amount_minor, currency)
        return await self._answer(ref, "claims")

    def _is_new(self, ref: str, kind: str) -> bool:
        if ref in self.done:
            return False
        if ref in self.refused:
            raise PartyRefused("insurer", 422, self.refused[ref], {})
        if self.refuse_with and kind in self.refuse_kinds:
            self.refused[ref] = self.refuse_with
            raise PartyRefused("insurer", 422, self.refuse_with, {})
        return True

    def _note(self, ref: str, kind: str, policy_ref: str, amount_minor: int, currency: str) -> None:
        self.done[ref] = InsurerDone(
            ref=ref, kind=kind, policy_ref=policy_ref, amount_minor=amount_minor, currency=currency
        )

    async def _answer(self, ref: str, kind: str) -> InsurerDone:
        self.calls.append((kind, ref))
        if self.before_answer:
            then, self.before_answer = self.before_answer, None
            await then()
        if self.silent_after:
            self.silent_after -= 1
            raise PartySilent(f"insurer: {kind}")
        return msgspec.structs.replace(self.done[ref], **self.answer_with)

    def owes_market(self) -> int:
        """What the insurer would have to pay if it settled everything now."""
        return sum(one["paid"] - one["premium"] for one in self.policies.values())

    async def settlement(self, on: date) -> list[dict[str, Any]]:
        assert on.year
        return []

    async def movements(self, on: date) -> list[dict[str, Any]]:
        assert on.year
        return []
