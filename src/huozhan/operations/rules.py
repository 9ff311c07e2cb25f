"""Rules and fees: published with notice, kept with every version that ever held."""

from datetime import datetime
from typing import Annotated

import msgspec

from huozhan.kernel.refusals import NotFound, Refusal, Sort
from huozhan.kernel.shapes import Ask, Nothing, Reason, View
from huozhan.kernel.work import Work, use_case
from huozhan.operations import store
from huozhan.operations.audit import note_act

RULE_VALUE_MAX = 10**12


class NoticeTooShort(Refusal):
    """A rule must be published some days before it holds (E-commerce Law, Art. 34)."""

    code = "operations.notice_too_short"
    sort = Sort.invalid


class RuleVersion(View, frozen=True, kw_only=True):
    """One version of one rule; `holds` tells whether it is the one in force now."""

    code: str
    version: int
    value: int
    unit: str
    published_at: datetime
    effective_from: datetime
    reason: str
    holds: bool


class RuleList(View, frozen=True):
    """Every version of every rule, the newest of each first."""

    rules: list[RuleVersion]


class PublishRule(Ask, frozen=True, kw_only=True):
    """A new value for a rule, from a moment on."""

    code: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
    value: Annotated[int, msgspec.Meta(ge=0, le=RULE_VALUE_MAX)]
    effective_from: Annotated[datetime, msgspec.Meta(tz=True)]
    reason: Reason


@use_case("market.view", writes=False)
async def rules(work: Work, _ask: Nothing) -> RuleList:
    """Every rule of the market with its history."""
    return RuleList(
        [
            RuleVersion(**dict(row), holds=work.rule(row["code"]).version == row["version"])
            for row in await store.rule_rows(work)
        ]
    )


@use_case("market.rules", writes=True)
async def publish_rule(work: Work, ask: PublishRule) -> RuleVersion:
    """Publishes the next version of a rule; what is placed until then keeps the old one."""
    earliest = work.now + work.rule("rules.notice").span
    if ask.effective_from < earliest:
        raise NoticeTooShort(earliest=earliest.isoformat())
    version = await store.add_rule_version(work, ask.code, ask.value, ask.effective_from, ask.reason)
    if version is None:
        raise NotFound(code=ask.code)
    await note_act(work, "rule.publish", about=ask.code, reason=ask.reason, version=version, value=ask.value)
    row = next(r for r in await store.rule_rows(work) if (r["code"], r["version"]) == (ask.code, version))
    return RuleVersion(**dict(row), holds=False)
