"""Ending foreign money 外币款项: what came in another currency and the channel does not, or only partly, send back.

It was never in the book, so nothing is posted when it ends: the row says how much went back through the channel, how
much the payer got some other way, by whose word, and why. From an amount of rule on, in minor units of the money's own
currency, a second person says so too.
"""

from huozhan.kernel.refusals import NotFound, Refusal
from huozhan.kernel.work import Work, use_case
from huozhan.payments.asks import SettleReceipt
from huozhan.payments.facts import ForeignSettled
from huozhan.payments.parking import ReceiptNotParked, left_minor, receipt_view
from huozhan.payments.store import receipts
from huozhan.payments.views import ReceiptView

SECOND_FROM = "foreign.second_person_from"


class OwnCurrency(Refusal):
    """Money of the market's own currency is in the book; it goes back through the channel and no other way."""

    code = "payments.own_currency"


class OwnProposal(Refusal):
    """Who proposed to end it is not the second person who agrees."""

    code = "payments.own_proposal"


@use_case("market.ledger", writes=True)
async def settle_receipt(work: Work, ask: SettleReceipt) -> ReceiptView:
    """Ends foreign money that the channel will not send back, or proposes to, where a second person has to agree."""
    receipt_id = int(ask.receipt_id)
    row = await receipts.lock(work, receipt_id)
    if row is None:
        raise NotFound(receipt_id=ask.receipt_id)
    if row["currency"] == work.terms.currency:
        raise OwnCurrency(currency=row["currency"])
    if row["state"] != "parked":
        raise ReceiptNotParked(state=row["state"])
    is_much = left_minor(row) >= work.rule(SECOND_FROM).value
    if row["proposed_by"] is None and is_much:
        await receipts.propose(work, receipt_id, ask.reason)
    elif row["proposed_by"] == work.actor.person_id:
        raise OwnProposal
    else:
        await receipts.settle(work, receipt_id, ask.reason)
        work.record(
            ForeignSettled(
                receipt_id=receipt_id, merchant_ref=row["merchant_ref"], payer_id=row["payer_id"], reason=ask.reason
            )
        )  # fmt: skip
    shown = await receipts.errand(work, receipt_id)
    assert shown is not None
    return receipt_view(shown)
