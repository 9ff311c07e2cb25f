"""Paying carriers: what is owed to one (208) goes to its bank account; one person asks, a second one approves, the bank pays.

Carriage says how much is owed and for which lines of its bills; here is only the money's way.
"""

from enum import StrEnum

import msgspec

from huozhan import ledger
from huozhan.kernel.actor import ActorKind
from huozhan.kernel.moves import Moves
from huozhan.kernel.refusals import Forbidden, NotFound, Refusal
from huozhan.kernel.work import Work, use_case
from huozhan.ledger import write_entry
from huozhan.payments.asks import CarrierPayoutAsk
from huozhan.payments.facts import CarrierPayoutEnded
from huozhan.payments.message import Outcome, reference
from huozhan.payments.ports import BANK_ID, BankTransfer
from huozhan.payments.store import carrier_payouts as store
from huozhan.payments.views import CarrierPayoutView, TransferErrand
from huozhan.payments.waiting import INTENT_PATIENCE

CARRIER_ACCOUNT_FIELD = "carrier_payout.account_no"
PAYOUTS_SHOWN = 20


class CarrierPayoutState(StrEnum):
    """How far money to a carrier has come; the words are under `carrier_payout.state`."""

    waiting = "waiting"
    asked = "asked"
    done = "done"
    failed = "failed"
    refused = "refused"


_S = CarrierPayoutState
MOVES = Moves(
    "carrier payout",
    _S.waiting,
    {
        (_S.waiting, "approve"): _S.asked,
        (_S.waiting, "refuse"): _S.refused,
        (_S.asked, "pay"): _S.done,
        (_S.asked, "fail"): _S.failed,
    },
)


class PayoutUnderWay(Refusal):
    """A carrier is paid once at a time."""

    code = "payments.carrier_payout_under_way"


class OwnPayout(Refusal):
    """Who asked for money to go to a carrier is not the one who approves it."""

    code = "payments.own_carrier_payout"


class CarrierAccount(msgspec.Struct, frozen=True, kw_only=True):
    """Where a carrier is paid; the number in plain, as it is to be sealed."""

    number: str
    masked: str
    holder: str
    bank_name: str


async def ask_carrier_payout(work: Work, carrier_id: int, account: CarrierAccount, amount_minor: int) -> int:
    """Asks for money to go to a carrier and tells under which id; a second person has to approve it."""
    payout_id = work.new_id()
    sealed = work.keyring.seal(account.number, field=CARRIER_ACCOUNT_FIELD, owner=payout_id)
    if not await store.add(work, carrier_id, payout_id, account, sealed, amount_minor, MOVES.first):
        raise PayoutUnderWay
    return payout_id


async def answer_carrier_payout(
    work: Work, carrier_id: int, payout_id: int, *, event: str, reason: str
) -> CarrierPayoutView:
    """A second person approves, and the bank is asked after commit; or anybody refuses, and nothing goes.

    The caller has passed the person's second step and writes the act down.
    """
    row = await store.lock(work, carrier_id, payout_id)
    if row is None:
        raise NotFound(payout_id=str(payout_id))
    state = MOVES.after(CarrierPayoutState(row["state"]), event)
    if event == "refuse":
        await store.end(work, carrier_id, payout_id, state, reason)
        _record(work, row, is_paid=False)
    else:
        if work.actor.kind is not ActorKind.person:
            raise Forbidden(permission="market.ledger")
        if row["asked_by"] == work.actor.person_id:
            raise OwnPayout
        await store.approve(work, carrier_id, payout_id, state, work.now + work.rule(INTENT_PATIENCE).span)
        work.enqueue("payments.carrier_payout", {"carrier_id": carrier_id, "payout_id": payout_id})
    shown = await store.lock(work, carrier_id, payout_id)
    assert shown is not None
    return _view(work, shown)


async def carrier_payouts(work: Work) -> list[CarrierPayoutView]:
    """The newest payments to carriers, as the one who looks may answer them."""
    return [_view(work, row) for row in await store.page(work, PAYOUTS_SHOWN)]


