"""Covering: what freight insurance of a purchase costs, who pays for it, and why there is none. Rules and nothing else."""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from huozhan.insurance.policy import Payer
from huozhan.kernel.money import share_bp
from huozhan.kernel.rules import RuleBook
from huozhan.kernel.work import Work

PREMIUM, LEAST, MOST = "insurance.premium", "insurance.premium_least", "insurance.premium_most"
SUM, GOODS_MOST, PAYS_WITHIN = "insurance.sum", "insurance.goods_most", "insurance.pays_within"
PINNED_RULES = (PREMIUM, LEAST, MOST, SUM, GOODS_MOST, PAYS_WITHIN)
"""Rules whose versions an order pins when it is placed."""


class Cover(msgspec.Struct, frozen=True, kw_only=True):
    """What can be insured of one order. `why` says why nothing can: `trade_type` or `too_large`; else it is empty.

    `payer` is who pays the premium: the seller who gives it, the buyer who chose it, or nobody.
    """

    payer: Payer | None = None
    premium_minor: int = 0
    """What the premium is, whoever pays it."""
    sum_minor: int = 0
    goods_most_minor: int = 0
    why: str = ""

    @property
    def buyer_minor(self) -> int:
        """What of it the buyer pays beside the goods."""
        return self.premium_minor if self.payer is Payer.buyer else 0


def cover_of(work: Work, *, goods_minor: int, is_escrowed: bool, is_given: bool, is_chosen: bool) -> Cover:
    """The cover of an order that would be placed now, for goods that cost its buyer so much.

    Only orders in escrow are insured: on credit, in stages or lent for, no money is there to take a premium of when they are paid.
    """
    most = work.rule(GOODS_MOST).value
    why = "" if is_escrowed else "trade_type"
    if not why and goods_minor > most:
        why = "too_large"
    if why:
        return Cover(why=why, goods_most_minor=most)
    payer = Payer.seller if is_given else Payer.buyer if is_chosen else None
    return Cover(
        payer=payer,
        premium_minor=premium_of(work.rules, goods_minor, {}, work.now),
        sum_minor=work.rule(SUM).value,
        goods_most_minor=most,
    )


def premium_of(rules: RuleBook, goods_minor: int, pins: Mapping[str, int], placed_at: datetime) -> int:
    """The premium for goods that cost so much: a rate, within the least and the most of the rules (E16)."""
    rate, least, most = (rules.pinned(code, pins, placed_at).value for code in (PREMIUM, LEAST, MOST))
    return min(max(share_bp(goods_minor, rate), least, 1), most)
