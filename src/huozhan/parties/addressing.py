"""Where an organisation has goods sent: sealed rows, masked lists, and a record of every look at the plain text."""

from collections.abc import Collection, Mapping
from typing import Annotated, Any

import msgspec

from huozhan.kernel.actor import ActorKind
from huozhan.kernel.refusals import NotFound, Refusal, Sort
from huozhan.kernel.shapes import Ask, Done, Id, Nothing, Reason, View
from huozhan.kernel.work import Work, use_case
from huozhan.parties import limits
from huozhan.parties import receiver as receivers
from huozhan.parties.division import NoSuchPlace
from huozhan.parties.receiver import DeliveryAddress, MaskedReceiver, Receiver, SealedReceiver
from huozhan.parties.sign_in_name import read_phone
from huozhan.parties.store import addresses as store

HOME_COUNTRY = "CN"
ADDRESSES_MAX = 200


class TooManyAddresses(Refusal):
    """The organisation's address book is full."""

    code = "parties.too_many_addresses"


class CityNeeded(Refusal):
    """An address abroad names its city."""

    code = "parties.city_needed"
    sort = Sort.invalid


class SaveAddress(Ask, frozen=True, kw_only=True):
    """An address to add, or to replace where `address_id` is given. In China a county's code; abroad free text."""

    address_id: Id | None = None
    label: Annotated[str, msgspec.Meta(max_length=40)] = ""
    country: Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{2}(?!\n)$")] = HOME_COUNTRY
    division_code: Annotated[str, msgspec.Meta(pattern=r"^([0-9]{6})?(?!\n)$")] = ""
    region: Annotated[str, msgspec.Meta(max_length=80)] = ""
    city: Annotated[str, msgspec.Meta(max_length=80)] = ""
    postcode: Annotated[str, msgspec.Meta(max_length=20)] = ""
    receiver: Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
    phone: Annotated[str, msgspec.Meta(min_length=5, max_length=30)]
    street: Annotated[str, msgspec.Meta(min_length=2, max_length=200)]
    is_default: bool = False


class AddressId(Ask, frozen=True):
    """One of the organisation's addresses."""

    address_id: Id


class RevealAddress(Ask, frozen=True, kw_only=True):
    """Which address to show in plain, and why."""

    address_id: Id
    reason: Reason


class AddressView(View, frozen=True, kw_only=True):
    """An address with receiver, phone and street masked."""

    address_id: Id
    label: str
    country: str
    division_code: str
    province: str
    city: str
    county: str
    postcode: str
    receiver: str
    phone: str
    street: str
    is_default: bool


class PlainReceiver(View, frozen=True, kw_only=True):
    """A receiver in plain; that it was shown is on record."""

    receiver: str
    phone: str
    street: str


@use_case("org.view", writes=False)
async def addresses(work: Work, _ask: Nothing) -> list[AddressView]:
    """The organisation's addresses, the default first."""
    return [_view(work, row) for row in await store.addresses(work)]


@use_case("address.edit", writes=True)
async def save_address(work: Work, ask: SaveAddress) -> AddressView:
    """Adds an address or replaces one; the first one is the default."""
    if ask.country == HOME_COUNTRY:
        path = await store.division_path(work, ask.division_code)
        if not path or path[-1]["has_parts"]:
            raise NoSuchPlace(code=ask.division_code)
    elif not ask.city.strip():
        raise CityNeeded
    count = await store.count_addresses(work)
    if ask.address_id is None and count >= ADDRESSES_MAX:
        raise TooManyAddresses(most=ADDRESSES_MAX)
    is_default = ask.is_default or count == 0
    if is_default:
        await store.clear_default(work)
    address_id = int(ask.address_id) if ask.address_id else work.new_id()
    plain = Receiver(
        receiver=ask.receiver.strip(), phone=read_phone(ask.phone, ask.country), street=ask.street.strip()
    )
    sealed = receivers.seal(work.keyring, plain, owner=address_id)
    at_home = ask.country == HOME_COUNTRY
    columns = {
        "label": ask.label.strip(),
        "country": ask.country,
        "division_code": ask.division_code if at_home else "",
        "region": "" if at_home else ask.region.strip(),
        "city": "" if at_home else ask.city.strip(),
        "postcode": ask.postcode.strip(),
        "receiver_sealed": sealed.receiver,
        "phone_sealed": sealed.phone,
        "street_sealed": sealed.street,
    }
    if ask.address_id is None:
        await store.add_address(work, address_id, columns, is_default=is_default)
    elif not await store.replace_address(work, address_id, columns, is_default=is_default):
        raise NotFound
    return _view(work, await store.address(work, address_id))


