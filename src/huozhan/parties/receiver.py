"""Who receives goods and where: sealed in the database, masked by default, opened with a reason."""

import msgspec

from huozhan.kernel.crypto import Keyring

_STREET_SHOWN = 6


class SealedReceiver(msgspec.Struct, frozen=True, kw_only=True):
    """A receiver as rows hold it: three sealed fields, bound to the row that owns them."""

    receiver: bytes
    phone: bytes
    street: bytes


class Receiver(msgspec.Struct, frozen=True, kw_only=True):
    """A receiver in plain; never logged, never in facts."""

    receiver: str
    phone: str
    street: str


class MaskedReceiver(msgspec.Struct, frozen=True, kw_only=True):
    """A receiver as pages show it until somebody with a reason opens it."""

    receiver: str
    phone: str
    street: str


class DeliveryAddress(msgspec.Struct, frozen=True, kw_only=True):
    """Where goods go. `division_code` is the county in China; abroad it is empty and `city` is free text."""

    address_id: int
    country: str
    division_code: str
    province: str
    city: str
    county: str
    postcode: str
    sealed: SealedReceiver


def seal(keyring: Keyring, receiver: Receiver, *, owner: int) -> SealedReceiver:
    """Seals a receiver for the row `owner`."""
    return SealedReceiver(
        receiver=keyring.seal(receiver.receiver, field="receiver", owner=owner),
        phone=keyring.seal(receiver.phone, field="phone", owner=owner),
        street=keyring.seal(receiver.street, field="street", owner=owner),
    )


def unseal(keyring: Keyring, sealed: SealedReceiver, *, owner: int) -> Receiver:
    """Opens a receiver that was sealed for the row `owner`."""
    return Receiver(
        receiver=keyring.open(sealed.receiver, field="receiver", owner=owner),
        phone=keyring.open(sealed.phone, field="phone", owner=owner),
        street=keyring.open(sealed.street, field="street", owner=owner),
    )


def mask(receiver: Receiver) -> MaskedReceiver:
    """What may be shown of a receiver to everybody who sees the row."""
    return MaskedReceiver(
        receiver=mask_name(receiver.receiver),
        phone=mask_phone(receiver.phone),
        street=receiver.street[: min(_STREET_SHOWN, len(receiver.street) // 3)] + "***",
    )


def mask_name(name: str) -> str:
    """王小明 → 王**, Ann Lee → A**."""
    return name[:1] + "**"


def mask_phone(phone: str) -> str:
    """+8613812345678 → 138****5678; other countries keep their prefix's first digits and the last three."""
    if phone.startswith("+86") and len(phone) == 14:
        return f"{phone[3:6]}****{phone[-4:]}"
    return f"{phone[:4]}****{phone[-3:]}"


def mask_email(email: str) -> str:
    """wang@example.com → w***@example.com."""
    name, _, host = email.rpartition("@")
    return f"{name[:1]}***@{host}"
