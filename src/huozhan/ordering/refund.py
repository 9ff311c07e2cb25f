"""A question for money back, and the one table of its moves."""

from enum import StrEnum

from huozhan.kernel.moves import Moves


class RefundState(StrEnum):
    """How far a question for money back has come."""

    asked = "asked"
    agreed = "agreed"
    refused = "refused"
    taken_back = "taken_back"


MOVES = Moves(
    "refund",
    RefundState.asked,
    {
        (RefundState.asked, "agree"): RefundState.agreed,
        (RefundState.asked, "refuse"): RefundState.refused,
        (RefundState.asked, "take_back"): RefundState.taken_back,
    },
)
"""What is answered or taken back stays so; asking again is another question."""
