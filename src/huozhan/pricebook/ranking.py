"""Levels by rule: who bought so much of a shop in the last days comes to a level, and leaves it again.

What was bought is known a floor above (`ordering.rank_buyers`), which asks for the rules here and says what they come
to. What a shop's people said of a buyer by hand counts before any rule.
"""

from collections.abc import Collection, Mapping
from datetime import timedelta

from huozhan import catalogue
from huozhan.kernel.refusals import Invalid
from huozhan.kernel.shapes import Done
from huozhan.kernel.work import Work, use_case
from huozhan.pricebook.asks import SetLevelRule
from huozhan.pricebook.book import LevelRule
from huozhan.pricebook.judging import SPAN_MOST
from huozhan.pricebook.leveling import put_on_level
from huozhan.pricebook.store import level_rules

RANK_JOB = "ordering.rank_buyers"
BY_RULE = "by rule"
SHOPS_AT_ONCE = 50
A_DAY = timedelta(days=1)


@use_case("offer.edit", writes=True)
async def set_level_rule(work: Work, ask: SetLevelRule) -> Done:
    """Say how much a buyer must have bought, or how often, to come to a level by itself; neither takes the rule away."""
    most = work.rule(SPAN_MOST).value
    if ask.least_minor and ask.least_orders:
        raise Invalid(field="least_orders", detail="least_minor or least_orders")
    if ask.days > most:
        raise Invalid(field="days", detail=f"days <= {most}")
    await catalogue.lock_shop(work, work.actor.org_id)
    if ask.least_minor or ask.least_orders:
        await level_rules.put(work, LevelRule(ask.level, ask.least_minor, ask.least_orders, ask.days))
    else:
        await level_rules.drop(work, ask.level)
    want_ranking(work, work.actor.org_id)
    return Done()


def want_ranking(work: Work, seller_id: int, buyer_id: int = 0) -> None:
    """Leaves the job that looks at a shop's buyers, or one of them, by its rules."""
    work.enqueue(
        RANK_JOB,
        {"seller_id": seller_id, "buyer_id": buyer_id},
        dedupe_key=f"{RANK_JOB}:{seller_id}:{buyer_id}",
    )


async def want_rankings(work: Work, pairs: Collection[tuple[int, int]]) -> None:
    """Has these shops' buyers looked at, where the shop has a rule."""
    ruled = set(await level_rules.shops_among(work, {seller_id for seller_id, _ in pairs}))
    for seller_id, buyer_id in sorted(pairs):
        if seller_id in ruled:
            want_ranking(work, seller_id, buyer_id)


async def want_daily_rankings(work: Work) -> int:
    """Has every shop with rules looked at once a day, for what was bought grows old; tells how many that were."""
    due = await level_rules.take_turns(work, work.now - A_DAY, SHOPS_AT_ONCE)
    for seller_id in due:
        want_ranking(work, seller_id)
    return len(due)


async def level_rules_of(work: Work, seller_id: int) -> list[LevelRule]:
    """A shop's rules, the lowest level first; the shop is locked until the transaction ends."""
    await catalogue.lock_shop(work, seller_id)
    return await level_rules.of_shop(work, seller_id)


async def rank(work: Work, seller_id: int, buyer_id: int, earned: Mapping[int, str]) -> int:
    """Puts buyers of a locked shop on what they have earned, all of them or one; tells how many moved."""
    has = await level_rules.members(work, seller_id, buyer_id)
    moving = {one for one in {*has, *earned} if has.get(one, "") != earned.get(one, "")}
    moving -= await level_rules.by_hand(work, seller_id, moving)
    for one in sorted(moving):
        await put_on_level(work, seller_id, one, earned.get(one, ""), is_by_rule=True, reason=BY_RULE)
    return len(moving)
