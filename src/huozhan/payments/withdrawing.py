"""Withdrawing: a seller's available money, or a buyer's wallet, goes to the organisation's own bank account.

The amount is held from the moment it is asked for (E6a pending); the bank's word posts it (E6a, E6b) or frees it.
Large amounts wait for a second person in between (`approving.py`).
"""

import unicodedata
from collections.abc import Sequence
from typing import Any

from huozhan import ledger, parties
from huozhan.kernel.paging import Page, before_in, write_cursor
from huozhan.kernel.refusals import NotFound, Refusal, Sort
from huozhan.kernel.shapes import Nothing
from huozhan.kernel.work import Work, use_case
from huozhan.ledger import write_entry
from huozhan.payments.asks import AddBankAccount, MyWithdrawals, TransferAsk, Withdraw
from huozhan.payments.facts import WithdrawalDone, WithdrawalFailed, WithdrawalWaits
from huozhan.payments.message import Outcome, reference
from huozhan.payments.ports import BANK_ID, BankTransfer
from huozhan.payments.store import withdrawals
from huozhan.payments.taking import net_debt
from huozhan.payments.views import BankAccounts, BankAccountView, TransferErrand, WithdrawalView
from huozhan.payments.waiting import INTENT_PATIENCE
from huozhan.payments.withdrawal import MOVES, WithdrawalState, account_of, must_be_within_limits

COOL_OFF = "bank.cool_off"
APPROVAL = "withdraw_approval"
NUMBER_DIGITS_MIN = 6
NUMBER_DIGITS_MAX = 34
NUMBER_FIELD = "bank_account.number"
_SHOWN_DIGITS = 4


class HolderDiffers(Refusal):
    """The account is held by another name than the organisation's."""

    code = "payments.holder_differs"


class BadAccountNumber(Refusal):
    """An account number has 6 to 34 letters and digits."""

    code = "payments.bad_account_number"
    sort = Sort.invalid


class AccountCoolsOff(Refusal):
    """The bank account was changed a short while ago; money can be sent to it later."""

    code = "payments.account_cools_off"


class AccountReplaced(Refusal):
    """Another bank account has taken this one's place."""

    code = "payments.account_replaced"


class OwesFirst(Refusal):
    """Who owes the market pays that first; until then nothing is withdrawn."""

    code = "payments.owes_first"


class NotEnoughAvailable(Refusal):
    """There is less money available than is to be withdrawn."""

    code = "payments.not_enough_available"


@use_case("funds.view", writes=False)
async def bank_accounts(work: Work, _ask: Nothing) -> BankAccounts:
    """Shows the organisation's bank accounts, their numbers masked."""
    return _accounts(await withdrawals.accounts(work))


@use_case("funds.withdraw", writes=True)
async def add_bank_account(work: Work, ask: AddBankAccount) -> BankAccounts:
    """Names the account that money goes to from now on.

    Its holder must be the organisation. The first account can be used at once; one that replaces another only
    after the cool-off, so that whoever takes over a sign-in cannot empty it the same day.
    """
    await must_be_ours(work, ask.holder)
    number = _plain(ask.number).upper()
    if not NUMBER_DIGITS_MIN <= len(number) <= NUMBER_DIGITS_MAX:
        raise BadAccountNumber(shortest=NUMBER_DIGITS_MIN, longest=NUMBER_DIGITS_MAX)
    known = await withdrawals.lock_accounts(work)
    number_hash = work.keyring.fingerprint(number, field=NUMBER_FIELD)
    if known and known[0]["number_hash"] == number_hash and known[0]["bank_name"] == ask.bank_name:
        return _accounts(known)
    account_id = work.new_id()
    row = await withdrawals.add_account(
        work,
        account_id,
        number=work.keyring.seal(number, field=NUMBER_FIELD, owner=account_id),
        masked="*" * (len(number) - _SHOWN_DIGITS) + number[-_SHOWN_DIGITS:],
        number_hash=number_hash,
        holder=ask.holder,
        bank_name=ask.bank_name,
        usable_at=work.now + work.rule(COOL_OFF).span if known else work.now,
    )
    return _accounts([row, *known])


