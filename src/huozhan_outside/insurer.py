"""The insurer of return freight: takes orders on for a premium and pays what goods sent back cost, up to a sum."""

import secrets
from collections.abc import Callable
from datetime import date

from huozhan_outside.asking import Answer, Asked, Refused, Route, json_answer, lines_answer
from huozhan_outside.party import Party, trading_day
from huozhan_outside.policy import (
    SCHEMA,
    AskClaim,
    AskPolicy,
    AskPremium,
    KeptDeed,
    Policy,
    deed_file,
    freight_minor,
    settlement_lines,
)
from huozhan_outside.trading import SettlementTotal, totals_of

_PAST = {"policies": "insure", "premiums": "premium", "cancels": "cancel", "claims": "pay"}
SUM_MOST_MINOR = 100_000
"""No order is insured for more."""

Order = AskPolicy | AskPremium | AskClaim


class Insurer(Party):
    """The insurer."""

    name = "insurer"
    schema = SCHEMA

    def routes(self) -> list[Route]:
        """The insurer's endpoints."""
        return [
            Route("POST", "/insurer/policies", self.policies, AskPolicy, fate="policies"),
            Route("POST", "/insurer/premiums", self.premiums, AskPremium, fate="premiums"),
            Route("POST", "/insurer/cancels", self.cancels, AskPremium, fate="cancels"),
            Route("POST", "/insurer/claims", self.claims, AskClaim, fate="claims"),
            Route("GET", "/insurer/policies/{}", self.show_policy),
            Route("GET", "/insurer/deeds/{}", self.show_deed),
            Route("GET", "/insurer/files/deeds", self.deed_file),
            Route("GET", "/insurer/files/settlement", self.settlement_file),
        ]

    def perform(self, reference: str) -> None:
        """Nothing falls due at an insurer: it waits for claims."""
        raise AssertionError(reference)

    def policies(self, asked: Asked) -> Answer:
        """Take an order on, once, within the most that is insured."""
        order: AskPolicy = asked.ask

        def take_on() -> int:
            if order.sum_minor > SUM_MOST_MINOR:
                raise Refused(422, "not_insurable", "the sum is too large", most_minor=SUM_MOST_MINOR)
            if self._policy(order.policy_ref) is not None:
                raise Refused(422, "policy_exists", "an order is insured once")
            self.store.write(
                "INSERT INTO policy (policy_ref, subject, currency, due_minor, sum_minor) VALUES (?, ?, ?, ?, ?)",
                order.policy_ref,
                order.subject,
                order.currency,
                order.amount_minor,
                order.sum_minor,
            )
            return order.amount_minor

        return self._once("policies", order, take_on)

    def premiums(self, asked: Asked) -> Answer:
        """The market owes the premium of a policy."""
        order: AskPremium = asked.ask

        def owe() -> int:
            policy = self._standing(order)
            if order.amount_minor != policy.due_minor or policy.premium_minor:
                raise Refused(422, "other_amount", "the premium is owed once", due_minor=policy.due_minor)
            return self._set(order, "premium_minor = due_minor", order.amount_minor)

        return self._once("premiums", order, owe)

    def cancels(self, asked: Asked) -> Answer:
        """Nothing was sent: the policy ends, and the premium is owed back."""
        order: AskPremium = asked.ask

        def end() -> int:
            policy = self._standing(order)
            if policy.paid_minor:
                raise Refused(422, "claimed", "a policy that was claimed on has been used")
            if order.amount_minor != policy.premium_minor:
                raise Refused(
                    422, "other_amount", "a premium goes back whole", due_minor=policy.premium_minor
                )
            return self._set(order, "premium_minor = 0, is_ended = 1", order.amount_minor)

        return self._once("cancels", order, end)

    def claims(self, asked: Asked) -> Answer:
        """Pay what the return cost, no more than is asked for and than is left of the sum; a waybill is paid for once."""
        order: AskClaim = asked.ask

        def pay() -> int:
            policy = self._standing(order)
            if self.store.row("SELECT 1 FROM claimed_waybill WHERE waybill = ?", order.waybill) is not None:
                raise Refused(422, "waybill_used", "this waybill was paid for before")
            left_minor = policy.sum_minor - policy.paid_minor
            amount_minor = min(freight_minor(order.weight_g), order.most_minor, left_minor)
            if not amount_minor:
                raise Refused(422, "not_covered", "the sum is used up")
            self.store.write(
                "INSERT INTO claimed_waybill (waybill, ref) VALUES (?, ?)", order.waybill, order.ref
            )
            return self._set(order, f"paid_minor = paid_minor + {amount_minor}", amount_minor)

        return self._once("claims", order, pay)

    def show_policy(self, asked: Asked) -> Answer:
        """Tell how a policy stands."""
        return json_answer(self._known(asked.names[0]))

    def show_deed(self, asked: Asked) -> Answer:
        """Tell what was done under a reference."""
        kept = self._deed(asked.names[0])
        if kept is None:
            raise Refused(404, "not_found")
        return json_answer(kept.shown(self._known(kept.policy_ref)))

    def deed_file(self, asked: Asked) -> Answer:
        """Premiums and claims of one day."""
        return lines_answer(deed_file(self.store, trading_day(asked)))

    def settlement_file(self, asked: Asked) -> Answer:
        """What passes between the banks on a day for the day before."""
        lines = settlement_lines(self.store, trading_day(asked))
        return lines_answer([*lines, *totals_of(lines)])

    def settlement_totals(self, day: date) -> list[SettlementTotal]:
        """What passes between the insurer's bank and the market's on a day."""
        return totals_of(settlement_lines(self.store, day))

    def _once(self, kind: str, order: Order, do: Callable[[], int]) -> Answer:
        """Do it once; the same order twice is one deed."""
        kept = self._deed(order.ref)
        if kept is None:
            with self.store.writing():
                amount_minor = do()
                at_ms = self.happened(_PAST[kind], order.policy_ref, order.ref, order.currency, amount_minor)
                self.store.write(
                    "INSERT INTO policy_deed (ref, insurer_txn, kind, asked, policy_ref, amount_minor, currency, at_ms)"
                    " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                    order.ref,
                    f"in_{secrets.token_hex(12)}",
                    kind,
                    order.fingerprint(),
                    order.policy_ref,
                    amount_minor,
                    order.currency,
                    at_ms,
                )
            kept = self._deed(order.ref)
        assert kept is not None
        if (kept.kind, kept.asked) != (kind, order.fingerprint()):
            raise Refused(409, "other_body", f"{order.ref} was asked with another body")
        return json_answer(kept.shown(self._known(kept.policy_ref)))

    def _set(self, order: AskPremium | AskClaim, change: str, amount_minor: int) -> int:
        self.store.write(f"UPDATE policy SET {change} WHERE policy_ref = ?", order.policy_ref)
        return amount_minor

    def _standing(self, order: AskPremium | AskClaim) -> Policy:
        policy = self._known(order.policy_ref)
        if order.currency != policy.currency:
            raise Refused(422, "currency_differs", f"the policy is in {policy.currency}")
        if policy.is_ended:
            raise Refused(422, "ended", "the policy has ended")
        return policy

    def _policy(self, policy_ref: str) -> Policy | None:
        found = self.store.row(
            "SELECT policy_ref, subject, currency, due_minor, sum_minor, premium_minor, paid_minor, is_ended"
            " FROM policy WHERE policy_ref = ?",
            policy_ref,
        )
        if found is None:
            return None
        *rest, is_ended = found
        return Policy(**dict(zip(Policy.__struct_fields__[:-1], rest, strict=True)), is_ended=bool(is_ended))

    def _known(self, policy_ref: str) -> Policy:
        policy = self._policy(policy_ref)
        if policy is None:
            raise Refused(404, "not_found")
        return policy

    def _deed(self, ref: str) -> KeptDeed | None:
        found = self.store.row("SELECT * FROM policy_deed WHERE ref = ?", ref)
        return None if found is None else KeptDeed(*found)
