"""By what a person signs in: an e-mail address or a phone number, in one written form each."""

import re
from typing import Annotated

import msgspec
import phonenumbers

from huozhan.kernel.crypto import Keyring
from huozhan.kernel.refusals import Refusal, Sort
from huozhan.parties.receiver import mask_email, mask_phone

HOME_REGION = "CN"
HOME_COUNTRY_CODE = 86
NAME_MAX = 254
_EMAIL = re.compile(r"^[^@\s\x00-\x1f<>\"'(),:;\\\[\]]{1,64}@[a-z0-9-]+(\.[a-z0-9-]+)+$")

SignInText = Annotated[str, msgspec.Meta(min_length=3, max_length=NAME_MAX, examples=["li.na@example.com"])]


class NotASignInName(Refusal):
    """The text is neither an e-mail address nor a phone number."""

    code = "parties.not_a_sign_in_name"
    sort = Sort.invalid


class NotAPhone(Refusal):
    """There is no such phone number."""

    code = "parties.not_a_phone"
    sort = Sort.invalid


class SignInName(msgspec.Struct, frozen=True):
    """A sign-in name in its one written form; `kind` says which mail port channel reaches it."""

    kind: str
    text: str

    @property
    def masked(self) -> str:
        """What may be shown of it."""
        return mask_email(self.text) if self.kind == "email" else mask_phone(self.text)

    def fingerprint(self, keyring: Keyring) -> bytes:
        """The keyed hash under which it is found."""
        return keyring.fingerprint(self.text, field="sign_in_name")


def read_sign_in_name(text: str) -> SignInName:
    """Reads what somebody typed, or refuses."""
    typed = text.strip()
    if "@" in typed:
        email = typed.lower()
        if not _EMAIL.match(email):
            raise NotASignInName
        return SignInName("email", email)
    try:
        return SignInName("phone", read_phone(typed))
    except NotAPhone as error:
        raise NotASignInName from error


def read_phone(text: str, country: str = HOME_REGION) -> str:
    """The number in international form, read as people of `country` write it, or a refusal."""
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException as error:
        raise NotAPhone from error
    if phonenumbers.is_possible_number_with_reason(number) != phonenumbers.ValidationResult.IS_POSSIBLE:
        raise NotAPhone
    # A digit that is missing is the commonest slip; abroad, numbers are too many to know them all.
    if number.country_code == HOME_COUNTRY_CODE and not phonenumbers.is_valid_number(number):
        raise NotAPhone
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
