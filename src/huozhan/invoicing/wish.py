"""A wish for an invoice, said at checkout: open until it becomes a request, or cannot any more."""

from enum import StrEnum

from huozhan.kernel.moves import Moves


class WishState(StrEnum):
    """Where a wish stands."""

    open = "open"
    asked = "asked"
    dropped = "dropped"


MOVES = Moves(
    "invoice_wish",
    WishState.open,
    {
        (WishState.open, "ask"): WishState.asked,
        (WishState.open, "drop"): WishState.dropped,
    },
)
