"""Changing one's password, resetting a forgotten one, and proving it again before what is grave."""

from datetime import datetime

from huozhan.kernel.refusals import Refusal, Sort
from huozhan.kernel.shapes import Ask, Done, Nothing, View
from huozhan.kernel.work import Run, Work, use_case
from huozhan.parties import limits
from huozhan.parties.facts import PasswordChanged
from huozhan.parties.known_device import tell_device
from huozhan.parties.password import (
    NewPassword,
    Password,
    check_new_password,
    hash_password,
    password_matches,
)
from huozhan.parties.proving import LinkToken, count_mail, make_proof, redeem_link
from huozhan.parties.sign_in_name import SignInText, read_sign_in_name
from huozhan.parties.store import people as store


class PasswordWrong(Refusal):
    """The password given to confirm is not the person's."""

    code = "parties.password_wrong"
    sort = Sort.invalid


class ChangePassword(Ask, frozen=True, kw_only=True):
    """The password that is, and the one that shall be."""

    password: Password
    new_password: NewPassword


class AskReset(Ask, frozen=True):
    """Whose password is forgotten."""

    sign_in_name: SignInText


class ResetSent(View, frozen=True):
    """A link is under way if the name is known; the answer is the same if it is not."""

    masked: str
    expires_at: datetime


class ResetPassword(Ask, frozen=True, kw_only=True):
    """A new password by the link's token."""

    token: LinkToken
    new_password: NewPassword


class PasswordReplaced(View, frozen=True):
    """The new password is set; who says `known_device` at sign-in is not kept out by strangers' guesses."""

    known_device: str


class OwnHash(View, frozen=True):
    """What the actor's password is compared with; stays inside this file."""

    password_hash: str | None


@use_case("self", writes=True, is_secret=True)
async def _count_and_read(work: Work, _ask: Nothing) -> OwnHash:
    await limits.count(work, "password.person", str(work.actor.person_id))
    person = await store.person(work, work.actor.person_id)
    return OwnHash(person["password_hash"])


async def prove(run: Run, password: str) -> bool:
    """Compares the actor's own password, each try counted."""
    found: OwnHash = await run(_count_and_read, Nothing())
    return await password_matches(found.password_hash, password)


async def must_be_proven(work: Work) -> None:
    """Refuses unless the use case's `before` proved the password; forgets the counted tries where it did."""
    if not work.prepared:
        raise PasswordWrong
    await limits.forget(work, "password.person", str(work.actor.person_id))


async def _prepare_change(run: Run, ask: ChangePassword) -> str | None:
    check_new_password(ask.new_password, ask.password)
    return await hash_password(ask.new_password) if await prove(run, ask.password) else None


@use_case("self", writes=True, is_secret=True, before=_prepare_change)
async def change_password(work: Work, _ask: ChangePassword) -> Done:
    """Changes the password and ends every other session."""
    await must_be_proven(work)
    await store.set_password(work, work.actor.person_id, work.prepared)
    await store.end_sessions_but(work, work.actor.person_id, work.actor.session_id)
    await store.drop_proofs_of_person(work, "reset", work.actor.person_id)
    work.record(PasswordChanged(person_id=work.actor.person_id))
    return Done()


@use_case("public", writes=True, before=count_mail)
async def ask_reset(work: Work, ask: AskReset) -> ResetSent:
    """Sends a link by which a forgotten password is replaced."""
    name = read_sign_in_name(ask.sign_in_name)
    expires_at = work.now + work.rule("parties.reset_valid").span
    person_id = await store.person_of_name(work, name.fingerprint(work.keyring))
    if person_id is not None:
        await make_proof(work, "reset", name, until=expires_at, person_id=person_id)
    return ResetSent(name.masked, expires_at)


async def _prepare_reset(run: Run, ask: ResetPassword) -> str:
    check_new_password(ask.new_password)
    await run(limits.count_try, limits.CountTry(kind="code.name", whose=ask.token))
    return await hash_password(ask.new_password)


@use_case("public", writes=True, is_secret=True, before=_prepare_reset)
async def reset_password(work: Work, ask: ResetPassword) -> PasswordReplaced:
    """Replaces a forgotten password; every session of the person ends, every older link is void."""
    proof = await redeem_link(work, "reset", ask.token)
    person_id = proof["person_id"]
    await store.set_password(work, person_id, work.prepared)
    await store.end_sessions_but(work, person_id, 0)
    await store.drop_proofs_of_person(work, "reset", person_id)
    work.record(PasswordChanged(person_id=person_id))
    name = read_sign_in_name(work.keyring.open(proof["name_sealed"], field="name", owner=proof["proof_id"]))
    return PasswordReplaced(tell_device(work, name))
