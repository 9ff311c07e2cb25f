"""How a seller's deposit stands against what the rules ask, as one table of moves."""

from enum import StrEnum

from huozhan.kernel.moves import Moves


class Standing(StrEnum):
    """Enough; less than is required; below the floor, so that the shop is restricted."""

    enough = "enough"
    low = "low"
    restricted = "restricted"


_S = Standing

MOVES = Moves(
    "deposit",
    _S.enough,
    {
        (_S.enough, "fall_low"): _S.low,
        (_S.restricted, "fall_low"): _S.low,
        (_S.enough, "fall_below"): _S.restricted,
        (_S.low, "fall_below"): _S.restricted,
        (_S.low, "fill"): _S.enough,
        (_S.restricted, "fill"): _S.enough,
    },
)


def event_for(deposit_minor: int, *, required: int, floor: int) -> str:
    """Where a deposit of so much belongs."""
    if deposit_minor < floor:
        return "fall_below"
    return "fall_low" if deposit_minor < required else "fill"
