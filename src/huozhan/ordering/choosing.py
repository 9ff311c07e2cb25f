"""Choosing: under which trade types a buyer may have a supplier's part of a purchase."""

from collections.abc import Sequence

import msgspec

from huozhan.kernel.work import Work
from huozhan.ordering.order import TradeType
from huozhan.ordering.purchase import Choice, Share


async def with_choices(work: Work, shares: Sequence[Share]) -> tuple[Share, ...]:  # noqa: ARG001 -- credit lines are asked
    """The shares with the trade types that each may have, escrow first: it is open to everybody."""
    escrow = Choice(trade_type=TradeType.escrow)
    return tuple(msgspec.structs.replace(share, choices=(escrow,)) for share in shares)
