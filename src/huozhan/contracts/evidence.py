"""Evidence: a contract with all that proves it as one package, asked for by a side and written by the worker."""

from enum import StrEnum
from typing import Any

import msgspec

from huozhan import ordering, parties
from huozhan.contracts.asks import EndPackage, PackageErrandAsk, PackageOf, PackageRef
from huozhan.contracts.contract import BUYER, SELLER
from huozhan.contracts.facts import PackageReady
from huozhan.contracts.store import contracts, packages, signatures
from huozhan.contracts.views import ContractFile, PackageErrand, PackageView, Piece
from huozhan.kernel.moves import Moves
from huozhan.kernel.refusals import NotFound, Refusal
from huozhan.kernel.shapes import Done
from huozhan.kernel.work import Work, use_case

PACKAGE_JOB = "contracts.package"
WAITING_MAX = 3
ZIP = "application/zip"


class PackageState(StrEnum):
    """How far a package has come; the words are under `records.state`."""

    waiting = "waiting"
    done = "done"
    failed = "failed"


MOVES = Moves(
    "evidence package",
    PackageState.waiting,
    {
        (PackageState.waiting, "write"): PackageState.done,
        (PackageState.waiting, "fail"): PackageState.failed,
    },
)


class PackagesWait(Refusal):
    """So many packages of the contract are being written already."""

    code = "contracts.packages_wait"


@use_case("contract.sign", writes=True)
async def ask_package(work: Work, ask: PackageOf) -> PackageView:
    """Have the evidence of a contract packed: every version, certificates, time stamps, who looked, what happened."""
    contract = await contracts.lock(work, int(ask.contract_id))
    if await packages.waiting(work, contract.contract_id) >= WAITING_MAX:
        raise PackagesWait(most=WAITING_MAX)
    package_id = work.new_id()
    await packages.add(work, contract.contract_id, package_id)
    await contracts.note_access(work, contract.contract_id, contract.latest_no, "package")
    work.enqueue(PACKAGE_JOB, {"contract_id": contract.contract_id, "package_id": package_id})
    return PackageView(package_id=str(package_id), state=PackageState.waiting, asked_at=work.now, sha256="")


@use_case("order.view", writes=False)
async def package_file(work: Work, ask: PackageRef) -> ContractFile:
    """Gives a package that was written to the organisation that asked for it."""
    row = await contracts.card(work, int(ask.contract_id))
    content = await packages.content(work, row["contract_id"], int(ask.package_id))
    if content is None:
        raise NotFound(package_id=ask.package_id)
    return ContractFile(file_name=f"{row['number']}-evidence.zip", media_type=ZIP, content=content)


@use_case("system", writes=False)
async def package_errand(work: Work, ask: PackageErrandAsk) -> PackageErrand:
    """Tells the worker what to pack; the same rows give the same pieces."""
    row = await packages.show(work, int(ask.contract_id), int(ask.package_id))
    if row is None:
        raise NotFound(package_id=ask.package_id)
    contract = await contracts.card(work, row["contract_id"])
    versions = await packages.full_versions(work, row["contract_id"])
    signed = await signatures.of_contract(work, row["contract_id"])
    names = await parties.person_names(work, {one["person_id"] for one in signed} - {0})
    deal = await ordering.order_to_contract(work, contract["order_id"])
    log = {
        "log/access.json": [dict(one) for one in await packages.accesses(work, row["contract_id"])],
        "log/contract-moves.json": [dict(one) for one in await packages.moves(work, row["contract_id"])],
        "log/order-events.json": deal.page.timeline,
        "signatures/intents.json": [_intent(one, names) for one in signed],
    }
    return PackageErrand(
        state=row["state"],
        number=contract["number"],
        asked_at=row["asked_at"],
        facts={
            "contract": contract["number"],
            "order": contract["order_number"],
            "versions": str(contract["latest_no"]),
            "in_force": str(contract["in_force_no"]),
        },
        pieces=[
            *[piece for version in versions for piece in _papers(version)],
            *[piece for one in signed for piece in _proofs(one)],
            *[Piece(name=f"roots/{one['sha256'].hex()[:16]}.cer", content=one["certificate"]) for one in await signatures.roots(work)],
            *[Piece(name=f"revocations/{one['root_sha256'].hex()[:16]}.crl", content=one["crl"]) for one in await signatures.lists(work)],
            *[Piece(name=name, content=msgspec.json.format(msgspec.json.encode(told))) for name, told in log.items()],
        ],
    )  # fmt: skip


def _papers(version: Any) -> list[Piece]:
    folder = f"versions/{version['version_no']}"
    found = {
        "text.json": version["wording"].encode(),
        "paper.pdf": version["paper"],
        "paper-en.pdf": version["english"],
        "signed.pdf": version["signed"],
    }
    return [Piece(name=f"{folder}/{name}", content=content) for name, content in found.items() if content]


def _proofs(row: Any) -> list[Piece]:
    name = f"{row['version_no']}-{row['side']}"
    found = {f"signatures/{name}.tst": row["stamp"], f"certificates/{row['serial']}.cer": row["certificate"]}
    is_signed = row["state"] == "signed"
    return [Piece(name=at, content=content) for at, content in found.items() if content and is_signed]


def _intent(row: Any, names: dict[int, str]) -> dict[str, Any]:
    """Who confirmed what, where and when, and what became of it."""
    return {
        "version": row["version_no"],
        "side": row["side"],
        "state": row["state"],
        "organisation": str(row["org_id"]),
        "person": str(row["person_id"]),
        "person_name": names.get(row["person_id"], ""),
        "session": str(row["session_id"]),
        "door": row["door"],
        "confirmed_at": row["intended_at"],
        "second_step": row["side"] in (BUYER, SELLER),
        "text_sha256": row["seen_sha256"].hex(),
        "signed_over_sha256": row["base_sha256"].hex() if row["base_sha256"] else "",
        "signed_sha256": row["signed_sha256"].hex() if row["signed_sha256"] else "",
        "stamped_at": row["stamped_at"],
        "certificate": row["serial"] or "",
        "certificate_revoked_at": row["revoked_at"],
        "failed": row["failed_why"],
    }


@use_case("system", writes=True)
async def end_package(work: Work, ask: EndPackage) -> Done:
    """Keeps a package that was written, or why it could not be; a second time changes nothing."""
    row = await packages.lock(work, int(ask.contract_id), int(ask.package_id))
    if row is None or row["state"] != PackageState.waiting:
        return Done()
    state = MOVES.after(PackageState(row["state"]), "fail" if ask.trouble else "write")
    await packages.end(
        work,
        row["contract_id"],
        row["package_id"],
        state=state,
        content=ask.content or None,
        trouble=ask.trouble,
    )
    if state is PackageState.done:
        contract = await contracts.card(work, row["contract_id"])
        await contracts.note_hash(work, row["contract_id"], contract["latest_no"], "package", ask.content)
        side = BUYER if row["org_id"] == contract["buyer_id"] else SELLER
        work.record(
            PackageReady(
                contract_id=row["contract_id"], number=contract["number"], org_id=row["org_id"], side=side
            )
        )
    return Done()
