"""The operator's acts about carriers: contracts and prices, lines of their bills, money that goes to them; each on record."""

from huozhan import carriage, fulfilment, parties, payments
from huozhan.kernel.work import Work, use_case
from huozhan.operations.audit import note_act


@use_case("market.rules", writes=True)
async def make_carrier_contract(work: Work, ask: carriage.asks.MakeContract) -> carriage.views.ContractView:
    """Make a contract with a carrier, or move the account its bills are paid to, and write down who did."""
    fulfilment.find_carrier(ask.carrier_code)
    contract = await carriage.make_contract(work, ask)
    await note_act(
        work, "carrier.contract", about=contract.carrier_id, reason=ask.reason, carrier_code=ask.carrier_code,
        account=contract.account,
    )  # fmt: skip
    return contract


@use_case("market.rules", writes=True)
async def publish_carrier_terms(work: Work, ask: carriage.asks.PublishTerms) -> carriage.views.ContractView:
    """Publish what holds next with a carrier, and write down who did."""
    contract = await carriage.publish_terms(work, ask)
    newest = contract.versions[0]
    await note_act(
        work, "carrier.terms", about=ask.carrier_id, reason=ask.reason, version=newest.version, is_on=ask.is_on,
        effective_from=newest.effective_from.isoformat(), prices=len(ask.prices),
    )  # fmt: skip
    return contract


@use_case("market.ledger", writes=True)
async def decide_bill_line(work: Work, ask: carriage.asks.DecideLine) -> carriage.views.LineDecided:
    """Decide what becomes of a line of a carrier's bill that differs, and write down who did."""
    decided = await carriage.decide_line(work, ask)
    facts = {"on": ask.on.isoformat(), "nth": ask.nth, "deed": ask.deed, "bearer": ask.bearer}
    await note_act(
        work, "carrier.line", about="0", reason=ask.reason, payable_minor=decided.payable_minor, **facts
    )
    return decided


@use_case("market.ledger", writes=True, before=parties.count_second_step)
async def pay_carrier(work: Work, ask: carriage.asks.PayCarrier) -> carriage.views.PayingCarrier:
    """Ask for what is agreed to go to a carrier, with the second step; a colleague has to approve it."""
    asked = await carriage.pay_carrier(work, ask)
    facts = {"amount_minor": asked.amount_minor, "lines": asked.lines, "payout_id": asked.payout_id}
    await note_act(work, "carrier.pay", about=ask.carrier_id, reason=ask.reason, **facts)
    return asked


@use_case("market.ledger", writes=True, before=parties.count_second_step)
async def approve_carrier_payout(
    work: Work, ask: carriage.asks.AnswerPayout
) -> payments.views.CarrierPayoutView:
    """Approve money to a carrier that a colleague asked for, with one's own second step; the bank is asked after commit."""
    payout = await carriage.approve_payout(work, ask)
    await note_act(
        work, "carrier.approve", about=ask.payout_id, reason=ask.reason, amount_minor=payout.amount_minor
    )
    return payout


@use_case("market.ledger", writes=True)
async def refuse_carrier_payout(
    work: Work, ask: carriage.asks.AnswerPayout
) -> payments.views.CarrierPayoutView:
    """Refuse money to a carrier: nothing goes, and its lines can be asked for again."""
    payout = await carriage.refuse_payout(work, ask)
    await note_act(
        work, "carrier.refuse", about=ask.payout_id, reason=ask.reason, amount_minor=payout.amount_minor
    )
    return payout