async def paid_to_carriers(work: Work) -> dict[int, int]:
    """What was paid to each carrier so far; the whole market's."""
    return await store.paid(work)


async def payouts_by_id(work: Work) -> dict[int, tuple[str, int]]:
    """How far every payment to a carrier is, and of how much, by its id; the whole market's."""
    return await store.by_id(work)


@use_case("system", writes=False)
async def carrier_payout_errand(work: Work, ask: CarrierPayoutAsk) -> TransferErrand:
    """Tells the worker what the bank needs to know about money to a carrier."""
    row = await store.errand(work, int(ask.carrier_id), int(ask.payout_id))
    if row is None:
        raise NotFound(payout_id=ask.payout_id)
    return TransferErrand(
        withdrawal_id=ask.payout_id,
        state=row["state"],
        amount_minor=row["amount_minor"],
        currency=row["currency"],
        account_no=_number(work, row),
        account_name=row["account_name"],
        bank_name=row["bank_name"],
    )


async def end_carrier_payout(work: Work, told: BankTransfer, *, is_answer: bool) -> Outcome:
    """Ends a payment to a carrier as the bank says: paid (E4p), or nothing went."""
    carrier_id, _, payout_id = told.ref.partition("-")
    row = await store.lock(work, reference(carrier_id), reference(payout_id))
    if row is None:
        return Outcome.unknown_reference
    if row["state"] != CarrierPayoutState.asked:
        return Outcome.duplicate
    fits = (told.amount_minor, told.currency, told.account_no) == (
        row["amount_minor"], row["currency"], _number(work, row),
    )  # fmt: skip
    if not fits or told.state != "succeeded":
        if not is_answer:
            return Outcome.doubted
        if not fits:
            return Outcome.impossible
    await _end(work, row, "pay" if told.state == "succeeded" else "fail", told.reason or "")
    return Outcome.ended


async def refuse_carrier_payout(work: Work, carrier_id: int, payout_id: int, why: str) -> None:
    """Ends a payment that the bank did not even take."""
    row = await store.lock(work, carrier_id, payout_id)
    if row is not None and row["state"] == CarrierPayoutState.asked:
        await _end(work, row, "fail", why)


async def _end(work: Work, row: store.Row, event: str, why: str) -> None:
    carrier_id, payout_id = row["carrier_id"], row["payout_id"]
    await store.end(work, carrier_id, payout_id, MOVES.after(CarrierPayoutState(row["state"]), event), why)
    if event == "pay":
        paid = write_entry(
            "E4p",
            business_key=f"E4p:{payout_id}",
            about_id=payout_id,
            owners={208: carrier_id, 102: BANK_ID},
            amounts={"bank": row["amount_minor"]},
            memo={"account": row["account_masked"]},
        )
        await ledger.post(work, [paid])
    _record(work, row, is_paid=event == "pay")


def _record(work: Work, row: store.Row, *, is_paid: bool) -> None:
    work.record(
        CarrierPayoutEnded(
            carrier_id=row["carrier_id"],
            payout_id=row["payout_id"],
            amount_minor=row["amount_minor"],
            is_paid=is_paid,
        )
    )


def _number(work: Work, row: store.Row) -> str:
    return work.keyring.open(row["account_no"], field=CARRIER_ACCOUNT_FIELD, owner=row["payout_id"])


def _view(work: Work, row: store.Row) -> CarrierPayoutView:
    waits = row["state"] == CarrierPayoutState.waiting and work.actor.may("market.ledger")
    is_own = row["asked_by"] == work.actor.person_id
    return CarrierPayoutView(
        carrier_id=str(row["carrier_id"]),
        payout_id=str(row["payout_id"]),
        state=row["state"],
        amount_minor=row["amount_minor"],
        account=row["account_masked"],
        account_name=row["account_name"],
        bank_name=row["bank_name"],
        asked_at=row["asked_at"],
        ended_at=row["ended_at"],
        reason=row["ended_why"],
        can=(["refuse"] if is_own else ["approve", "refuse"]) if waits else [],
    )