@use_case("address.edit", writes=True)
async def set_default_address(work: Work, ask: AddressId) -> Done:
    """Makes an address the one that checkout offers first."""
    await store.clear_default(work)
    if not await store.set_default(work, int(ask.address_id)):
        raise NotFound
    return Done()


@use_case("address.edit", writes=True)
async def remove_address(work: Work, ask: AddressId) -> Done:
    """Removes an address; orders keep the copy they were placed with."""
    if not await store.remove_address(work, int(ask.address_id)):
        raise NotFound
    return Done()


@use_case("address.edit", writes=True, is_secret=True)
async def reveal_address(work: Work, ask: RevealAddress) -> PlainReceiver:
    """Shows an address in plain, on record and not too often."""
    address = await delivery_address(work, int(ask.address_id))
    plain = await open_receiver(work, address.sealed, address.address_id, ask.reason)
    return PlainReceiver(receiver=plain.receiver, phone=plain.phone, street=plain.street)


async def delivery_address(work: Work, address_id: int) -> DeliveryAddress:
    """An address of the actor's organisation, sealed as it lies, for an order to copy."""
    row = await store.address(work, address_id)
    if row is None:
        raise NotFound
    return _delivery(row)


def _delivery(row: Any) -> DeliveryAddress:
    return DeliveryAddress(
        address_id=row["address_id"],
        country=row["country"],
        division_code=row["division_code"],
        province=row["province"] or row["region"],
        city=row["prefecture"] or row["city"],
        county=row["county"],
        postcode=row["postcode"],
        sealed=_sealed(row),
    )


async def default_address(work: Work, org_id: int) -> DeliveryAddress | None:
    """The address that an organisation named as its first, sealed as it lies; None where it has none."""
    row = await store.default_address(work, org_id)
    return _delivery(row) if row else None


async def default_region(work: Work, org_id: int) -> str:
    """Where an organisation has goods sent to first: a division code, a country abroad, or nothing known."""
    return await store.default_region(work, org_id)


async def default_regions(work: Work, org_ids: Collection[int]) -> dict[int, str]:
    """The same of several organisations; those that have no address are left out."""
    return await store.default_regions(work, org_ids)


def reseal(work: Work, address: DeliveryAddress, owner: int) -> SealedReceiver:
    """The address's receiver sealed anew for another row, such as an order."""
    return receivers.seal(
        work.keyring, receivers.unseal(work.keyring, address.sealed, owner=address.address_id), owner=owner
    )


def masked(work: Work, sealed: SealedReceiver, owner: int) -> MaskedReceiver:
    """What may be shown of a sealed receiver: 王**, 138****5678."""
    return receivers.mask(receivers.unseal(work.keyring, sealed, owner=owner))


async def open_receiver(work: Work, sealed: SealedReceiver, owner: int, reason: str) -> Receiver:
    """A receiver in plain, as `open_receivers` gives it."""
    return (await open_receivers(work, {owner: sealed}, reason))[owner]


async def open_receivers(
    work: Work, sealed: Mapping[int, SealedReceiver], reason: str
) -> dict[int, Receiver]:
    """Receivers in plain by the row that owns them, for a reason that is written down for each.

    Many at once (a batch of labels) count as one look; a person who looks too often is refused. The caller has
    made sure that the rows are within the actor's reach.
    """
    if work.actor.kind is not ActorKind.system:
        await limits.count(work, "reveal.person", str(work.actor.person_id))
    await store.note_reveals(work, list(sealed), reason)
    return {owner: receivers.unseal(work.keyring, one, owner=owner) for owner, one in sealed.items()}


def _sealed(row: Any) -> SealedReceiver:
    return SealedReceiver(
        receiver=row["receiver_sealed"], phone=row["phone_sealed"], street=row["street_sealed"]
    )


def _view(work: Work, row: Any) -> AddressView:
    shown = masked(work, _sealed(row), row["address_id"])
    return AddressView(
        address_id=str(row["address_id"]),
        label=row["label"],
        country=row["country"],
        division_code=row["division_code"],
        province=row["province"] or row["region"],
        city=row["prefecture"] or row["city"],
        county=row["county"],
        postcode=row["postcode"],
        receiver=shown.receiver,
        phone=shown.phone,
        street=shown.street,
        is_default=row["is_default"],
    )
