"""The eight faults, each as the plan of parties that err in this way and no other, all the time."""

import random
from collections.abc import Callable
from datetime import timedelta

import msgspec

from bench.drills.simulation.parties import CALM, Plan

LATE_DAYS_MAX = 3


def _plan(**changes: object) -> Plan:
    return msgspec.structs.replace(CALM, **changes)


def _timeout(chance: random.Random) -> Plan:
    """Done, and not answered, up to three times for each reference."""
    return _plan(silent_after=100, strikes=chance.randint(1, 3))


def _wrong(what: str, chance: random.Random) -> Plan:
    """The payer really pays something else, or the message lies about it."""
    if chance.random() < 0.5:
        return _plan(pays={f"other_{what}": 1}, tells={f"wrong_{what}": 1})
    return _plan(pays={f"other_{what}": 1}) if chance.random() < 0.5 else _plan(tells={f"wrong_{what}": 1})


def _late(chance: random.Random) -> Plan:
    """What is told comes when everything was ended otherwise."""
    return _plan(tells={"late": 1}, late=timedelta(hours=chance.randint(4, 24 * LATE_DAYS_MAX)))


PLANS: dict[str, Callable[[random.Random], Plan]] = {
    "timeout_after_success": _timeout,
    "duplicate": lambda _: _plan(tells={"duplicate": 1}),
    "reordered": lambda _: _plan(tells={"reordered": 1}),
    "late_after_close": _late,
    "wrong_amount": lambda chance: _wrong("amount", chance),
    "wrong_currency": lambda chance: _wrong("currency", chance),
    "forged_signature": lambda _: _plan(tells={"forged": 1}),
    "partial_refund": lambda chance: _plan(
        refunds={"partial": 3, "failed": 1}, transfers_failed=100, strikes=chance.randint(1, 2)
    ),
}
