"""A signature: its states, its moves, and what refuses one."""

from enum import StrEnum

from huozhan.kernel.moves import Moves
from huozhan.kernel.refusals import Refusal, Sort


class SignatureState(StrEnum):
    """How far a signature has come; the words are under `contract.signature`."""

    intended = "intended"
    prepared = "prepared"
    signed = "signed"
    failed = "failed"


_S = SignatureState
MOVES = Moves(
    "contract signature",
    _S.intended,
    {
        (_S.intended, "prepare"): _S.prepared,
        (_S.prepared, "sign"): _S.signed,
        (_S.intended, "fail"): _S.failed,
        (_S.prepared, "fail"): _S.failed,
    },
)
"""`prepare` fixes the bytes that are signed before anybody is asked, so that a repeat asks for the same."""


class PersonSigns(Refusal):
    """A person signs, never a program: the key is controlled by the signer alone (电子签名法 Art. 13)."""

    code = "contracts.person_signs"
    sort = Sort.forbidden


class OtherText(Refusal):
    """The text is not the one that was read: another version has taken its place."""

    code = "contracts.other_text"


class SignedAlready(Refusal):
    """This side has signed this version."""

    code = "contracts.signed_already"


class PaperMoved(Refusal):
    """Another signature was made meanwhile: this one is prepared anew over the paper as it stands."""

    code = "contracts.paper_moved"


class UnknownRoot(Refusal):
    """The authority answers with another root than the one that is trusted."""

    code = "contracts.unknown_root"


class NoCertificate(Refusal):
    """The organisation has no certificate that counts."""

    code = "contracts.no_certificate"
