"""Seeded faults: whether one strikes depends on seed, party, fault and reference alone."""

import hashlib
from typing import Annotated, Literal

import msgspec

PartyName = Literal["channel", "bank", "carrier", "mail", "signer", "lender", "funder", "tax", "insurer"]
Chance = Annotated[float, msgspec.Meta(ge=0, le=1)]
Seconds = Annotated[float, msgspec.Meta(ge=0, le=3600)]

PARTIES: tuple[PartyName, ...] = (
    "channel", "bank", "carrier", "mail", "signer", "lender", "funder", "tax", "insurer",
)  # fmt: skip


class Faults(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The chance of every fault of one party."""

    duplicate_callback: Chance = 0
    late_callback: Chance = 0
    reordered: Chance = 0
    wrong_amount: Chance = 0
    wrong_currency: Chance = 0
    forged_signature: Chance = 0
    unknown_reference: Chance = 0
    timeout_after_success: Chance = 0
    error_500: Chance = 0
    partial_refund: Chance = 0
    failed_refund: Chance = 0
    refused_invoice: Chance = 0
    strikes: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 1
    late_by_s: Seconds = 5
    hang_s: Seconds = 2


class PartyPlan(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One party's faults under one seed, as it is stored and as `/faults` shows it."""

    party: PartyName
    seed: int
    faults: Faults

    def strikes(self, fault: str, reference: str) -> bool:
        """Whether this fault is the fate of this reference."""
        chance: float = getattr(self.faults, fault)
        if chance <= 0:
            return False
        return draw(self.seed, self.party, fault, reference) < chance


class NewPlan(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What `POST /faults` brings."""

    party: PartyName
    faults: Faults
    seed: int | None = None


class PlanFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The fault plan file: a table per party."""

    channel: Faults = Faults()
    bank: Faults = Faults()
    carrier: Faults = Faults()
    mail: Faults = Faults()
    signer: Faults = Faults()
    lender: Faults = Faults()
    funder: Faults = Faults()
    tax: Faults = Faults()
    insurer: Faults = Faults()


def draw(*parts: object) -> float:
    """A number in [0, 1) that is the same for the same parts on every machine."""
    text = "\x1f".join(str(part) for part in parts)
    digest = hashlib.blake2b(text.encode(), digest_size=8).digest()
    return (int.from_bytes(digest) >> 11) / 2**53
