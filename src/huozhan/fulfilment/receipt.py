"""When a parcel counts as received by itself: one pure function over what is known of it (domain rules B1.3, B9)."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

import msgspec

from huozhan.disruption import Stop, due_at
from huozhan.kernel.rules import RuleBook


class ReceiptRules(msgspec.Struct, frozen=True, kw_only=True):
    """The spans of the auto-confirm rules A, B and C, and of a carrier's word that comes too late."""

    signed_within: timedelta = timedelta(days=8)
    after_ship: timedelta = timedelta(days=10)
    after_signed: timedelta = timedelta(hours=48)
    tracked_within: timedelta = timedelta(days=28)
    untracked: timedelta = timedelta(days=30)
    late_word: timedelta = timedelta(hours=24)


RULES = ReceiptRules()
"""The rules as the market opens with them."""


def receipt_rules(book: RuleBook, pins: Mapping[str, int], placed_at: datetime) -> ReceiptRules:
    """The rules an order was placed under."""

    def span(name: str) -> timedelta:
        return book.pinned(f"auto_confirm.{name}", pins, placed_at).span

    return ReceiptRules(
        **{name: span(name) for name in ReceiptRules.__struct_fields__}  # one rule per field
    )


def confirm_due(
    ship_at: datetime,
    signed_at: datetime | None,
    tracked: bool,  # noqa: FBT001 -- the rule's own parameters, in its order
    extensions: Iterable[timedelta],
    stops: Iterable[Stop],
    open_cases: int,
    now: datetime,
    rules: ReceiptRules = RULES,
) -> datetime | None:
    """The moment at which goods count as received; None while a case is open.

    A: signed within 8 days of shipping: ship + 10 days. B: signed later: signed + 48 hours. C: not tracked or not
    signed within 28 days: ship + 30 days. Extensions add up. The clock of the rule that holds stands still during
    every stop. A word that comes when the moment is past already leaves 24 hours more: never in the past. Days are
    spans of 24 hours, which in Asia/Shanghai are calendar days.
    """
    if open_cases:
        return None
    start, span = _by_rule(ship_at, signed_at if tracked else None, rules)
    due = due_at(start, span + sum(extensions, timedelta()), stops)
    return due if due > now else now + rules.late_word


def _by_rule(
    ship_at: datetime, signed_at: datetime | None, rules: ReceiptRules
) -> tuple[datetime, timedelta]:
    """From when on which span runs."""
    if signed_at is None or signed_at - ship_at > rules.tracked_within:
        return ship_at, rules.untracked
    if signed_at - ship_at <= rules.signed_within:
        return ship_at, rules.after_ship
    return signed_at, rules.after_signed
