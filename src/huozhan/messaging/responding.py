"""The response clock: when a buyer began to wait, by when an answer counts, and when a person gave it.

A round begins with the buyer's first message since the supplier's last answer, or after a silence. An automatic
greeting answers nothing. What counts is fixed when the round begins, so that a later version of a rule judges no
earlier round (domain-rules B3.1).
"""

from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec

from huozhan.kernel.rules import RuleBook
from huozhan.messaging.conversation import Conversation, Side

RULES = ("talk.silence", "talk.answer", "talk.reply", "talk.day_from", "talk.day_until")


class Round(msgspec.Struct, frozen=True, kw_only=True):
    """One wait of a buyer: which message began it, and by when an answer is quick and when at least in time."""

    round_no: int
    began_no: int
    began_at: datetime
    answer_by: datetime | None
    reply_by: datetime


def begins_round(conversation: Conversation, side: Side, rules: RuleBook, now: datetime) -> bool:
    """Tells whether a message that is written now begins a round."""
    if side is Side.seller:
        return False
    if conversation.waiting_since is None:
        return True
    return now - conversation.last_at >= rules.at("talk.silence", now).span


def new_round(conversation: Conversation, rules: RuleBook, now: datetime, timezone: str) -> Round:
    """The round that the next message begins."""
    local = now.astimezone(ZoneInfo(timezone))
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    since_midnight = local - midnight
    is_measured = rules.at("talk.day_from", now).span <= since_midnight < rules.at("talk.day_until", now).span
    return Round(
        round_no=conversation.round_no + 1,
        began_no=conversation.last_no + 1,
        began_at=now,
        answer_by=now + rules.at("talk.answer", now).span if is_measured else None,
        reply_by=now + rules.at("talk.reply", now).span,
    )
