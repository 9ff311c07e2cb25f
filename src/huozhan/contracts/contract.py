"""A contract about an order: its versions, their states and the one table of their moves."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import msgspec

from huozhan.kernel.moves import Moves
from huozhan.kernel.refusals import Refusal

BUYER, SELLER, MARKET = "buyer", "seller", "market"
SIDES = (BUYER, SELLER)

SIGN_WITHIN = "contract.sign_within"
"""Within which time both sides sign (B6)."""

SIGN_TIMER = "contract_sign"
"""The timer at whose end a version that is not signed by both lapses; it hangs on the contract."""

WRITE_JOB = "contracts.write"
SIGN_JOB = "contracts.sign"
FOLLOW_JOB = "contracts.follow"


class VersionState(StrEnum):
    """Where a version of a contract stands; the words are under `contract.state`."""

    drafting = "drafting"
    signing = "signing"
    sealing = "sealing"
    in_force = "in_force"
    superseded = "superseded"
    refused = "refused"
    withdrawn = "withdrawn"
    expired = "expired"


_S = VersionState
MOVES = Moves(
    "contract version",
    _S.drafting,
    {
        (_S.drafting, "write"): _S.signing,
        (_S.drafting, "withdraw"): _S.withdrawn,
        (_S.drafting, "supersede"): _S.superseded,
        (_S.signing, "sign"): _S.signing,
        (_S.signing, "complete"): _S.sealing,
        (_S.signing, "refuse"): _S.refused,
        (_S.signing, "withdraw"): _S.withdrawn,
        (_S.signing, "expire"): _S.expired,
        (_S.signing, "supersede"): _S.superseded,
        (_S.sealing, "seal"): _S.in_force,
        (_S.in_force, "supersede"): _S.superseded,
    },
)
"""`sign` is the first of the two signatures, `complete` the second; the market's seal puts the version in force.
`supersede` is what a later version does: to one that is not signed when it is made, to one in force when it is sealed."""

OPEN = frozenset({_S.drafting, _S.signing, _S.sealing})
"""States in which a version is being drawn up or signed; there is one such version at most."""


class ContractOpen(Refusal):
    """A version is being drawn up or signed already."""

    code = "contracts.open"


class InForce(Refusal):
    """The contract is in force and the order has not changed since."""

    code = "contracts.in_force"


class OrderOver(Refusal):
    """The order is closed: there is nothing to contract about."""

    code = "contracts.order_over"


class Contract(msgspec.Struct, frozen=True, kw_only=True):
    """A contract with its latest version, as rows hold them."""

    contract_id: int
    number: str
    order_id: int
    order_number: str
    buyer_id: int
    seller_id: int
    latest_no: int
    state: VersionState
    text_sha256: bytes
    paper_sha256: bytes | None
    signed_sha256: bytes | None

    def side_of(self, org_id: int) -> str:
        """On which side an organisation stands."""
        return BUYER if org_id == self.buyer_id else SELLER

    def org_of(self, side: str) -> int:
        """Who stands on a side."""
        return self.buyer_id if side == BUYER else self.seller_id

    @property
    def shown_sha256(self) -> bytes | None:
        """The hash of the paper as it stands, with the signatures it has so far."""
        return self.signed_sha256 or self.paper_sha256

    def after(self, event: str) -> VersionState:
        """The state that follows; refuses where the table is silent."""
        return MOVES.after(self.state, event, number=self.number)


def read_contract(row: Mapping[str, Any]) -> Contract:
    """A contract from a row of it beside its latest version."""
    fields = {name: row[name] for name in Contract.__struct_fields__ if name != "state"}
    return Contract(state=VersionState(row["state"]), **fields)
