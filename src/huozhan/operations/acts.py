"""The operator's acts on others: each is the context's own deed, with an audit entry in the same transaction."""

from huozhan import (
    aftersales,
    carriage,
    catalogue,
    finance,
    fulfilment,
    insurance,
    invoicing,
    parties,
    payments,
    promotion,
)
from huozhan.catalogue import JudgeOffer, MovedOffer
from huozhan.kernel.refusals import NotFound
from huozhan.kernel.shapes import Done
from huozhan.kernel.work import Work, use_case
from huozhan.operations.audit import note_act
from huozhan.parties import ReviewSupplier

_APPROVED = "approved"
_BANK_FILE = "bank statement"


@use_case("market.review", writes=True)
async def review_supplier(work: Work, ask: ReviewSupplier) -> Done:
    """Approves or rejects an application to sell, and writes down who did."""
    reviewed = await parties.review_supplier(work, ask)
    reason = ask.reason.strip() or _APPROVED
    await note_act(work, f"supplier.{ask.decision}", about=ask.application_id, reason=reason)
    return reviewed


@use_case("market.offers", writes=True)
async def take_down_offer(work: Work, ask: JudgeOffer) -> MovedOffer:
    """Takes anybody's offer off the market, and writes down who did."""
    moved = await catalogue.take_down_offer(work, ask)
    await note_act(work, "offer.take_down", about=ask.offer_id, reason=ask.reason)
    return moved


@use_case("market.offers", writes=True)
async def restore_offer(work: Work, ask: JudgeOffer) -> MovedOffer:
    """Gives an offer back to its seller, and writes down who did."""
    moved = await catalogue.restore_offer(work, ask)
    await note_act(work, "offer.restore", about=ask.offer_id, reason=ask.reason)
    return moved


@use_case("market.ledger", writes=True)
async def return_receipt(work: Work, ask: payments.asks.ReturnReceipt) -> payments.views.ReceiptView:
    """Sends money back that came under a reference nobody made, and writes down who did."""
    receipt = await payments.return_receipt(work, ask)
    facts = {"amount_minor": receipt.amount_minor, "currency": receipt.currency}
    await note_act(work, "money.return", about=ask.receipt_id, reason=ask.reason, **facts)
    return receipt


@use_case("market.ledger", writes=True)
async def settle_receipt(work: Work, ask: payments.asks.SettleReceipt) -> payments.views.ReceiptView:
    """Ends money in another currency that the channel will not send back, and writes down who did or proposed to."""
    receipt = await payments.settle_receipt(work, ask)
    facts = {"settled_minor": receipt.settled_minor, "currency": receipt.currency}
    act = "money.settle" if receipt.state == "settled" else "money.propose"
    await note_act(work, act, about=ask.receipt_id, reason=ask.reason, **facts)
    return receipt


@use_case("market.ledger", writes=True)
async def import_statement(work: Work, ask: payments.asks.ImportStatement) -> payments.views.StatementNoted:
    """Writes down the lines of an uploaded bank statement, and who uploaded it."""
    noted = await payments.import_statement(work, ask)
    await note_act(
        work, "bank.import", about="0", reason=_BANK_FILE, added=noted.added, known=noted.known, refused=noted.refused
    )  # fmt: skip
    return noted


@use_case("market.ledger", writes=True)
async def assign_bank_receipt(work: Work, ask: payments.asks.AssignBankReceipt) -> Done:
    """Credits parked money to the payment that a person names, and writes down who did."""
    done = await payments.assign_bank_receipt(work, ask)
    await note_act(work, "bank.assign", about=ask.receipt_id, reason=ask.reason, account_no=ask.account_no)
    return done


@use_case("market.ledger", writes=True)
async def return_bank_receipt(work: Work, ask: payments.asks.ReturnBankReceipt) -> Done:
    """Sends parked money back to the account it came from, and writes down who did."""
    done = await payments.return_bank_receipt(work, ask)
    await note_act(work, "bank.return", about=ask.receipt_id, reason=ask.reason)
    return done


@use_case("market.ledger", writes=True)
async def retry_payout(work: Work, ask: payments.asks.RetryPayout) -> Done:
    """Has a refund sent once more that the bank could not pay, and writes down who did."""
    done = await payments.retry_payout(work, ask)
    await note_act(work, "bank.retry", about=ask.payout_id, reason=ask.reason)
    return done


@use_case("market.ledger", writes=True)
async def end_difference(work: Work, ask: payments.asks.EndDifference) -> payments.views.DifferenceView:
    """Ends a difference with the channel's file, and writes down who did."""
    difference = await payments.end_difference(work, ask)
    facts = {"end": ask.end, "effect_minor": difference.effect_minor, "reference": difference.ref}
    await note_act(work, "difference.end", about=ask.difference_id, reason=ask.reason, **facts)
    return difference


@use_case("market.ledger", writes=True)
async def believe_empty(work: Work, ask: payments.asks.BelieveEmpty) -> Done:
    """Takes a day's empty file for what it is, and writes down who did."""
    if ask.source in ("lender", "lender_settlement"):
        await finance.believe_loan_file_empty(work, ask)
    elif ask.source in ("funder", "funder_settlement"):
        await finance.believe_advance_file_empty(work, ask)
    elif ask.source in ("insurer", "insurer_settlement"):
        await insurance.believe_insurer_file_empty(work, ask)
    elif ask.source == "carrier":
        await carriage.believe_bill_empty(work, ask)
    else:
        await payments.believe_empty(work, ask)
    await note_act(
        work, "file.believe", about="0", reason=ask.reason, on=ask.on.isoformat(), source=ask.source
    )
    return Done()


