"""Proof that somebody reads an e-mail address or a phone: a six-digit code, or a link that works once."""

import secrets
from datetime import datetime, timedelta
from typing import Annotated, Any

import msgspec

from huozhan.kernel.crypto import new_token, token_hash
from huozhan.kernel.refusals import Refusal, Sort
from huozhan.kernel.shapes import Ask, View
from huozhan.kernel.work import Run, Work, use_case
from huozhan.parties import limits
from huozhan.parties.facts import ProofAsked
from huozhan.parties.sign_in_name import SignInName, SignInText, read_sign_in_name
from huozhan.parties.store import people as store

CODE_DIGITS = 6
Code = Annotated[str, msgspec.Meta(pattern=r"^ ?[0-9]{3} ?[0-9]{3} ?(?!\n)$", examples=["493027"])]
LinkToken = Annotated[str, msgspec.Meta(min_length=20, max_length=100)]
_CODE_PURPOSES = {"sign_up", "add_name"}


class CodeWrong(Refusal):
    """The code is not the one that was sent last, or too old."""

    code = "parties.code_wrong"
    sort = Sort.invalid


class LinkSpent(Refusal):
    """The link was used before, or is too old."""

    code = "parties.link_spent"
    sort = Sort.conflict


class AskForCode(Ask, frozen=True):
    """Who wants to prove that an address or a phone is theirs."""

    sign_in_name: SignInText


class CodeSent(View, frozen=True):
    """A code is under way; the answer is the same whether or not the name is known here."""

    masked: str
    expires_at: datetime


class ProofToMail(msgspec.Struct, frozen=True, kw_only=True):
    """What a mail needs to carry a code or a link; for the mail port only."""

    proof_id: int
    purpose: str
    channel: str
    to: str
    secret: str
    lang: str
    org_id: int
    made_by: int


async def count_mail(run: Run, ask: Any) -> None:
    """Counts one mail to a name and from an address, before anything is found out."""
    name = read_sign_in_name(ask.sign_in_name)
    await run(limits.count_try, limits.CountTry(kind="mail.name", whose=name.text))


@use_case("public", writes=True, before=count_mail)
async def ask_for_code(work: Work, ask: AskForCode) -> CodeSent:
    """Sends a code to an address or a phone; to one that is known already, word that it is."""
    name = read_sign_in_name(ask.sign_in_name)
    expires_at = work.now + work.rule("parties.code_valid").span
    known = await store.person_of_name(work, name.fingerprint(work.keyring))
    purpose = "add_name" if work.actor.person_id else "sign_up"
    await make_proof(
        work, "known" if known else purpose, name, until=expires_at, person_id=work.actor.person_id
    )
    return CodeSent(masked=name.masked, expires_at=expires_at)


async def make_proof(
    work: Work,
    purpose: str,
    name: SignInName | None,
    *,
    until: datetime,
    person_id: int = 0,
    org_id: int = 0,
    role: str = "",
    lang: str = "",
) -> tuple[int, str]:
    """Writes a proof, has it mailed where there is a name, and returns its id and secret."""
    proof_id = work.new_id()
    is_code = purpose in _CODE_PURPOSES
    secret = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}" if is_code else new_token()
    await store.add_proof(
        work,
        proof_id=proof_id,
        purpose=purpose,
        secret_hash=_code_hash(work, proof_id, secret) if is_code else token_hash(secret),
        secret_sealed=work.keyring.seal(secret, field="secret", owner=proof_id),
        name_hash=name.fingerprint(work.keyring) if name else None,
        name_sealed=work.keyring.seal(name.text, field="name", owner=proof_id) if name else None,
        person_id=person_id,
        org_id=org_id,
        role=role,
        lang=lang or work.actor.lang,
        expires_at=until,
    )
    if name:
        work.record(ProofAsked(proof_id=proof_id))
    return proof_id, secret


async def redeem_code(work: Work, purpose: str, name: SignInName, code: str) -> None:
    """Uses up the code that was sent last to a name, or refuses."""
    proof = await store.latest_proof(work, purpose, name.fingerprint(work.keyring))
    digits = code.replace(" ", "")
    if proof is None or not secrets.compare_digest(
        proof["secret_hash"], _code_hash(work, proof["proof_id"], digits)
    ):
        raise CodeWrong
    await store.drop_proofs_of_name(work, purpose, name.fingerprint(work.keyring))
    await limits.forget(work, "code.name", name.text)


async def redeem_link(work: Work, purpose: str, token: str) -> Any:
    """Uses up a one-time link and returns its proof, or refuses."""
    proof = await store.take_proof(work, purpose, token_hash(token))
    if proof is None:
        raise LinkSpent
    return proof


async def proofs_to_mail(work: Work, proof_ids: list[int]) -> list[ProofToMail]:
    """What is to be mailed for these proofs; those that were used or withdrawn meanwhile are left out."""
    found = []
    for row in await store.proofs(work, proof_ids):
        proof_id = row["proof_id"]
        to = work.keyring.open(row["name_sealed"], field="name", owner=proof_id)
        found.append(
            ProofToMail(
                proof_id=proof_id,
                purpose=row["purpose"],
                channel="email" if "@" in to else "sms",
                to=to,
                secret=work.keyring.open(row["secret_sealed"], field="secret", owner=proof_id),
                lang=row["lang"],
                org_id=row["org_id"],
                made_by=row["made_by"],
            )
        )
    return found


async def forget_old(work: Work, rows_max: int) -> int:
    """Drops what is too old to be used: proofs, sessions, counted tries."""
    return await store.forget_old(
        work, work.now - work.rule("parties.session_idle").span, work.now - timedelta(days=2), rows_max
    )


def _code_hash(work: Work, proof_id: int, code: str) -> bytes:
    return work.keyring.fingerprint(f"{proof_id}:{code}", field="code")
