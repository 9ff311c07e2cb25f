"""Looking: lists for both sides and the market, one contract with its versions, its files, and the check of any file."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from huozhan import ordering, parties
from huozhan.contracts.asks import (
    AllContracts,
    CheckContract,
    ContractRef,
    ListContracts,
    OrderOfContract,
    TakeFile,
    VersionErrand,
)
from huozhan.contracts.certifying import certificate_in_use, certificate_view
from huozhan.contracts.contract import BUYER, MARKET, OPEN, SELLER, SIDES, VersionState
from huozhan.contracts.store import contracts, packages, signatures
from huozhan.contracts.views import (
    ContractCard,
    ContractCheck,
    ContractFile,
    ContractOfOrder,
    ContractPage,
    ContractText,
    PackageView,
    SignatureView,
    VersionView,
)
from huozhan.kernel.paging import Page, before_in, write_cursor
from huozhan.kernel.refusals import NotFound
from huozhan.kernel.shapes import Bilingual
from huozhan.kernel.work import Work, use_case

PDF, JSON = "application/pdf", "application/json"
BOTH = "both"


@use_case("order.view", writes=False)
async def my_contracts(work: Work, ask: ListContracts) -> Page[ContractCard]:
    """Lists the organisation's contracts, the newest first."""
    rows = await contracts.page(work, ask.side, before_in(ask.cursor), ask.size + 1)
    return _page(work, rows, ask.size)


@use_case("market.view", writes=False)
async def contracts_on_file(work: Work, ask: AllContracts) -> Page[ContractCard]:
    """Lists every contract of the market, the newest first."""
    rows = await contracts.all_cards(work, ask.number, before_in(ask.cursor), ask.size + 1)
    return _page(work, rows, ask.size)


def _page(work: Work, rows: Sequence[contracts.Row], size: int) -> Page[ContractCard]:
    cursor = write_cursor(rows[size - 1]["contract_id"]) if len(rows) > size else None
    return Page([_card(work, row) for row in rows[:size]], cursor)


@use_case("order.view", writes=False)
async def contract_of_order(work: Work, ask: OrderOfContract) -> ContractOfOrder:
    """Tells where the contract of an order stands, or whether one may be asked for."""
    contract_id = await contracts.of_order(work, int(ask.order_id))
    may = work.actor.may("contract.sign")
    if contract_id is None:
        is_open = await ordering.may_be_contracted(work, int(ask.order_id))
        return ContractOfOrder(card=None, can_ask=may and is_open)
    card = _card(work, await contracts.card(work, contract_id))
    return ContractOfOrder(card=card, can_ask=False)


@use_case("order.view", writes=False)
async def contract_page(work: Work, ask: ContractRef) -> ContractPage:
    """One contract for one of its sides: its versions, signatures and fingerprints, and what may be done."""
    row = await contracts.card(work, int(ask.contract_id))
    own = await signatures.certificates(work, work.actor.org_id)
    used = certificate_in_use(work, own, 0)
    return msgspec.structs.replace(
        await _contract(work, row),
        certificate=certificate_view(used) if used else None,
        packages=[_package(one) for one in await packages.of_org(work, row["contract_id"])],
        can=await _deeds(work, row) if work.actor.may("contract.sign") else [],
        needs_second_step=not await parties.has_second_step(work),
    )


@use_case("market.view", writes=False)
async def contract_on_file(work: Work, ask: ContractRef) -> ContractPage:
    """One contract as the market's operators see it."""
    return await _contract(work, await contracts.any_card(work, int(ask.contract_id)))


async def _contract(work: Work, row: contracts.Row) -> ContractPage:
    signed = await signatures.of_contract(work, row["contract_id"])
    people = {one["person_id"] for one in signed} - {0}
    names = await parties.person_names(work, people) if people else {}
    return ContractPage(
        card=_card(work, row),
        versions=[
            _version(
                row, version, [one for one in signed if one["version_no"] == version["version_no"]], names
            )
            for version in await contracts.versions(work, row["contract_id"])
        ],
        certificate=None,
        packages=[],
        can=[],
        needs_second_step=False,
    )


async def _deeds(work: Work, row: contracts.Row) -> list[str]:
    """What the actor's side may do now."""
    state = VersionState(row["state"])
    ours = await signatures.is_ours(work, row["contract_id"], row["latest_no"])
    side = BUYER if work.actor.org_id == row["buyer_id"] else SELLER
    allowed = {
        "sign": state is VersionState.signing and side not in row["confirmed"],
        "refuse": state is VersionState.signing and not ours,
        "withdraw": state in (VersionState.drafting, VersionState.signing) and ours,
        "ask_again": state not in OPEN and not row["in_force_no"],
        "package": bool(row["in_force_no"]) or state is VersionState.signing,
    }
    return [deed for deed, is_allowed in allowed.items() if is_allowed]


@use_case("order.view", writes=False)
async def contract_text(work: Work, ask: VersionErrand) -> ContractText:
    """The text of a version, canonical JSON, as it is hashed."""
    row = await contracts.card(work, int(ask.contract_id))
    return _text(ask, await _of(work, row, ask.version_no))


@use_case("market.view", writes=False)
async def text_on_file(work: Work, ask: VersionErrand) -> ContractText:
    """The text of a version, for the market's operators."""
    return _text(ask, await _of(work, await contracts.any_card(work, int(ask.contract_id)), ask.version_no))


def _text(ask: VersionErrand, version: contracts.Row) -> ContractText:
    return ContractText(
        contract_id=ask.contract_id,
        version_no=ask.version_no,
        state=version["state"],
        text=version["wording"],
        sha256=version["text_sha256"].hex(),
    )


