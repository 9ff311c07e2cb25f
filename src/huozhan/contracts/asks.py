"""What is asked of contracts."""

from datetime import datetime
from typing import Annotated

import msgspec

from huozhan.kernel.shapes import PAGE_SIZE, Ask, Cursor, Id, PageSize, Reason
from huozhan.parties import StepCode

VersionNo = Annotated[int, msgspec.Meta(ge=1, le=10_000)]
Sha256 = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-fA-F]{64}(?!\n)$")]
Side = Annotated[str, msgspec.Meta(pattern=r"^(buyer|seller)(?!\n)$")]
FileKind = Annotated[str, msgspec.Meta(pattern=r"^(paper|english|text)(?!\n)$")]


class OrderOfContract(Ask, frozen=True):
    """The contract of one order."""

    order_id: Id


class ContractRef(Ask, frozen=True):
    """One contract."""

    contract_id: Id


class ListContracts(Ask, frozen=True, kw_only=True):
    """Contracts in which the organisation stands on one side, or both."""

    side: Annotated[str, msgspec.Meta(pattern=r"^(buyer|seller)?(?!\n)$")] = ""
    cursor: Cursor = ""
    size: PageSize = PAGE_SIZE


class AllContracts(Ask, frozen=True, kw_only=True):
    """Contracts of the whole market, or those of one order's number."""

    number: Annotated[str, msgspec.Meta(max_length=40)] = ""
    cursor: Cursor = ""
    size: PageSize = PAGE_SIZE


class TakeFile(Ask, frozen=True, kw_only=True):
    """A version as a file: the paper with the signatures it has, its English copy, or its text."""

    contract_id: Id
    version_no: VersionNo
    kind: FileKind = "paper"


class SignContract(Ask, frozen=True, kw_only=True):
    """Signs a version for the actor's organisation; `sha256` is the fingerprint of the text that was read."""

    contract_id: Id
    version_no: VersionNo
    sha256: Sha256
    code: StepCode = ""


class EndVersion(Ask, frozen=True, kw_only=True):
    """Refuses a version, or withdraws it, and says why."""

    contract_id: Id
    reason: Reason


class CheckContract(Ask, frozen=True):
    """The hash of a file that somebody holds."""

    sha256: Sha256


class RevokeCertificate(Ask, frozen=True, kw_only=True):
    """Has the organisation's certificate revoked: nothing signed with it from now on counts."""

    reason: Reason
    code: StepCode = ""


class VersionErrand(Ask, frozen=True):
    """A version that the worker works on."""

    contract_id: Id
    version_no: VersionNo


class Written(Ask, frozen=True, kw_only=True):
    """The paper that the worker made, and its English copy."""

    contract_id: Id
    version_no: VersionNo
    paper: bytes
    english: bytes


class SignatureErrand(Ask, frozen=True):
    """A signature that the worker works on."""

    contract_id: Id
    signature_id: Id


class Prepared(Ask, frozen=True, kw_only=True):
    """The paper with room for a signature, and what is to be signed."""

    contract_id: Id
    signature_id: Id
    base_sha256: bytes
    certificate_id: Id
    prepared: bytes
    room: tuple[int, int]
    digest: bytes
    attributes: bytes


class Signed(Ask, frozen=True, kw_only=True):
    """The signed paper; `stamped_at` is the time stamp's own word."""

    contract_id: Id
    signature_id: Id
    value: bytes
    stamp: bytes
    stamped_at: datetime
    signed: bytes


class SignatureFailed(Ask, frozen=True, kw_only=True):
    """The signer said no, and why."""

    contract_id: Id
    signature_id: Id
    reason: str


class NoteCertificate(Ask, frozen=True, kw_only=True):
    """A certificate that the authority issued, with the roots it hangs on."""

    org_id: Id
    serial: str
    certificate: bytes
    roots: tuple[bytes, ...]
    valid_until: datetime


class NoteRevoked(Ask, frozen=True, kw_only=True):
    """The authority's list of what it revoked."""

    root_sha256: bytes
    crl: bytes
    revoked: tuple[tuple[str, datetime], ...]
    listed_at: datetime


class TimerDue(Ask, frozen=True):
    """A timer of a contract is due."""

    about_id: Id


class PackageOf(Ask, frozen=True):
    """The contract whose evidence is to be packed."""

    contract_id: Id


class PackageRef(Ask, frozen=True):
    """One package of evidence."""

    contract_id: Id
    package_id: Id


class PackageErrandAsk(Ask, frozen=True):
    """A package that the worker writes."""

    contract_id: Id
    package_id: Id


class EndPackage(Ask, frozen=True, kw_only=True):
    """A package that was written, or why it could not be."""

    contract_id: Id
    package_id: Id
    content: bytes = b""
    trouble: str = ""
