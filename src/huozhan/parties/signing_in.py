"""Signing up, in and out, and the sessions a person has open."""

from datetime import datetime
from typing import Annotated

import msgspec

from huozhan.kernel.crypto import new_token, token_hash
from huozhan.kernel.refusals import NotFound, Refusal, Sort
from huozhan.kernel.shapes import Ask, Done, Id, Nothing, View
from huozhan.kernel.work import Run, Work, use_case
from huozhan.parties import limits, two_step
from huozhan.parties.facts import PersonJoined
from huozhan.parties.known_device import DeviceToken, is_known_device, tell_device
from huozhan.parties.password import (
    NewPassword,
    Password,
    check_new_password,
    hash_password,
    password_matches,
)
from huozhan.parties.proving import Code, redeem_code
from huozhan.parties.sign_in_name import SignInName, SignInText, read_sign_in_name
from huozhan.parties.store import people as store

PersonName = Annotated[str, msgspec.Meta(min_length=1, max_length=60, examples=["李娜"])]
Device = Annotated[str, msgspec.Meta(max_length=120)]
Lang = Annotated[str, msgspec.Meta(pattern=r"^(zh|en)(?!\n)$")]


class WrongCredentials(Refusal):
    """Name and password do not belong together; which of them is wrong is not said."""

    code = "parties.wrong_credentials"
    sort = Sort.unauthenticated


class NameTaken(Refusal):
    """The address or phone belongs to somebody already."""

    code = "parties.name_taken"


class SignUp(Ask, frozen=True, kw_only=True):
    """A new person with a proven address or phone (see `ask_for_code`)."""

    sign_in_name: SignInText
    code: Code
    password: NewPassword
    name: PersonName
    device: Device = ""
    lang: Lang = "zh"


class SignIn(Ask, frozen=True, kw_only=True):
    """Who wants in; `code` is the second step where the person switched it on."""

    sign_in_name: SignInText
    password: Password
    code: Annotated[str, msgspec.Meta(max_length=20)] = ""
    device: Device = ""
    known_device: DeviceToken = ""


class SignedIn(View, frozen=True, kw_only=True):
    """An open session; the token is shown once and is the key to everything the person may do.

    A device that says its `known_device` at the next sign-in is not kept out by strangers' guesses.
    """

    token: str
    person_id: Id
    org_id: Id
    name: str
    known_device: str = ""


class SessionView(View, frozen=True, kw_only=True):
    """One place where the person is signed in."""

    session_id: Id
    device: str
    opened_at: datetime
    seen_at: datetime
    is_this: bool


class EndSession(Ask, frozen=True):
    """Which session to end."""

    session_id: Id


class Credentials(View, frozen=True, kw_only=True):
    """Whom a sign-in name belongs to; stays between `begin_sign_in` and `sign_in`."""

    person_id: int = 0
    password_hash: str | None = None


async def _prepare_sign_up(run: Run, ask: SignUp) -> str:
    name = read_sign_in_name(ask.sign_in_name)
    check_new_password(ask.password, name.text, ask.name)
    await run(limits.count_try, limits.CountTry(kind="code.name", whose=name.text))
    return await hash_password(ask.password)


@use_case("public", writes=True, is_secret=True, before=_prepare_sign_up)
async def sign_up(work: Work, ask: SignUp) -> SignedIn:
    """Makes a new person once the code proves the address or phone, and signs them in."""
    name = read_sign_in_name(ask.sign_in_name)
    await redeem_code(work, "sign_up", name, ask.code)
    person_id = await add_person(work, name, ask.name, ask.lang, password_hash=work.prepared)
    return await open_session(work, person_id, ask.name, ask.device, known_device=tell_device(work, name))


async def add_person(work: Work, name: SignInName, shown: str, lang: str, *, password_hash: str) -> int:
    """Writes a new person with a sign-in name that was proven."""
    person_id = work.new_id()
    await claim_name(work, name, person_id)
    await store.add_person(work, person_id, shown, lang, password_hash)
    work.record(PersonJoined(person_id=person_id))
    return person_id


