"""What happened to people and organisations; ids only, never a name or a number of theirs."""

from typing import ClassVar

from huozhan.kernel.facts import Fact


class PersonFact(Fact, frozen=True, kw_only=True):
    """Base of what happened to a person."""

    person_id: int

    @property
    def about_id(self) -> int:
        """The person."""
        return self.person_id


class OrganisationFact(Fact, frozen=True, kw_only=True):
    """Base of what happened to an organisation."""

    org_id: int

    @property
    def about_id(self) -> int:
        """The organisation."""
        return self.org_id


class PersonJoined(PersonFact, frozen=True, kw_only=True):
    """Somebody signed up."""

    name: ClassVar[str] = "parties.person_joined"


class PersonErased(PersonFact, frozen=True, kw_only=True):
    """Somebody's personal data was erased."""

    name: ClassVar[str] = "parties.person_erased"


class PasswordChanged(PersonFact, frozen=True, kw_only=True):
    """Somebody's password is another one now."""

    name: ClassVar[str] = "parties.password_changed"


class OrganisationFounded(OrganisationFact, frozen=True, kw_only=True):
    """An organisation is new in the market."""

    name: ClassVar[str] = "parties.organisation_founded"


class OrgFaceChanged(OrganisationFact, frozen=True, kw_only=True):
    """What others see of an organisation changed: name, kind, place, belt, ability."""

    name: ClassVar[str] = "parties.org_face_changed"


class MemberJoined(OrganisationFact, frozen=True, kw_only=True):
    """A person belongs to an organisation now."""

    name: ClassVar[str] = "parties.member_joined"
    person_id: int


class MemberRemoved(OrganisationFact, frozen=True, kw_only=True):
    """A person belongs to an organisation no longer."""

    name: ClassVar[str] = "parties.member_removed"
    person_id: int


class SupplierApplied(OrganisationFact, frozen=True, kw_only=True):
    """An organisation asks to sell."""

    name: ClassVar[str] = "parties.supplier_applied"
    application_id: int


class SupplierReviewed(OrganisationFact, frozen=True, kw_only=True):
    """An operator decided on a supplier's application."""

    name: ClassVar[str] = "parties.supplier_reviewed"
    application_id: int
    approved: bool


class ProofAsked(Fact, frozen=True, kw_only=True):
    """A code or a one-time link waits to be mailed; who and what stand sealed in the proof."""

    name: ClassVar[str] = "parties.proof_asked"
    proof_id: int

    @property
    def about_id(self) -> int:
        """The proof."""
        return self.proof_id
