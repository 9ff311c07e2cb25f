"""Signing: a person confirms the text they read, a job has the authority sign, the answer is kept with its time stamp.

The market holds no signer's key (电子签名法 Art. 13): it keeps the intent, the bytes that were signed, and the answer.
"""

import hashlib
from typing import Any

from huozhan import parties
from huozhan.contracts.asks import Prepared, SignatureErrand, SignatureFailed, SignContract, Signed
from huozhan.contracts.certifying import certificate_in_use
from huozhan.contracts.contract import MARKET, SIGN_JOB, SIGN_TIMER, Contract, VersionState
from huozhan.contracts.drafting import follow_later, moved, state_view
from huozhan.contracts.facts import SigningFailed
from huozhan.contracts.signature import (
    MOVES,
    OtherText,
    PaperMoved,
    PersonSigns,
    SignatureState,
    SignedAlready,
)
from huozhan.contracts.store import contracts, signatures
from huozhan.contracts.views import ContractStateView, SigningErrand
from huozhan.kernel.actor import ActorKind
from huozhan.kernel.refusals import NotFound
from huozhan.kernel.shapes import Done
from huozhan.kernel.work import Work, use_case

VERSION_OVER = "version_over"
MARKETS_ORG = 0


@use_case("contract.sign", writes=True, before=parties.count_second_step)
async def sign_contract(work: Work, ask: SignContract) -> ContractStateView:
    """Confirm a version for one's organisation with the second step; the certification authority then signs it."""
    if work.actor.kind is not ActorKind.person:
        raise PersonSigns
    contract = await contracts.lock(work, int(ask.contract_id))
    if ask.version_no != contract.latest_no or bytes.fromhex(ask.sha256) != contract.text_sha256:
        raise OtherText(number=contract.number, version_no=contract.latest_no)
    contract.after("sign")
    side = contract.side_of(work.actor.org_id)
    if side in await signatures.sides(work, contract.contract_id, contract.latest_no):
        raise SignedAlready(number=contract.number)
    await parties.must_have_second_step(work)
    await parties.pass_second_step(work, ask.code)
    await contracts.note_access(work, contract.contract_id, contract.latest_no, "sign")
    await _intend(work, contract, side)
    return state_view(contract)


async def _intend(work: Work, contract: Contract, side: str) -> None:
    signature_id = work.new_id()
    await signatures.add(
        work, contract.contract_id, signature_id, version_no=contract.latest_no, side=side, seen_sha256=contract.text_sha256
    )  # fmt: skip
    work.enqueue(SIGN_JOB, {"contract_id": contract.contract_id, "signature_id": signature_id})


@use_case("system", writes=False)
async def signing_errand(work: Work, ask: SignatureErrand) -> SigningErrand:
    """Tells the worker whose signature is to be made over what."""
    row = await signatures.errand(work, int(ask.contract_id), int(ask.signature_id))
    if row is None:
        raise NotFound(signature_id=ask.signature_id)
    org_id = MARKETS_ORG if row["side"] == MARKET else row["org_id"]
    face = (await parties.legal_faces(work, [org_id])).get(org_id)
    known = await signatures.certificates(work, org_id)
    used = certificate_in_use(work, known, row["certificate_id"])
    return SigningErrand(
        state=row["state"],
        side=row["side"],
        waits=row["waits"],
        org_id=str(org_id),
        organisation=face.name.say("zh") if face else work.terms.name_zh,
        credit_code=face.credit_code if face else "",
        country=face.country if face else "CN",
        certificates=len(known),
        certificate_id=str(used["certificate_id"]) if used else "0",
        serial=used["serial"] if used else "",
        certificate=used["certificate"] if used else b"",
        roots=[root["certificate"] for root in await signatures.roots(work)],
        number=row["number"],
        version_no=row["version_no"],
        paper=row["as_it_stands"] or b"",
        seen_sha256=row["seen_sha256"].hex(),
        intended_at=row["intended_at"],
        person_id=str(row["person_id"]),
        session_id=str(row["session_id"]),
        prepared=row["prepared"] or b"",
        room=tuple(row["room"] or (0, 0)),
        digest=row["digest"] or b"",
        attributes=row["attributes"] or b"",
    )


