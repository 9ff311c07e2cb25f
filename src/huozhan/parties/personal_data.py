"""One's own data: the profile, everything that is stored about a person, and its erasure."""

from collections.abc import Mapping
from datetime import datetime

from huozhan.kernel.refusals import Refusal, Sort
from huozhan.kernel.shapes import Ask, Done, Id, Nothing, View
from huozhan.kernel.work import Run, Work, use_case
from huozhan.parties import limits, own_password
from huozhan.parties.facts import PersonErased
from huozhan.parties.password import Password
from huozhan.parties.proving import Code, redeem_code
from huozhan.parties.sign_in_name import SignInText, read_sign_in_name
from huozhan.parties.signing_in import Lang, PersonName, SessionView, claim_name, sessions
from huozhan.parties.store import addresses as address_store
from huozhan.parties.store import organisations as org_store
from huozhan.parties.store import people as store


class HandOverFirst(Refusal):
    """Somebody else must own the organisation before its last owner goes."""

    code = "parties.hand_over_first"


class OrdersAreOpen(Refusal):
    """An organisation that would be left without anybody still has open orders."""

    code = "parties.orders_are_open"


class MoneyIsLeft(Refusal):
    """An organisation that would be left without anybody still has money with the market."""

    code = "parties.money_is_left"


class OnlyName(Refusal):
    """A person keeps at least one sign-in name."""

    code = "parties.only_name"


class NoSuchName(Refusal):
    """The person does not sign in by this."""

    code = "parties.no_such_name"
    sort = Sort.not_found


class EditProfile(Ask, frozen=True, kw_only=True):
    """How the person is called and addressed."""

    name: PersonName
    lang: Lang


class AddSignInName(Ask, frozen=True, kw_only=True):
    """Another address or phone, with the code that proves it (see `ask_for_code`)."""

    sign_in_name: SignInText
    code: Code


class DropSignInName(Ask, frozen=True):
    """An address or phone the person shall not sign in by any more."""

    sign_in_name: SignInText


class EraseMe(Ask, frozen=True):
    """Erasure is confirmed with the password."""

    password: Password


class SignInNameView(View, frozen=True, kw_only=True):
    """A sign-in name, in plain: it is the reader's own."""

    kind: str
    text: str
    proven_at: datetime


class ProfileView(View, frozen=True, kw_only=True):
    """The person who is signed in."""

    person_id: Id
    name: str
    lang: str
    sign_in_names: list[SignInNameView]
    two_step_is_on: bool
    recovery_codes_left: int
    joined_at: datetime


class MembershipView(View, frozen=True, kw_only=True):
    """An organisation the person belongs to."""

    org_id: Id
    name_zh: str
    name_en: str
    role: str


class RevealView(View, frozen=True, kw_only=True):
    """A look at somebody's plain address that is on record under the person's name."""

    about_id: Id
    reason: str
    at: datetime


class PersonalData(View, frozen=True, kw_only=True):
    """Everything stored about the person, in a form a machine can read."""

    made_at: datetime
    profile: ProfileView
    memberships: list[MembershipView]
    sessions: list[SessionView]
    reveals: list[RevealView]


@use_case("self", writes=False)
async def profile(work: Work, _ask: Nothing) -> ProfileView:
    """The person who is signed in, to themselves."""
    person = await store.person(work, work.actor.person_id)
    names = await store.names_of(work, [work.actor.person_id])
    return ProfileView(
        person_id=str(work.actor.person_id),
        name=person["name"],
        lang=person["lang"],
        sign_in_names=[
            SignInNameView(
                kind=row["kind"],
                text=work.keyring.open(row["sealed"], field="sign_in_name", owner=work.actor.person_id),
                proven_at=row["proven_at"],
            )
            for row in names
        ],
        two_step_is_on=person["totp_is_on"],
        recovery_codes_left=len(person["recovery_hashes"]),
        joined_at=person["joined_at"],
    )


@use_case("self", writes=True, is_secret=True)
async def edit_profile(work: Work, ask: EditProfile) -> ProfileView:
    """Changes how the person is called and in which language they are written to."""
    await store.edit_person(work, work.actor.person_id, ask.name, ask.lang)
    return await profile(work, Nothing())