@use_case("order.view", writes=True)
async def take_contract(work: Work, ask: TakeFile) -> ContractFile:
    """Gives a version as a file, and writes down who took it."""
    row = await contracts.card(work, int(ask.contract_id))
    found = _file(row, await _of(work, row, ask.version_no), ask.kind)
    await contracts.note_access(work, row["contract_id"], ask.version_no, f"take_{ask.kind}")
    return found


@use_case("market.view", writes=True)
async def take_contract_on_file(work: Work, ask: TakeFile) -> ContractFile:
    """Gives an operator a version as a file, and writes down who took it."""
    row = await contracts.any_card(work, int(ask.contract_id))
    found = _file(row, await _of(work, row, ask.version_no), ask.kind)
    await contracts.note_access(work, row["contract_id"], ask.version_no, f"market_{ask.kind}")
    return found


async def _of(work: Work, row: contracts.Row, version_no: int) -> contracts.Row:
    version = await contracts.version(work, row["contract_id"], version_no)
    if version is None:
        raise NotFound(version_no=version_no)
    return version


def _file(row: contracts.Row, version: contracts.Row, kind: str) -> ContractFile:
    name = f"{row['number']}-v{version['version_no']}"
    if kind == "text":
        return ContractFile(file_name=f"{name}.json", media_type=JSON, content=version["wording"].encode())
    content = version["english"] if kind == "english" else version["signed"] or version["paper"]
    if content is None:
        raise NotFound(version_no=version["version_no"])
    return ContractFile(
        file_name=f"{name}{'-en' if kind == 'english' else ''}.pdf", media_type=PDF, content=content
    )


@use_case("public", writes=False)
async def check_contract(work: Work, ask: CheckContract) -> ContractCheck:
    """Tells whoever holds a file whether this market made it, what it is, and whether it is what holds now."""
    found = await contracts.by_hash(work, bytes.fromhex(ask.sha256))
    if found is None:
        return ContractCheck(is_known=False)
    row = await contracts.any_card(work, found["contract_id"])
    version = await contracts.version(work, found["contract_id"], found["version_no"])
    signed = await signatures.of_contract(work, found["contract_id"])
    assert version is not None
    return ContractCheck(
        is_known=True,
        kind=found["kind"],
        number=row["number"],
        version_no=found["version_no"],
        state=version["state"],
        is_current=version["state"] == VersionState.in_force
        and version["signed_sha256"] == bytes.fromhex(ask.sha256),
        buyer=_bilingual(row["buyer_name"]),
        seller=_bilingual(row["seller_name"]),
        made_at=found["noted_at"],
        signatures=[
            _signature(one, {})
            for one in signed
            if one["version_no"] == found["version_no"] and one["state"] == "signed"
        ],
    )


def _card(work: Work, row: contracts.Row) -> ContractCard:
    side = {row["buyer_id"]: BUYER, row["seller_id"]: SELLER}.get(work.actor.org_id, MARKET)
    return ContractCard(
        contract_id=str(row["contract_id"]),
        number=row["number"],
        order_id=str(row["order_id"]),
        order_number=row["order_number"],
        side=side,
        buyer=_bilingual(row["buyer_name"]),
        seller=_bilingual(row["seller_name"]),
        version_no=row["latest_no"],
        in_force_no=row["in_force_no"],
        state=row["state"],
        amount_minor=row["amount_minor"],
        asked_at=row["asked_at"],
        who_acts=_who_acts(VersionState(row["state"]), row["confirmed"]),
        until=row["sign_until"] if row["state"] == VersionState.signing else None,
    )


def _who_acts(state: VersionState, confirmed: Sequence[str]) -> str:
    if state in (VersionState.drafting, VersionState.sealing):
        return MARKET
    if state is not VersionState.signing:
        return ""
    missing = [side for side in SIDES if side not in confirmed]
    return BOTH if len(missing) == len(SIDES) else next(iter(missing), MARKET)


def _version(
    row: contracts.Row, version: contracts.Row, signed: Sequence[Any], names: Mapping[int, str]
) -> VersionView:
    by = {row["buyer_id"]: BUYER, row["seller_id"]: SELLER}
    return VersionView(
        version_no=version["version_no"],
        state=version["state"],
        cause=version["cause"],
        amount_minor=version["amount_minor"],
        made_at=version["made_at"],
        parent_sha256=_hex(version["parent_sha256"]),
        text_sha256=_hex(version["text_sha256"]),
        paper_sha256=_hex(version["paper_sha256"]),
        signed_sha256=_hex(version["signed_sha256"]),
        sign_until=version["sign_until"],
        ended_at=version["ended_at"],
        ended_by=by.get(version["ended_by_org"], ""),
        ended_why=version["ended_why"],
        signatures=[_signature(one, names) for one in signed],
    )


def _signature(row: Any, names: Mapping[int, str]) -> SignatureView:
    return SignatureView(
        side=row["side"],
        state=row["state"],
        intended_at=row["intended_at"],
        person=names.get(row["person_id"], ""),
        stamped_at=row["stamped_at"],
        serial=row["serial"] or "",
        revoked_at=row["revoked_at"],
        reason=row["failed_why"],
    )


def _package(row: Any) -> PackageView:
    return PackageView(
        package_id=str(row["package_id"]),
        state=row["state"],
        asked_at=row["asked_at"],
        sha256=_hex(row["sha256"]),
    )


def _hex(sha256: bytes | None) -> str:
    return sha256.hex() if sha256 else ""


def _bilingual(text: str) -> Bilingual:
    return msgspec.json.decode(text, type=Bilingual)
