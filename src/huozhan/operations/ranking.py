"""Rankings are tried and adopted by operators: a trial that did better becomes the next version of the weights' rules."""

from typing import Annotated

import msgspec

from huozhan import search
from huozhan.kernel.shapes import Ask, Done, Id, Reason, View
from huozhan.kernel.work import Work, use_case
from huozhan.operations import store
from huozhan.operations.audit import note_act

WHOLE_BP = 10_000


class StartedTrial(View, frozen=True, kw_only=True):
    """A trial that runs."""

    trial_id: Id


class EndTrial(Ask, frozen=True, kw_only=True):
    """Ends a trial; `adopt` makes its weights those of the market, after the notice that rules need."""

    trial_id: Id
    adopt: Annotated[bool, msgspec.Meta()] = False
    reason: Reason


@use_case("market.rules", writes=True)
async def start_ranking_trial(work: Work, ask: search.OpenTrial) -> StartedTrial:
    """Shows another ranking in turns with the one in force; one trial at a time."""
    trial_id = await search.open_trial(work, ask)
    await note_act(work, "ranking.trial_start", about=str(trial_id), reason=ask.reason, name=ask.name)
    return StartedTrial(trial_id=str(trial_id))


@use_case("market.rules", writes=True)
async def end_ranking_trial(work: Work, ask: EndTrial) -> Done:
    """Ends a trial, and publishes its weights where they are adopted."""
    weights = await search.close_trial(work, int(ask.trial_id), is_adopted=ask.adopt, reason=ask.reason)
    await note_act(work, "ranking.trial_end", about=ask.trial_id, reason=ask.reason, adopted=ask.adopt)
    if ask.adopt:
        holds_from = work.now + work.rule("rules.notice").span
        parts = msgspec.structs.asdict(weights)
        whole = sum(parts.values())
        for name, part in parts.items():
            code, value = f"search.weight_{name}", part * WHOLE_BP // whole
            if value != work.rule(code).value:
                version = await store.add_rule_version(work, code, value, holds_from, ask.reason)
                await note_act(
                    work, "rule.publish", about=code, reason=ask.reason, version=version, value=value
                )
    return Done()