@use_case("system", writes=True)
async def note_prepared(work: Work, ask: Prepared) -> Done:
    """Keeps what is to be signed, made from the paper as it stands; refuses where that has changed meanwhile."""
    contract, row = await _locked(work, ask)
    if row["state"] != SignatureState.intended:
        return Done()
    if await _ended_with_its_version(work, contract, row):
        return Done()
    busy = (
        SignatureState.prepared
        in (await signatures.sides(work, contract.contract_id, row["version_no"])).values()
    )
    if busy or ask.base_sha256 != contract.shown_sha256:
        raise PaperMoved(number=contract.number)
    await signatures.prepare(
        work, contract.contract_id, row["signature_id"], state=MOVES.after(SignatureState(row["state"]), "prepare"),
        base_sha256=ask.base_sha256, certificate_id=int(ask.certificate_id), prepared=ask.prepared, room=ask.room,
        digest=ask.digest, attributes=ask.attributes,
    )  # fmt: skip
    return Done()


@use_case("system", writes=True)
async def note_signed(work: Work, ask: Signed) -> Done:
    """Keeps a signature with its time stamp and the signed paper; after both sides the market seals."""
    contract, row = await _locked(work, ask)
    if row["state"] != SignatureState.prepared or await _ended_with_its_version(work, contract, row):
        return Done()
    await signatures.end(
        work, contract.contract_id, row["signature_id"], state=MOVES.after(SignatureState(row["state"]), "sign"),
        value=ask.value, stamp=ask.stamp, stamped_at=ask.stamped_at, signed_sha256=hashlib.sha256(ask.signed).digest(),
    )  # fmt: skip
    await contracts.note_hash(work, contract.contract_id, row["version_no"], "signed", ask.signed)
    if row["side"] == MARKET:
        await _in_force(work, contract, ask.signed)
        return Done()
    sides = await signatures.sides(work, contract.contract_id, row["version_no"])
    both = sum(
        1 for side, state in sides.items() if side != MARKET and state == SignatureState.signed
    ) == len(("buyer", "seller"))
    event = "complete" if both else "sign"
    state = contract.after(event)
    await contracts.move(work, contract.contract_id, row["version_no"], event, state, signed=ask.signed)
    work.record(moved(contract, event, state, by=row["side"]))
    if both:
        work.clear_timer(SIGN_TIMER, about=contract.contract_id)
        await _intend(work, contract, MARKET)
    return Done()


async def _in_force(work: Work, contract: Contract, signed: bytes) -> None:
    """The version is sealed: it takes the place of the one before it."""
    state = contract.after("seal")
    before = await contracts.in_force(work, contract.contract_id)
    if before is not None:
        await contracts.supersede(work, contract.contract_id, before)
    await contracts.move(
        work, contract.contract_id, contract.latest_no, "seal", state, signed=signed, is_over=True
    )
    work.record(moved(contract, "seal", state))
    # The order may have changed while the seal was being made.
    follow_later(work, contract.order_id)


@use_case("system", writes=True)
async def signing_failed(work: Work, ask: SignatureFailed) -> Done:
    """Notes that the authority said no; the side may sign again while there is time."""
    contract, row = await _locked(work, ask)
    if row["state"] not in (SignatureState.intended, SignatureState.prepared):
        return Done()
    await _fail(work, contract, row, ask.reason)
    if row["side"] != MARKET:
        work.record(
            SigningFailed(
                contract_id=contract.contract_id, number=contract.number, org_id=row["org_id"], side=row["side"],
                reason=ask.reason,
            )
        )  # fmt: skip
    return Done()


async def _locked(work: Work, ask: Prepared | Signed | SignatureFailed) -> tuple[Contract, Any]:
    contract = await contracts.lock(work, int(ask.contract_id))
    row = await signatures.lock(work, contract.contract_id, int(ask.signature_id))
    if row is None:
        raise NotFound(signature_id=ask.signature_id)
    return contract, row


async def _ended_with_its_version(work: Work, contract: Contract, row: Any) -> bool:
    """A signature that comes after its version has ended counts for nothing."""
    wanted = VersionState.sealing if row["side"] == MARKET else VersionState.signing
    if contract.latest_no == row["version_no"] and contract.state is wanted:
        return False
    await _fail(work, contract, row, VERSION_OVER)
    return True


async def _fail(work: Work, contract: Contract, row: Any, why: str) -> None:
    state = MOVES.after(SignatureState(row["state"]), "fail")
    await signatures.end(work, contract.contract_id, row["signature_id"], state=state, why=why)
