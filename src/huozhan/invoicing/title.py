"""A title: who an invoice is made out to. Companies have a taxpayer id; a special invoice needs all of their details."""

from enum import StrEnum

import msgspec

from huozhan import parties
from huozhan.kernel.refusals import Refusal
from huozhan.kernel.work import Work


class TitleKind(StrEnum):
    """A person, or an organisation with a taxpayer id."""

    personal = "personal"
    company = "company"


class Details(msgspec.Struct, frozen=True, kw_only=True):
    """What stands on an invoice about its buyer; sealed at rest, because it names people, phones and bank accounts."""

    name: str
    taxpayer_id: str = ""
    address: str = ""
    phone: str = ""
    bank: str = ""
    account: str = ""

    @property
    def is_whole(self) -> bool:
        """Tells whether everything is there that a special invoice must show."""
        return all((self.name, self.taxpayer_id, self.address, self.phone, self.bank, self.account))


class TaxpayerIdNeeded(Refusal):
    """A company's title needs its taxpayer id."""

    code = "invoicing.taxpayer_id_needed"


class NoTaxpayerId(Refusal):
    """A person's title has no taxpayer id."""

    code = "invoicing.no_taxpayer_id"


class SpecialNeedsMore(Refusal):
    """A special invoice needs an organisation's title with taxpayer id, address, phone, bank and account."""

    code = "invoicing.special_needs_more"


def read_details(kind: TitleKind, details: Details) -> Details:
    """The details in their one written form; refuses a taxpayer id whose check digit is wrong (GB 32100-2015)."""
    plain = msgspec.structs.replace(
        details, **{name: getattr(details, name).strip() for name in details.__struct_fields__}
    )
    if kind is TitleKind.personal:
        if plain.taxpayer_id:
            raise NoTaxpayerId
        return plain
    if not plain.taxpayer_id:
        raise TaxpayerIdNeeded
    return msgspec.structs.replace(plain, taxpayer_id=parties.read_uscc(plain.taxpayer_id))


def seal(work: Work, details: Details, owner: int) -> bytes:
    """The details sealed for one row."""
    return work.keyring.seal(msgspec.json.encode(details).decode(), field="details", owner=owner)


def unseal(work: Work, sealed: bytes, owner: int) -> Details:
    """Opens what `seal` made for the same row."""
    return msgspec.json.decode(work.keyring.open(sealed, field="details", owner=owner), type=Details)
