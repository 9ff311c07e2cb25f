"""What people and programs see of contracts."""

from datetime import datetime

from huozhan.kernel.shapes import Bilingual, Id, View


class SignatureView(View, frozen=True, kw_only=True):
    """One signature of a version: whose, when it was confirmed, when it was stamped, with which certificate."""

    side: str
    state: str
    intended_at: datetime
    person: str
    """Who confirmed it; a contract tells both sides who signed it."""
    stamped_at: datetime | None
    serial: str
    revoked_at: datetime | None
    reason: str


class VersionView(View, frozen=True, kw_only=True):
    """One version: what it names as its parent, its fingerprints, and how far it has come."""

    version_no: int
    state: str
    cause: str
    amount_minor: int
    made_at: datetime
    parent_sha256: str
    text_sha256: str
    paper_sha256: str
    signed_sha256: str
    sign_until: datetime | None
    ended_at: datetime | None
    ended_by: str
    ended_why: str
    signatures: list[SignatureView]


class ContractCard(View, frozen=True, kw_only=True):
    """A contract in a list: where its latest version stands, and who must act until when."""

    contract_id: Id
    number: str
    order_id: Id
    order_number: str
    side: str
    buyer: Bilingual
    seller: Bilingual
    version_no: int
    in_force_no: int
    """The version in force; 0 where none is."""
    state: str
    amount_minor: int
    asked_at: datetime
    who_acts: str
    """`buyer`, `seller`, `both`, `market`, or nobody."""
    until: datetime | None


class ContractPage(View, frozen=True, kw_only=True):
    """One contract with every version, for one of its sides or the market."""

    card: ContractCard
    versions: list[VersionView]
    """The newest first."""
    certificate: "CertificateView | None"
    """The certificate of the organisation that looks."""
    packages: "list[PackageView]"
    can: list[str]
    """What this side may do now."""
    needs_second_step: bool
    """The one who looks must turn the second step on before signing."""


class CertificateView(View, frozen=True, kw_only=True):
    """An organisation's certificate."""

    serial: str
    issued_at: datetime
    valid_until: datetime
    revoked_at: datetime | None


class PackageView(View, frozen=True, kw_only=True):
    """A package of evidence."""

    package_id: Id
    state: str
    asked_at: datetime
    sha256: str


class ContractOfOrder(View, frozen=True, kw_only=True):
    """What an order's page says of its contract; `card` is None where there is none yet."""

    card: ContractCard | None
    can_ask: bool


class ContractStateView(View, frozen=True, kw_only=True):
    """Where a contract stands after what was just done."""

    contract_id: Id
    number: str
    version_no: int
    state: str


class ContractFile(View, frozen=True, kw_only=True):
    """A file of a contract."""

    file_name: str
    media_type: str
    content: bytes


class ContractText(View, frozen=True, kw_only=True):
    """The text of a version as it is hashed: `sha256` is the hash of `text` in UTF-8."""

    contract_id: Id
    version_no: int
    state: str
    text: str
    sha256: str


class ContractCheck(View, frozen=True, kw_only=True):
    """Whether this market made a file, and what it is; nothing else is told to a stranger."""

    is_known: bool
    kind: str = ""
    number: str = ""
    version_no: int = 0
    state: str = ""
    is_current: bool = False
    """It is the version in force, with every signature it has."""
    buyer: Bilingual = Bilingual()
    seller: Bilingual = Bilingual()
    made_at: datetime | None = None
    signatures: list[SignatureView] = []


class DraftErrand(View, frozen=True, kw_only=True):
    """What the worker is to put on paper."""

    state: str
    wording: str
    sha256: str


class SigningErrand(View, frozen=True, kw_only=True):
    """What the worker needs for one signature."""

    state: str
    side: str
    waits: bool
    """Another signature of the version is being made: this one comes after it."""
    org_id: Id
    organisation: str
    credit_code: str
    country: str
    certificates: int
    """How many certificates the organisation has had; the number of the next one's reference."""
    certificate_id: Id
    serial: str
    certificate: bytes
    roots: list[bytes]
    number: str
    version_no: int
    paper: bytes
    seen_sha256: str
    intended_at: datetime
    person_id: Id
    session_id: Id
    prepared: bytes
    room: tuple[int, int]
    digest: bytes
    attributes: bytes


class Piece(View, frozen=True, kw_only=True):
    """One file inside a package."""

    name: str
    content: bytes


class PackageErrand(View, frozen=True, kw_only=True):
    """What the worker is to pack."""

    state: str
    number: str
    asked_at: datetime
    facts: dict[str, str]
    """What the manifest says of the contract beside the files' hashes."""
    pieces: list[Piece]
