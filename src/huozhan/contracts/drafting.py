"""Drafting: a contract about an order, and a new version whenever the order is not what the last one says any more."""

from huozhan import ordering
from huozhan.contracts.asks import EndVersion, OrderOfContract, TimerDue, VersionErrand, Written
from huozhan.contracts.contract import (
    FOLLOW_JOB,
    OPEN,
    SIGN_TIMER,
    SIGN_WITHIN,
    WRITE_JOB,
    Contract,
    ContractOpen,
    InForce,
    OrderOver,
    VersionState,
)
from huozhan.contracts.facts import ContractMoved
from huozhan.contracts.store import contracts, signatures
from huozhan.contracts.text import Body, ContractText, body_of, canonical, hash_of, is_over, read_text
from huozhan.contracts.views import ContractStateView, DraftErrand
from huozhan.kernel.ids import human_number
from huozhan.kernel.refusals import NotFound
from huozhan.kernel.shapes import Done
from huozhan.kernel.work import Work, use_case

NUMBER_PREFIX = "HT"
SEALING_SOON = "sealing"
"""What `follow_order` answers while both have signed and the seal is being made: ask again in a moment."""


@use_case("contract.sign", writes=True)
async def ask_contract(work: Work, ask: OrderOfContract) -> ContractStateView:
    """Have a contract about an order drawn up, or drawn up again after it was refused, withdrawn or has lapsed."""
    deal = await ordering.order_to_contract(work, int(ask.order_id))
    if is_over(deal):
        raise OrderOver(number=deal.page.number)
    body = await body_of(work, deal)
    # The order may be changed after it was read, and whoever follows that does not see this version yet.
    follow_later(work, int(ask.order_id))
    contract_id = await contracts.of_order(work, int(ask.order_id))
    if contract_id is None:
        contract_id = await _begin(work, deal, body)
        if contract_id is not None:
            return await _state(work, contract_id)
        raise ContractOpen(number=deal.page.number)
    contract = await contracts.lock(work, contract_id)
    if contract.state in OPEN:
        raise ContractOpen(number=contract.order_number)
    latest = await contracts.version(work, contract_id, contract.latest_no)
    if contract.state is VersionState.in_force and latest and read_text(latest["wording"]).body == body:
        raise InForce(number=contract.number)
    await _next(work, contract, body, "again")
    return await _state(work, contract_id)


async def _begin(work: Work, deal: ordering.OrderToContract, body: Body) -> int | None:
    page, contract_id = deal.page, work.new_id()
    number = human_number(contract_id, NUMBER_PREFIX)
    added = await contracts.add(
        work, contract_id, number=number, order_id=int(page.order_id), order_number=page.number,
        buyer_id=int(page.buyer_id), seller_id=int(page.seller_id), buyer_name=page.buyer, seller_name=page.seller,
    )  # fmt: skip
    if not added:
        return None
    await _write_version(work, contract_id, number, 1, parent=None, cause="asked", body=body)
    return contract_id


async def _next(work: Work, contract: Contract, body: Body, cause: str) -> None:
    await _write_version(
        work, contract.contract_id, contract.number, contract.latest_no + 1, parent=contract.text_sha256, cause=cause, body=body
    )  # fmt: skip


async def _write_version(
    work: Work,
    contract_id: int,
    number: str,
    version_no: int,
    *,
    parent: bytes | None,
    cause: str,
    body: Body,
) -> None:
    wording = canonical(
        ContractText(
            number=number,
            version=version_no,
            parent=parent.hex() if parent else "",
            made_at=work.now.replace(microsecond=0),
            body=body,
        )
    )
    await contracts.add_version(
        work, contract_id, version_no, parent=parent, cause=cause, wording=wording, text_sha256=hash_of(wording), state=VersionState.drafting,
    )  # fmt: skip
    work.enqueue(WRITE_JOB, {"contract_id": contract_id, "version_no": version_no})


async def _state(work: Work, contract_id: int) -> ContractStateView:
    return state_view(await contracts.lock(work, contract_id))


def state_view(contract: Contract) -> ContractStateView:
    """Where a contract stands."""
    return ContractStateView(
        contract_id=str(contract.contract_id),
        number=contract.number,
        version_no=contract.latest_no,
        state=contract.state,
    )


@use_case("system", writes=False)
async def draft_errand(work: Work, ask: VersionErrand) -> DraftErrand:
    """Tells the worker what is to be put on paper."""
    row = await contracts.version(work, int(ask.contract_id), ask.version_no)
    if row is None:
        raise NotFound(contract_id=ask.contract_id)
    return DraftErrand(state=row["state"], wording=row["wording"], sha256=row["text_sha256"].hex())