@use_case("funds.withdraw", writes=True, before=parties.count_second_step)
async def withdraw(work: Work, ask: Withdraw) -> WithdrawalView:
    """Sends money to the bank account, once the person passed the second step; a large amount waits for a colleague's yes."""
    if ask.amount_minor >= work.rule("withdraw.second_step_from").value:
        await parties.must_have_second_step(work)
    await parties.pass_second_step(work, ask.code)
    known = await withdrawals.lock_accounts(work)
    account = must_be_usable(work, known, int(ask.account_id))
    await must_be_ours(work, account["holder"])
    await _must_be_covered(work, ask)
    needs_approval = await must_be_within_limits(work, ask.amount_minor)
    withdrawal_id = work.new_id()
    rule = work.rule("withdraw.approval_within")
    approve_until = work.now + rule.span if needs_approval else None
    state = MOVES.first if needs_approval else MOVES.after(MOVES.first, "approve")
    await withdrawals.add(
        work, withdrawal_id, account_id=account["account_id"], amount_minor=ask.amount_minor,
        currency=work.terms.currency, state=state, source=ask.source, approve_until=approve_until,
        ask_at=None if needs_approval else work.now + work.rule(INTENT_PATIENCE).span,
    )  # fmt: skip
    source = account_of(work.actor.org_id, ask.source)
    await ledger.hold(
        work, hold_key(withdrawal_id), source, ledger.withdrawal(withdrawal_id), ask.amount_minor, None
    )
    if approve_until is None:
        send_to_bank(work, withdrawal_id)
    else:
        work.set_timer(APPROVAL, about=withdrawal_id, due_at=approve_until, rule_version=rule.version)
        work.record(
            WithdrawalWaits(
                withdrawal_id=withdrawal_id, org_id=work.actor.org_id, amount_minor=ask.amount_minor, source=ask.source
            )
        )  # fmt: skip
    row = await withdrawals.show(work, withdrawal_id)
    assert row is not None
    return withdrawal_view(work, row)


def send_to_bank(work: Work, withdrawal_id: int) -> None:
    """Leaves a job that asks the bank, after commit."""
    work.enqueue("payments.transfer", {"org_id": work.actor.org_id, "withdrawal_id": withdrawal_id})


async def must_be_ours(work: Work, holder: str) -> None:
    """Refuses an account in any other name than the organisation's: money never goes to somebody else."""
    face = (await parties.org_faces(work, [work.actor.org_id]))[work.actor.org_id]
    if _plain(holder) not in {_plain(face.name.zh), _plain(face.name.en)} - {""}:
        raise HolderDiffers(holder=holder, name=face.name.say(work.actor.lang))


def must_be_usable(work: Work, known: Sequence[Any], account_id: int) -> Any:
    """The account among the organisation's, the newest first; only the current one, and only after its cool-off."""
    account = next((row for row in known if row["account_id"] == account_id), None)
    if account is None:
        raise NotFound(account_id=str(account_id))
    if account is not known[0]:
        raise AccountReplaced(number=account["number_masked"])
    if account["usable_at"] > work.now:
        raise AccountCoolsOff(usable_at=account["usable_at"])
    return account


async def _must_be_covered(work: Work, ask: Withdraw) -> None:
    source, debt = account_of(work.actor.org_id, ask.source), ledger.seller_debt(work.actor.org_id)
    found = await ledger.balances(work, [source, debt])
    if found[debt].posted_minor:
        raise OwesFirst(debt_minor=found[debt].posted_minor)
    free_minor = found[source].free_minor
    if free_minor < ask.amount_minor:
        raise NotEnoughAvailable(available_minor=free_minor, amount_minor=ask.amount_minor)


@use_case("funds.view", writes=False)
async def my_withdrawals(work: Work, ask: MyWithdrawals) -> Page[WithdrawalView]:
    """Lists the organisation's withdrawals, newest first."""
    rows = await withdrawals.of_org(work, before_in(ask.cursor), ask.size + 1)
    shown = rows[: ask.size]
    next_cursor = write_cursor(shown[-1]["withdrawal_id"]) if len(rows) > ask.size else None
    return Page([withdrawal_view(work, row) for row in shown], next_cursor)


@use_case("system", writes=False)
async def transfer_errand(work: Work, ask: TransferAsk) -> TransferErrand:
    """Tells the worker what the bank needs to know about a withdrawal."""
    row = await withdrawals.errand(work, int(ask.org_id), int(ask.withdrawal_id))
    if row is None:
        raise NotFound(withdrawal_id=ask.withdrawal_id)
    return TransferErrand(
        withdrawal_id=ask.withdrawal_id,
        state=row["state"],
        amount_minor=row["amount_minor"],
        currency=row["currency"],
        account_no=work.keyring.open(row["number"], field=NUMBER_FIELD, owner=row["account_id"]),
        account_name=row["holder"],
        bank_name=row["bank_name"],
    )


