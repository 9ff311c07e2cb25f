"""Ranking: how much each buyer bought of a shop lately, by which its rules give and take levels."""

from datetime import timedelta

from huozhan import pricebook
from huozhan.kernel.shapes import Ask, Done, Id
from huozhan.kernel.work import Work, use_case
from huozhan.ordering.store import tallies


class RankBuyers(Ask, frozen=True, kw_only=True):
    """A shop's buyers, or one of them."""

    seller_id: Id
    buyer_id: Id = "0"


@use_case("system", writes=True)
async def rank_buyers(work: Work, ask: RankBuyers) -> Done:
    """Gives buyers the highest level whose rule they fulfil, and takes what they fulfil no more; done again it changes nothing.

    Orders count that came to success within the rule's days, with what was kept of their money.
    """
    seller_id, buyer_id = int(ask.seller_id), int(ask.buyer_id)
    earned: dict[int, str] = {}
    for rule in await pricebook.level_rules_of(work, seller_id):
        since = work.now - timedelta(days=rule.days)
        for row in await tallies.bought_since(work, seller_id, buyer_id, since):
            if rule.is_met(row["kept_minor"], row["orders"]):
                earned[row["buyer_id"]] = rule.level
    await pricebook.rank(work, seller_id, buyer_id, earned)
    return Done()
