"""Approving: a large withdrawal goes to the bank once a second person of the organisation says yes."""

from typing import Any

from huozhan import ledger, parties
from huozhan.kernel.actor import ActorKind
from huozhan.kernel.refusals import Forbidden, NotFound, Refusal
from huozhan.kernel.shapes import Done
from huozhan.kernel.work import Work, use_case
from huozhan.payments.asks import AboutAsk, AnswerWithdrawal, ApproveWithdrawal, WithdrawalRef
from huozhan.payments.facts import WithdrawalRefused
from huozhan.payments.store import withdrawals
from huozhan.payments.taking import net_debt
from huozhan.payments.views import WithdrawalView
from huozhan.payments.waiting import INTENT_PATIENCE
from huozhan.payments.withdrawal import MOVES, WithdrawalState
from huozhan.payments.withdrawing import (
    APPROVAL,
    hold_key,
    must_be_ours,
    must_be_usable,
    send_to_bank,
    withdrawal_view,
)


class OwnWithdrawal(Refusal):
    """Who asked for a withdrawal is not the one who approves it."""

    code = "payments.own_withdrawal"


@use_case("funds.withdraw", writes=True, before=parties.count_second_step)
async def approve_withdrawal(work: Work, ask: ApproveWithdrawal) -> WithdrawalView:
    """Says yes to what a colleague asked for, with one's own second step; the money goes to the bank."""
    if work.actor.kind is not ActorKind.person:
        raise Forbidden(permission="funds.withdraw")
    row = await _waiting(work, ask.withdrawal_id)
    state = MOVES.after(WithdrawalState(row["state"]), "approve")
    if row["asked_by"] == work.actor.person_id:
        raise OwnWithdrawal
    await parties.must_have_second_step(work)
    await parties.pass_second_step(work, ask.code)
    known = await withdrawals.lock_accounts(work)
    must_be_usable(work, known, row["account_id"])
    await must_be_ours(work, row["holder"])
    work.clear_timer(APPROVAL, about=row["withdrawal_id"])
    ask_at = work.now + work.rule(INTENT_PATIENCE).span
    await withdrawals.answer(work, row["withdrawal_id"], state, ask_at=ask_at)
    send_to_bank(work, row["withdrawal_id"])
    return await _shown(work, row["withdrawal_id"])


@use_case("funds.withdraw", writes=True)
async def refuse_withdrawal(work: Work, ask: AnswerWithdrawal) -> WithdrawalView:
    """Says no to what was asked for, with a reason; the money is free again."""
    row = await _waiting(work, ask.withdrawal_id)
    await _end(work, row, "refuse", ask.reason)
    work.record(
        WithdrawalRefused(
            withdrawal_id=row["withdrawal_id"],
            org_id=row["org_id"],
            amount_minor=row["amount_minor"],
            source=row["source"],
        )
    )
    return await _shown(work, row["withdrawal_id"])


@use_case("funds.withdraw", writes=True)
async def take_back_withdrawal(work: Work, ask: WithdrawalRef) -> WithdrawalView:
    """Takes back what still waits for a colleague's yes."""
    row = await _waiting(work, ask.withdrawal_id)
    await _end(work, row, "take_back", "")
    return await _shown(work, row["withdrawal_id"])


@use_case("system", writes=True)
async def withdraw_approval_due(work: Work, ask: AboutAsk) -> Done:
    """Nobody approved in time: the money is free again; late or twice changes nothing."""
    withdrawal_id = int(ask.about_id)
    row = await withdrawals.lock_waiting(work, withdrawal_id)
    if row is not None and await work.timer_is_due(APPROVAL, about=withdrawal_id):
        await _end(work, row, "expire", "")
        work.record(
            WithdrawalRefused(
                withdrawal_id=withdrawal_id,
                org_id=row["org_id"],
                amount_minor=row["amount_minor"],
                source=row["source"],
            )
        )
    return Done()


async def _waiting(work: Work, withdrawal_id: str) -> withdrawals.Row:
    row = await withdrawals.lock(work, work.actor.org_id, int(withdrawal_id))
    if row is None:
        raise NotFound(withdrawal_id=withdrawal_id)
    return row


async def _end(work: Work, row: Any, event: str, why: str) -> None:
    state = MOVES.after(WithdrawalState(row["state"]), event)
    work.clear_timer(APPROVAL, about=row["withdrawal_id"])
    await withdrawals.refuse(work, row["org_id"], row["withdrawal_id"], state, why)
    await ledger.void_hold(work, hold_key(row["withdrawal_id"]), why or event)
    await net_debt(work, row["org_id"])


async def _shown(work: Work, withdrawal_id: int) -> WithdrawalView:
    row = await withdrawals.show(work, withdrawal_id)
    assert row is not None
    return withdrawal_view(work, row)
