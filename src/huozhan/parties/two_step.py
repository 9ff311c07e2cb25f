"""The second step at sign-in: codes of an authenticator app, with recovery codes for a lost phone."""

import secrets
from typing import Annotated, Any

import msgspec
import pyotp

from huozhan.kernel.actor import ActorKind
from huozhan.kernel.crypto import token_hash
from huozhan.kernel.refusals import NotFound, Refusal, Sort
from huozhan.kernel.shapes import Ask, Done, Nothing, View
from huozhan.kernel.work import Run, Work, use_case
from huozhan.parties import limits, own_password
from huozhan.parties.password import Password
from huozhan.parties.store import people as store

RECOVERY_CODES = 10
STEP_SECONDS = 30
STEPS_OF_DRIFT = 1


class SecondStepNeeded(Refusal):
    """The password is right; the authenticator's code is asked for too."""

    code = "parties.second_step_needed"
    sort = Sort.unauthenticated


class SecondStepWrong(Refusal):
    """The authenticator's code is wrong or was used before."""

    code = "parties.second_step_wrong"
    sort = Sort.unauthenticated


class BeginTwoStep(Ask, frozen=True):
    """Who wants the second step proves the first one again."""

    password: Password


class ConfirmTwoStep(Ask, frozen=True):
    """The first code of the authenticator app."""

    code: Annotated[str, msgspec.Meta(pattern=r"^[0-9]{6}(?!\n)$")]


class EndTwoStep(Ask, frozen=True):
    """Switches the second step off."""

    password: Password


class TwoStepSecret(View, frozen=True):
    """What the authenticator app reads, as text and as a link for a QR code; shown once."""

    secret: str
    uri: str


class RecoveryCodes(View, frozen=True):
    """Codes that work once each instead of the app's; shown once."""

    codes: list[str]


async def _prove(run: Run, ask: BeginTwoStep | EndTwoStep) -> bool:
    return await own_password.prove(run, ask.password)


@use_case("self", writes=True, is_secret=True, before=_prove)
async def begin_two_step(work: Work, _ask: BeginTwoStep) -> TwoStepSecret:
    """Makes a secret for the authenticator app; the second step is on once `confirm_two_step` saw a code."""
    await own_password.must_be_proven(work)
    person = await store.person(work, work.actor.person_id, lock=True)
    if person["totp_is_on"]:
        raise TwoStepIsOn
    secret = pyotp.random_base32()
    sealed = work.keyring.seal(secret, field="totp", owner=work.actor.person_id)
    await store.set_two_step(
        work, work.actor.person_id, sealed=sealed, is_on=False, last_step=0, recovery_hashes=()
    )
    uri = pyotp.TOTP(secret).provisioning_uri(name=person["name"], issuer_name=work.terms.name_en)
    return TwoStepSecret(secret, uri)


class TwoStepIsOn(Refusal):
    """The second step is on already."""

    code = "parties.two_step_is_on"


@use_case("self", writes=True, is_secret=True)
async def confirm_two_step(work: Work, ask: ConfirmTwoStep) -> RecoveryCodes:
    """Switches the second step on and hands out the recovery codes."""
    person = await store.person(work, work.actor.person_id, lock=True)
    if person["totp_sealed"] is None:
        raise NotFound
    if person["totp_is_on"]:
        raise TwoStepIsOn
    step = _step_of(work, person, ask.code)
    if step is None:
        raise SecondStepWrong
    codes = [f"{secrets.token_hex(4)}-{secrets.token_hex(4)}" for _ in range(RECOVERY_CODES)]
    await store.set_two_step(
        work,
        work.actor.person_id,
        sealed=person["totp_sealed"],
        is_on=True,
        last_step=step,
        recovery_hashes=[token_hash(code) for code in codes],
    )
    return RecoveryCodes(codes)


@use_case("self", writes=True, is_secret=True, before=_prove)
async def end_two_step(work: Work, _ask: EndTwoStep) -> Done:
    """Switches the second step off."""
    await own_password.must_be_proven(work)
    await store.set_two_step(
        work, work.actor.person_id, sealed=None, is_on=False, last_step=0, recovery_hashes=()
    )
    return Done()


StepCode = Annotated[str, msgspec.Meta(max_length=20)]
"""A code from the app, or a recovery code; empty where the person has no second step."""


async def count_second_step(run: Run, ask: Any) -> None:
    """Counts a try at the second step, where an ask carries a `code`."""
    if ask.code:
        await run(_count_step_try, Nothing())


@use_case("public", writes=True, is_secret=True)
async def _count_step_try(work: Work, _ask: Nothing) -> Done:
    await limits.count(work, "password.person", str(work.actor.person_id))
    return Done()


async def pass_second_step(work: Work, code: str) -> None:
    """Proves that the person who acts is the one who signed in, before money leaves or a token is made.

    Nothing is asked of a person without a second step, nor of an app: its token was made by who passed it.
    """
    if work.actor.kind is not ActorKind.person:
        return
    person = await store.person(work, work.actor.person_id, lock=True)
    if person is not None and person["totp_is_on"]:
        await check(work, person, code)
        await limits.forget(work, "password.person", str(work.actor.person_id))


class SecondStepMissing(Refusal):
    """This needs a person whose second step is on; theirs is not."""

    code = "parties.second_step_missing"


async def must_have_second_step(work: Work) -> None:
    """Refuses who has not turned the second step on, or an app that such a person made."""
    if not await has_second_step(work):
        raise SecondStepMissing


async def has_second_step(work: Work) -> bool:
    """Tells whether the person who acts has turned the second step on."""
    person = await store.person(work, work.actor.person_id)
    return person is not None and bool(person["totp_is_on"])


async def check(work: Work, person: Any, code: str) -> None:
    """Lets a person pass the second step, or refuses; a code that passed once does not pass again."""
    if not person["totp_is_on"]:
        return
    if not code:
        raise SecondStepNeeded
    step, hashes = _step_of(work, person, code), list(person["recovery_hashes"])
    if step is None:
        used = token_hash(code.strip().lower())
        if used not in hashes:
            raise SecondStepWrong
        hashes.remove(used)
    await store.set_two_step(
        work,
        person["person_id"],
        sealed=person["totp_sealed"],
        is_on=True,
        last_step=step or person["totp_last_step"],
        recovery_hashes=hashes,
    )


def _step_of(work: Work, person: Any, code: str) -> int | None:
    """The time step whose code this is, if it lies after the last one that was used."""
    totp = pyotp.TOTP(work.keyring.open(person["totp_sealed"], field="totp", owner=person["person_id"]))
    now = int(work.now.timestamp()) // STEP_SECONDS
    for step in range(now - STEPS_OF_DRIFT, now + STEPS_OF_DRIFT + 1):
        if step > person["totp_last_step"] and secrets.compare_digest(
            totp.generate_otp(step).encode(), code.strip().encode()
        ):
            return step
    return None