@use_case("market.ledger", writes=True)
async def end_funder_deed(work: Work, ask: finance.funder_asks.EndDeed) -> finance.views.OddDeedEnded:
    """Asks the funder once more what it answered otherwise, ends it as settled by hand or proposes to, and writes down who did."""
    ended = await finance.end_deed(work, ask)
    facts = {"again": "yes" if ask.again else "no", "taken_minor": ask.taken_minor, "state": ended.state}
    await note_act(work, "funder.deed", about=ask.deed_id, reason=ask.reason, **facts)
    return ended


@use_case("market.ledger", writes=True)
async def end_insurer_deed(work: Work, ask: insurance.asks.EndInsurerDeed) -> Done:
    """Asks the insurer once more, or ends what it refused or answered otherwise as settled by hand, and writes down who did."""
    if not await insurance.end_deed(work, ask):
        raise NotFound(deed_id=ask.deed_id)
    facts = {"again": "yes" if ask.again else "no", "paid_minor": ask.paid_minor}
    await note_act(work, "insurer.deed", about=ask.deed_id, reason=ask.reason, **facts)
    return Done()


@use_case("market.ledger", writes=True)
async def end_lender_deed(work: Work, ask: finance.asks.EndOddDeed) -> finance.views.OddDeedEnded:
    """Ends what the lender answered otherwise than asked, or proposes how, and writes down who did."""
    ended = await finance.end_odd_deed(work, ask)
    facts = {"end": ask.end, "taken_minor": ask.taken_minor, "state": ended.state}
    await note_act(work, "lender.end", about=ask.order_id, reason=ask.reason, **facts)
    return ended


@use_case("market.ledger", writes=True)
async def set_fee_issuer(work: Work, ask: invoicing.asks.SetFeeIssuer) -> invoicing.fee_views.FeeIssuerView:
    """Says how the market names itself on the invoices of its fees, and writes down who did."""
    issuer = await invoicing.set_fee_issuer(work, ask)
    await note_act(work, "fees.issuer", about=ask.taxpayer_id, reason=ask.reason, name=issuer.name)
    return issuer


@use_case("market.ledger", writes=True)
async def retry_fee_invoice(work: Work, ask: invoicing.asks.RetryFeeInvoice) -> Done:
    """Asks the tax party again for an invoice of the market that it refused, and writes down who did."""
    again = await invoicing.retry_fee_invoice(work, int(ask.seller_id), int(ask.document_id))
    if again is None:
        raise NotFound(document_id=ask.document_id)
    await note_act(work, "fees.retry", about=ask.document_id, reason=ask.reason, tries=again.tries)
    return Done()


@use_case("market.operate", writes=True)
async def rule_case(work: Work, ask: aftersales.asks.RuleCase) -> aftersales.views.CaseStateView:
    """Decides a case between a buyer and a seller, and writes down who did."""
    ruled = await aftersales.rule_case(work, ask)
    await note_act(
        work, "case.rule", about=ask.case_id, reason=ask.reason, outcome=ask.outcome,
        goods_minor=ask.goods_minor, freight_minor=ask.freight_minor, compensation_minor=ask.compensation_minor,
    )  # fmt: skip
    return ruled


@use_case("market.operate", writes=True)
async def settle_doubt(work: Work, ask: fulfilment.asks.SettleDoubt) -> Done:
    """Ends a doubt about a parcel that was looked into, and writes down who did."""
    settled = await fulfilment.settle_doubt(work, ask)
    await note_act(work, "parcel.settle", about=ask.order_id, reason=ask.reason)
    return settled


@use_case("market.rules", writes=True)
async def make_market_coupon(work: Work, ask: promotion.asks.MakeMarketCoupon) -> promotion.views.Made:
    """Makes coupons of the market and sets their budget aside, and writes down who did."""
    made = await promotion.make_market_coupon(work, ask)
    facts = {"budget_minor": ask.budget_minor, "currency": work.terms.currency}
    await note_act(work, "promotion.make", about=made.promotion_id, reason=ask.reason, **facts)
    return made


@use_case("market.rules", writes=True)
async def stop_market_coupon(work: Work, ask: promotion.asks.StopPromotion) -> promotion.views.Made:
    """Gives out no more of the market's coupons, and writes down who did."""
    stopped = await promotion.stop_market_coupon(work, ask)
    await note_act(work, "promotion.stop", about=ask.promotion_id, reason=ask.reason)
    return stopped


@use_case("market.ledger", writes=True)
async def penalise(work: Work, ask: payments.asks.Penalise) -> payments.views.DepositLine:
    """Takes a penalty out of a seller's deposit, and writes down who did."""
    line = await payments.penalise(work, ask)
    await note_act(
        work, "deposit.penalise", about=ask.org_id, reason=ask.reason, amount_minor=ask.amount_minor
    )
    return line


@use_case("market.ledger", writes=True)
async def fill_pool(work: Work, ask: payments.asks.FillPool) -> payments.views.DepositsView:
    """Sets the market's own money aside for claims that badges promise, and writes down who did."""
    filled = await payments.fill_pool(work, ask)
    await note_act(work, "pool.fill", about="0", reason=ask.reason, amount_minor=ask.amount_minor)
    return filled