async def _count_code(run: Run, ask: AddSignInName) -> None:
    await run(_count_code_try, ask)


@use_case("self", writes=True)
async def _count_code_try(work: Work, ask: AddSignInName) -> Done:
    await limits.count(work, "code.name", read_sign_in_name(ask.sign_in_name).text)
    return Done()


@use_case("self", writes=True, is_secret=True, before=_count_code)
async def add_sign_in_name(work: Work, ask: AddSignInName) -> ProfileView:
    """Lets the person sign in by another address or phone, once the code proves it."""
    name = read_sign_in_name(ask.sign_in_name)
    await redeem_code(work, "add_name", name, ask.code)
    await claim_name(work, name, work.actor.person_id)
    return await profile(work, Nothing())


@use_case("self", writes=True, is_secret=True)
async def drop_sign_in_name(work: Work, ask: DropSignInName) -> ProfileView:
    """Gives a sign-in name up; the last one stays."""
    await store.person(work, work.actor.person_id, lock=True)
    if len(await store.names_of(work, [work.actor.person_id])) < 2:
        raise OnlyName
    name = read_sign_in_name(ask.sign_in_name)
    if not await store.drop_name(work, work.actor.person_id, name.fingerprint(work.keyring)):
        raise NoSuchName
    return await profile(work, Nothing())


@use_case("self", writes=False)
async def my_data(work: Work, ask: Nothing) -> PersonalData:
    """Everything that is stored about the person who asks."""
    person_id = work.actor.person_id
    return PersonalData(
        made_at=work.now,
        profile=await profile(work, ask),
        memberships=[
            MembershipView(
                org_id=str(row["org_id"]), name_zh=row["name_zh"], name_en=row["name_en"], role=row["role"]
            )
            for row in await org_store.organisations_of(work, person_id)
        ],
        sessions=await sessions(work, ask),
        reveals=[
            RevealView(about_id=str(row["about_id"]), reason=row["reason"], at=row["at"])
            for row in await address_store.reveals_by(work, person_id)
        ],
    )


async def prove_erasure(run: Run, ask: EraseMe) -> bool:
    """Proves the password before an erasure."""
    return await own_password.prove(run, ask.password)


async def organisations_left_alone(work: Work, person_id: int) -> list[int]:
    """The organisations that nobody would belong to if a person's data were erased.

    Refuses where others belong to one of theirs and none of them is its owner.
    """
    alone = []
    await org_store.lock_owned(work, person_id)
    for row in await org_store.organisations_owned_alone(work, person_id):
        if row["people"] > 1:
            raise HandOverFirst(org_id=str(row["org_id"]), organisation=row["name_zh"] or row["name_en"])
        alone.append(row["org_id"])
    return alone


def must_be_left_empty(
    alone: list[int], open_orders: Mapping[int, int], money_minor: Mapping[int, int]
) -> None:
    """Refuses while orders are open, or money lies, in an organisation that would be left alone.

    Both are told by the use case, which stands on a floor that can see them.
    """
    for org_id in alone:
        if open_orders.get(org_id):
            raise OrdersAreOpen(org_id=str(org_id), count=open_orders[org_id])
        if money_minor.get(org_id):
            raise MoneyIsLeft(org_id=str(org_id))


async def lock_to_erase(work: Work, person_id: int) -> None:
    """Locks a person whose data is to be erased, before the organisations that they own."""
    await store.person(work, person_id, lock=True)


async def sign_out_everywhere(work: Work, person_id: int) -> None:
    """Ends every session and token of a person: nothing more is done in their name but by signing in anew."""
    await store.sign_out(work, person_id)


async def is_signed_in(work: Work, person_id: int) -> bool:
    """Whether a person has a session."""
    return await store.has_session(work, person_id)


async def erase_person(work: Work, person_id: int, alone: list[int]) -> None:
    """Erases a person's data: name, sign-in, sessions, sealed fields. What was traded stays, without them.

    The use case has proven the password (`prove_erasure`) and seen that nothing is left in the organisations left alone.
    """
    for org_id in alone:
        await org_store.lock_organisation(work, org_id)
        await address_store.erase_organisation(work, org_id)
    await store.erase_person(work, person_id)
    work.record(PersonErased(person_id=person_id))
