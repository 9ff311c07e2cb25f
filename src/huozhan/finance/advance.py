"""An advance: what a funder pays a seller when a parcel is picked up, and how it comes back to the funder (B1.4 极速到账)."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

import msgspec

from huozhan.kernel.moves import Moves


class AdvanceState(StrEnum):
    """Where an advance stands."""

    asked = "asked"
    open = "open"
    repaid = "repaid"
    borne = "borne"
    """It came back, but for what refunds took: that is the funder's loss."""
    refused = "refused"
    withdrawn = "withdrawn"
    """Its goods were received or given back before the funder had answered: nobody had the money, and it is undone."""


_S = AdvanceState

MOVES = Moves(
    "advance",
    _S.asked,
    {
        (_S.asked, "give"): _S.open,
        (_S.asked, "refuse"): _S.refused,
        (_S.asked, "withdraw"): _S.withdrawn,
        (_S.open, "repay_part"): _S.open,
        (_S.open, "bear_part"): _S.open,
        (_S.open, "repay"): _S.repaid,
        (_S.open, "bear"): _S.borne,
    },
)


class DeedKind(StrEnum):
    """What is asked of the funder about an advance."""

    advances = "advances"
    repayments = "repayments"
    losses = "losses"
    cancels = "cancels"


ASKED_AGAIN = frozenset({DeedKind.repayments, DeedKind.losses, DeedKind.cancels})
"""What a person may have asked once more; an advance that was answered otherwise is taken back at once."""


class DeedState(StrEnum):
    """Where something that is asked of the funder stands; `odd` waits for a person, who ends it."""

    asked = "asked"
    done = "done"
    refused = "refused"
    odd = "odd"
    ended = "ended"


_D = DeedState

DEED_MOVES = Moves(
    "advance_deed",
    _D.asked,
    {
        (_D.asked, "do"): _D.done,
        (_D.asked, "refuse"): _D.refused,
        (_D.asked, "differ"): _D.odd,
        (_D.odd, "ask_again"): _D.asked,
        (_D.odd, "end"): _D.ended,
    },
)


class PickedUp(msgspec.Struct, frozen=True, kw_only=True):
    """A parcel that a carrier has, as finance sees it.

    `brings_minor` is what its goods will bring the seller; `on_its_way_minor` what everything does that was sent and is
    not received, itself with it. `rules` are the versions that the order has pinned.
    """

    order_id: int
    parcel_id: int
    order_number: str
    buyer_id: int
    seller_id: int
    brings_minor: int
    on_its_way_minor: int
    rules: Mapping[str, int]
    placed_at: datetime


class Brought(msgspec.Struct, frozen=True, kw_only=True):
    """What of a parcel's goods brings its seller money now, and what the rest of them will bring; in minor units."""

    now_minor: int
    left_minor: int


class Advance(msgspec.Struct, frozen=True, kw_only=True):
    """One advance, of one parcel of one order; amounts in minor units."""

    order_id: int
    parcel_id: int
    order_number: str
    buyer_id: int
    seller_id: int
    state: AdvanceState
    brings_minor: int
    advanced_minor: int
    fee_minor: int
    fee_bp: int
    fee_version: int
    repaid_minor: int = 0
    borne_minor: int = 0
    why: str = ""
    asked_at: datetime
    opened_at: datetime | None = None
    ended_at: datetime | None = None

    @property
    def open_minor(self) -> int:
        """What the funder gave and has not back, nor given up."""
        if self.state is not AdvanceState.open:
            return 0
        return self.advanced_minor - self.repaid_minor - self.borne_minor

    @property
    def spoken_for_minor(self) -> int:
        """What of the goods is the funder's, or will be once it answers."""
        return self.advanced_minor if self.state is AdvanceState.asked else self.open_minor

    @property
    def paid_out_minor(self) -> int:
        """What the seller has of it."""
        return self.advanced_minor - self.fee_minor


def with_repaid(one: Advance, amount_minor: int, at: datetime) -> tuple[Advance, str]:
    """The advance after so much of it came back, and the event that this is."""
    left_minor = one.open_minor - amount_minor
    event = "repay_part" if left_minor else "bear" if one.borne_minor else "repay"
    return msgspec.structs.replace(
        one,
        state=MOVES.after(one.state, event),
        repaid_minor=one.repaid_minor + amount_minor,
        ended_at=None if left_minor else at,
    ), event


def with_borne(one: Advance, amount_minor: int, at: datetime) -> tuple[Advance, str]:
    """The advance after so much of it will never come back, and the event that this is."""
    left_minor = one.open_minor - amount_minor
    event = "bear_part" if left_minor else "bear"
    return msgspec.structs.replace(
        one,
        state=MOVES.after(one.state, event),
        borne_minor=one.borne_minor + amount_minor,
        ended_at=None if left_minor else at,
    ), event