async def claim_name(work: Work, name: SignInName, person_id: int) -> None:
    """Gives a proven sign-in name to a person, or refuses where somebody has it."""
    sealed = work.keyring.seal(name.text, field="sign_in_name", owner=person_id)
    if not await store.claim_name(work, name.fingerprint(work.keyring), person_id, name.kind, sealed):
        raise NameTaken


async def _prepare_sign_in(run: Run, ask: SignIn) -> int:
    found: Credentials = await run(begin_sign_in, ask)
    return found.person_id if await password_matches(found.password_hash, ask.password) else 0


@use_case("public", writes=True, is_secret=True)
async def begin_sign_in(work: Work, ask: SignIn) -> Credentials:
    """Counts the try and finds what to compare the password with; no door leads here."""
    name = read_sign_in_name(ask.sign_in_name)
    await limits.count(work, *_counted_as(work, ask, name))
    if work.actor.address and not is_known_device(work, name, ask.known_device):
        await limits.count(work, "sign_in.address", work.actor.address)
    row = await store.password_of_name(work, name.fingerprint(work.keyring))
    return (
        Credentials(person_id=row["person_id"], password_hash=row["password_hash"]) if row else Credentials()
    )


@use_case("public", writes=True, is_secret=True, before=_prepare_sign_in)
async def sign_in(work: Work, ask: SignIn) -> SignedIn:
    """Opens a session for who knows the password, and the second step where it is on."""
    person = await store.person(work, work.prepared, lock=True) if work.prepared else None
    if person is None:
        raise WrongCredentials
    await two_step.check(work, person, ask.code)
    name = read_sign_in_name(ask.sign_in_name)
    await limits.forget(work, *_counted_as(work, ask, name))
    device = ask.known_device
    if not is_known_device(work, name, device):
        device = tell_device(work, name)
        if work.actor.address:
            await limits.give_back(work, "sign_in.address", work.actor.address)
    return await open_session(work, person["person_id"], person["name"], ask.device, known_device=device)


def _counted_as(work: Work, ask: SignIn, name: SignInName) -> tuple[str, str]:
    """Whose tries these are: those of a device that knows the name, or those of anybody who guesses at it."""
    if is_known_device(work, name, ask.known_device):
        return "sign_in.known_device", f"{name.text}:{ask.known_device}"
    return "sign_in.name", name.text


async def open_session(
    work: Work, person_id: int, name: str, device: str, *, known_device: str = ""
) -> SignedIn:
    """Opens a session in the organisation the person worked in last."""
    token, session_id = new_token(), work.new_id()
    org_id = await store.org_to_open(work, person_id)
    await store.add_session(work, token_hash(token), session_id, person_id, org_id, device)
    return SignedIn(
        token=token, person_id=str(person_id), org_id=str(org_id), name=name, known_device=known_device
    )


@use_case("self", writes=True)
async def sign_out(work: Work, _ask: Nothing) -> Done:
    """Ends the session at hand."""
    await store.end_session(work, work.actor.person_id, work.actor.session_id)
    return Done()


@use_case("self", writes=False)
async def sessions(work: Work, _ask: Nothing) -> list[SessionView]:
    """Where the person is signed in, the latest first."""
    rows = await store.sessions_of(
        work, work.actor.person_id, work.now - work.rule("parties.session_idle").span
    )
    return [
        SessionView(
            session_id=str(row["session_id"]),
            device=row["device"],
            opened_at=row["opened_at"],
            seen_at=row["seen_at"],
            is_this=row["session_id"] == work.actor.session_id,
        )
        for row in rows
    ]


@use_case("self", writes=True)
async def end_session(work: Work, ask: EndSession) -> Done:
    """Ends one session of the person's own."""
    if not await store.end_session(work, work.actor.person_id, int(ask.session_id)):
        raise NotFound
    return Done()


@use_case("self", writes=True)
async def end_other_sessions(work: Work, _ask: Nothing) -> Done:
    """Ends every session but the one at hand."""
    await store.end_sessions_but(work, work.actor.person_id, work.actor.session_id)
    return Done()
