"""The market's own organisation: its first operator comes in by a one-time link that the market prints."""

from datetime import timedelta

from huozhan.kernel.crypto import token_hash
from huozhan.kernel.shapes import Ask
from huozhan.kernel.work import Run, Work, use_case
from huozhan.parties import limits
from huozhan.parties.organisation import add_organisation, join
from huozhan.parties.password import NewPassword, check_new_password, hash_password
from huozhan.parties.proving import LinkSpent, LinkToken, make_proof, redeem_link
from huozhan.parties.role import Role
from huozhan.parties.sign_in_name import SignInText, read_sign_in_name
from huozhan.parties.signing_in import Device, Lang, PersonName, SignedIn, add_person, open_session
from huozhan.parties.store import organisations as store
from huozhan.parties.store import people as people_store

LINK_VALID = timedelta(days=2)


class ClaimFirstOperator(Ask, frozen=True, kw_only=True):
    """Who takes the market over by the printed link; the link proves enough, so the name needs no code."""

    token: LinkToken
    sign_in_name: SignInText
    password: NewPassword
    name: PersonName
    device: Device = ""
    lang: Lang = "zh"


async def first_operator_token(work: Work) -> str | None:
    """A new one-time token for the first operator, or None where the market has one; older tokens are void."""
    org_id = await found_market_organisation(work)
    if await store.people_of(work, org_id):
        return None
    await people_store.drop_proofs_of_org(work, "found", org_id)
    _, token = await make_proof(
        work, "found", None, until=work.now + LINK_VALID, org_id=org_id, role=Role.owner
    )
    return token


async def found_market_organisation(work: Work) -> int:
    """The organisation that runs the market, made when there is none yet."""
    known = await store.market_org_id(work)
    if known:
        return known
    terms = work.terms
    return await add_organisation(work, terms.name_zh, terms.name_en, "CN", is_market=True)


async def _prepare_claim(run: Run, ask: ClaimFirstOperator) -> str:
    name = read_sign_in_name(ask.sign_in_name)
    check_new_password(ask.password, name.text, ask.name)
    await run(limits.count_try, limits.CountTry(kind="code.name", whose=token_hash(ask.token).hex()))
    return await hash_password(ask.password)


@use_case("public", writes=True, is_secret=True, before=_prepare_claim)
async def claim_first_operator(work: Work, ask: ClaimFirstOperator) -> SignedIn:
    """Makes whoever holds the printed link the market's first operator."""
    proof = await redeem_link(work, "found", ask.token)
    if await store.people_of(work, proof["org_id"]):
        raise LinkSpent
    name = read_sign_in_name(ask.sign_in_name)
    person_id = await add_person(work, name, ask.name, ask.lang, password_hash=work.prepared)
    await join(work, proof["org_id"], person_id, Role.owner)
    return await open_session(work, person_id, ask.name, ask.device)