async def end_transfer(work: Work, told: BankTransfer, *, is_answer: bool) -> Outcome:
    """Ends a withdrawal as the bank says: paid out (E6a, E6b), or the money is available again."""
    org_id, withdrawal_id = read_transfer_ref(told.ref)
    row = await withdrawals.lock(work, org_id, withdrawal_id)
    if row is None:
        return Outcome.unknown_reference
    if row["state"] != WithdrawalState.asked:
        return Outcome.duplicate
    number_hash = work.keyring.fingerprint(told.account_no, field=NUMBER_FIELD)
    fits = (told.amount_minor, told.currency, number_hash) == (
        row["amount_minor"], row["currency"], row["number_hash"],
    )  # fmt: skip
    if not fits or told.state != "succeeded":
        if not is_answer:
            return Outcome.doubted
        if not fits:
            return Outcome.impossible
    if told.state == "succeeded":
        await _paid_out(work, row)
    else:
        await _returned(work, row, told.reason or "")
    return Outcome.ended


async def refuse_transfer(work: Work, org_id: int, withdrawal_id: int, why: str) -> None:
    """Frees a withdrawal that the bank did not even take."""
    row = await withdrawals.lock(work, org_id, withdrawal_id)
    if row is not None and row["state"] == WithdrawalState.asked:
        await _returned(work, row, why)


async def _paid_out(work: Work, row: Any) -> None:
    org_id, withdrawal_id, amount_minor = row["org_id"], row["withdrawal_id"], row["amount_minor"]
    owners = {201: org_id, 204: org_id, 207: withdrawal_id, 102: BANK_ID}
    memo = {"account": row["number_masked"], "bank_name": row["bank_name"]}
    entries = tuple(
        write_entry(
            code, business_key=f"{code}:{withdrawal_id}", about_id=withdrawal_id, owners=owners,
            amounts={part: amount_minor}, memo=memo,
        )
        for code, part in (("E6a", row["source"]), ("E6b", "amount"))
    )  # fmt: skip
    state = MOVES.after(WithdrawalState(row["state"]), "pay")
    await withdrawals.end(work, org_id, withdrawal_id, state, "")
    await ledger.post_hold(work, hold_key(withdrawal_id), entries, "paid out")
    work.record(
        WithdrawalDone(
            withdrawal_id=withdrawal_id, org_id=org_id, amount_minor=amount_minor, source=row["source"]
        )
    )


async def _returned(work: Work, row: Any, why: str) -> None:
    org_id, withdrawal_id = row["org_id"], row["withdrawal_id"]
    state = MOVES.after(WithdrawalState(row["state"]), "fail")
    await withdrawals.end(work, org_id, withdrawal_id, state, why)
    await ledger.void_hold(work, hold_key(withdrawal_id), why)
    await net_debt(work, org_id)
    work.record(
        WithdrawalFailed(
            withdrawal_id=withdrawal_id,
            org_id=org_id,
            amount_minor=row["amount_minor"],
            reason=why,
            source=row["source"],
        )
    )


def hold_key(withdrawal_id: int) -> str:
    """The key under which a withdrawal is held in the ledger."""
    return f"withdrawal:{withdrawal_id}"


def transfer_ref(org_id: str, withdrawal_id: str) -> str:
    """The bank's key for a withdrawal: whose it is and which, so that no retry pays twice."""
    return f"{org_id}-{withdrawal_id}"


def read_transfer_ref(ref: str) -> tuple[int, int]:
    """The organisation and the withdrawal inside a bank's reference; zeros where we cannot have made it."""
    org_id, _, withdrawal_id = ref.partition("-")
    return reference(org_id), reference(withdrawal_id)


def _plain(text: str) -> str:
    """A name or number without what people write differently: width, case, spaces."""
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()


def _accounts(rows: list[Any]) -> BankAccounts:
    return BankAccounts(
        accounts=[
            BankAccountView(
                account_id=str(row["account_id"]),
                number=row["number_masked"],
                holder=row["holder"],
                bank_name=row["bank_name"],
                added_at=row["added_at"],
                usable_at=row["usable_at"],
                is_current=position == 0,
            )
            for position, row in enumerate(rows)
        ]
    )


def withdrawal_view(work: Work, row: Any) -> WithdrawalView:
    """A withdrawal, with what the one who looks may do about it."""
    waits = row["state"] == WithdrawalState.waiting and work.actor.may("funds.withdraw")
    is_own = row["asked_by"] == work.actor.person_id
    return WithdrawalView(
        withdrawal_id=str(row["withdrawal_id"]),
        state=row["state"],
        source=row["source"],
        amount_minor=row["amount_minor"],
        account_number=row["number_masked"],
        asked_at=row["asked_at"],
        approve_until=row["approve_until"] if row["state"] == WithdrawalState.waiting else None,
        can=(["take_back"] if is_own else ["approve", "refuse"]) if waits else [],
        ended_at=row["ended_at"],
        reason=row["ended_why"],
    )


async def money_under_way(work: Work, org_id: int) -> int:
    """How many withdrawals of an organisation, and refunds to it, have not ended: their money may come back to it."""
    return await withdrawals.not_ended(work, org_id)