@use_case("system", writes=True)
async def end_draft(work: Work, ask: Written) -> Done:
    """Keeps the paper of a version; both sides may sign from now on, until the clock says that they did not."""
    contract = await contracts.lock(work, int(ask.contract_id))
    if contract.latest_no != ask.version_no or contract.state is not VersionState.drafting:
        return Done()
    rule = work.rule(SIGN_WITHIN)
    until = work.now + rule.span
    await contracts.move(
        work, contract.contract_id, ask.version_no, "write", contract.after("write"), paper=ask.paper,
        english=ask.english, sign_until=until,
    )  # fmt: skip
    await contracts.note_hash(work, contract.contract_id, ask.version_no, "paper", ask.paper)
    await contracts.note_hash(work, contract.contract_id, ask.version_no, "english", ask.english)
    work.set_timer(SIGN_TIMER, about=contract.contract_id, due_at=until, rule_version=rule.version)
    work.record(moved(contract, "write", VersionState.signing))
    return Done()


@use_case("contract.sign", writes=True)
async def refuse_contract(work: Work, ask: EndVersion) -> ContractStateView:
    """Do not sign a version that the other side or a change of the order brought."""
    return await _end(work, ask, "refuse")


@use_case("contract.sign", writes=True)
async def withdraw_contract(work: Work, ask: EndVersion) -> ContractStateView:
    """Take back a version that one's own side asked for or has signed, before the other side signs it too."""
    return await _end(work, ask, "withdraw")


async def _end(work: Work, ask: EndVersion, event: str) -> ContractStateView:
    contract = await contracts.lock(work, int(ask.contract_id))
    state = contract.after(event)
    ours = await signatures.is_ours(work, contract.contract_id, contract.latest_no)
    if ours != (event == "withdraw"):
        raise NotFound(contract_id=ask.contract_id)
    await end_version(work, contract, event, state, ask.reason)
    return state_view(await contracts.lock(work, contract.contract_id))


async def end_version(
    work: Work, contract: Contract, event: str, state: VersionState, reason: str, *, is_told: bool = True
) -> None:
    """Ends the latest version; what was to be signed of it is not signed any more."""
    await contracts.move(
        work, contract.contract_id, contract.latest_no, event, state, reason=reason, is_over=True
    )
    await signatures.drop_open(work, contract.contract_id, contract.latest_no, "version_over")
    work.clear_timer(SIGN_TIMER, about=contract.contract_id)
    if is_told:
        work.record(moved(contract, event, state, by=_side(work, contract), reason=reason))


@use_case("system", writes=True)
async def contract_sign_due(work: Work, ask: TimerDue) -> Done:
    """The time to sign is over: the version lapses, the order stands."""
    contract = await contracts.lock(work, int(ask.about_id))
    if contract.state is VersionState.signing and await work.timer_is_due(
        SIGN_TIMER, about=contract.contract_id
    ):
        await end_version(work, contract, "expire", contract.after("expire"), "")
    return Done()


@use_case("system", writes=True)
async def follow_order(work: Work, ask: OrderOfContract) -> str:
    """Draws up a new version where the order is not what the last one says; an order that closed needs none."""
    contract_id = await contracts.of_order(work, int(ask.order_id))
    if contract_id is None:
        return ""
    contract = await contracts.lock(work, contract_id)
    if contract.state is VersionState.sealing:
        return SEALING_SOON
    stands = contract.state in OPEN or await contracts.in_force(work, contract_id) is not None
    deal = await ordering.order_to_contract(work, int(ask.order_id))
    if not stands:
        return ""
    if is_over(deal):
        if contract.state in OPEN:
            await end_version(work, contract, "withdraw", contract.after("withdraw"), "order_closed")
        return ""
    body = await body_of(work, deal)
    latest = await contracts.version(work, contract_id, contract.latest_no)
    assert latest is not None
    if read_text(latest["wording"]).body == body:
        return ""
    if contract.state in OPEN:
        state = contract.after("supersede")
        await end_version(work, contract, "supersede", state, "order_changed", is_told=False)
    await _next(work, contract, body, "changed")
    return ""


def follow_later(work: Work, order_id: int) -> None:
    """Leaves a job that looks whether an order still is what its contract says; one for each time that it may have changed.

    A job that is being worked has read the order already, so the next one must not be left out.
    """
    work.enqueue(FOLLOW_JOB, {"order_id": order_id})


def moved(
    contract: Contract, event: str, state: VersionState, *, by: str = "", reason: str = ""
) -> ContractMoved:
    """The fact that a version went on."""
    return ContractMoved(
        contract_id=contract.contract_id,
        number=contract.number,
        order_number=contract.order_number,
        version_no=contract.latest_no,
        buyer_id=contract.buyer_id,
        seller_id=contract.seller_id,
        event=event,
        state=state,
        by=by,
        reason=reason,
    )


def _side(work: Work, contract: Contract) -> str:
    return contract.side_of(work.actor.org_id) if work.actor.org_id else ""
