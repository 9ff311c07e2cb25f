"""Deadlines, thresholds and fees: versioned rows with dates, never constants.

A rule's value is one integer with a unit; what is placed today pins the versions it was placed under.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta

import asyncpg
import msgspec

_SECONDS = {"seconds": 1, "minutes": 60, "hours": 3_600, "days": 86_400}


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """One version of one rule, in force from `effective_from` until a later version is."""

    code: str
    version: int
    value: int
    unit: str
    effective_from: datetime

    @property
    def span(self) -> timedelta:
        """The rule's value as a length of time."""
        return timedelta(seconds=self.value * _SECONDS[self.unit])


class RuleBook:
    """All rule versions, in memory; asked by code and moment."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._by_code: dict[str, list[Rule]] = {}
        for rule in sorted(rules, key=lambda r: (r.code, r.effective_from, r.version)):
            self._by_code.setdefault(rule.code, []).append(rule)

    def at(self, code: str, moment: datetime) -> Rule:
        """The version of `code` in force at `moment`; the earliest one before any is."""
        versions = self._by_code[code]
        for rule in reversed(versions):
            if rule.effective_from <= moment:
                return rule
        return versions[0]

    def version(self, code: str, version: int) -> Rule:
        """One pinned version."""
        return next(rule for rule in self._by_code[code] if rule.version == version)

    def pins(self, codes: Iterable[str], moment: datetime) -> dict[str, int]:
        """Version numbers to write on what is placed at `moment`."""
        return {code: self.at(code, moment).version for code in codes}

    def pinned(self, code: str, pins: Mapping[str, int], moment: datetime) -> Rule:
        """The version that was pinned, or the one in force where none was."""
        version = pins.get(code)
        return self.at(code, moment) if version is None else self.version(code, version)

    def __iter__(self) -> Iterator[Rule]:
        return (rule for versions in self._by_code.values() for rule in versions)


async def load_rules(db: asyncpg.Connection) -> RuleBook:
    """Reads every published rule version."""
    rows = await db.fetch("SELECT code, version, value, unit, effective_from FROM rule_version")
    return RuleBook(Rule(**dict(row)) for row in rows)
