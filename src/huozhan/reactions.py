"""One table: fact → who reacts to it after commit.

A reaction is `async (work, facts)`: it gets the facts of its kind that one relay round carries, inside the
round's transaction. One that fails is tried again alone, as a job, until it is parked for the operator.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Any

from huozhan import (
    aftersales,
    carriage,
    catalogue,
    certificates,
    contracts,
    credit,
    disruption,
    finance,
    fulfilment,
    insurance,
    interest,
    invoicing,
    messaging,
    ordering,
    parties,
    payments,
    pricebook,
    promotion,
    reviews,
    scenes,
    search,
)
from huozhan.catalogue import (
    OfferChanged,
    OfferPublished,
    OfferTakenDown,
    PriceChanged,
    ShopChanged,
    StockChanged,
)
from huozhan.kernel.facts import Fact
from huozhan.kernel.work import Work

FOLLOW_JOB = "disruption.follow"
SECOND_ROUND = timedelta(minutes=1)
"""No transaction is open so long: whatever began before the notice was published is there to be found."""

Reaction = Callable[[Work, Sequence[Any]], Awaitable[None]]


async def note_offers(work: Work, facts: Sequence[Any]) -> None:
    """What changed about an offer is soon found under its new words, price and place."""
    offer_ids = {fact.offer_id for fact in facts}
    await search.note_changed(work, offer_ids)
    await search.note_pictures(work, offer_ids)
    await interest.note_watched(work, offer_ids)
    await search.note_same(work, offer_ids)


async def note_shops(work: Work, facts: Sequence[Any]) -> None:
    """What changed about a shop or its owner is true of all of its goods: whether they can be bought, and how."""
    sellers = {fact.seller_id if isinstance(fact, ShopChanged) else fact.org_id for fact in facts}
    offer_ids = await catalogue.on_sale_of(work, sellers)
    await search.note_changed(work, offer_ids)
    await search.note_same(work, offer_ids)
    await interest.note_watched_shops(work, sellers)


async def note_prices(work: Work, facts: Sequence[Any]) -> None:
    """What a shop asks of its buyers, takes off, or has again: who waits for its goods may be told."""
    await interest.note_watched_shops(work, {fact.seller_id for fact in facts})


async def tell_of_taking_down(work: Work, facts: Sequence[Any]) -> None:
    """A seller learns at once that goods were taken off the market, and why."""
    for fact in facts:
        link = f"/desk/offers/{fact.offer_id}/edit"
        await messaging.tell(
            work, fact.seller_id, "offer_taken_down", {"reason": fact.reason}, link, "offer.view"
        )


async def follow_suspensions(work: Work, facts: Sequence[Any]) -> None:
    """Leaves the job that sets clocks anew: at once, and again for orders that were being paid at this moment."""
    for fact in facts:
        for wait in (timedelta(), SECOND_ROUND):
            work.enqueue(FOLLOW_JOB, {"suspension_id": fact.suspension_id}, run_at=work.now + wait)


ENDS_WISHES: tuple[type[Fact], ...] = (
    ordering.facts.OrderPaid,
    ordering.facts.OrderCompleted,
    ordering.facts.OrderTerminated,
    ordering.facts.OrderClosed,
)
"""Facts of orders after which an invoice that was wished for may be asked for, or never can be."""


async def rank_buyers(work: Work, facts: Sequence[Any]) -> None:
    """Who completed an order may have come to another level of its shop."""
    await pricebook.want_rankings(work, {(fact.seller_id, fact.buyer_id) for fact in facts})


MONEY_MOVED: tuple[type[Fact], ...] = (
    ordering.facts.RefundAnswered,
    ordering.facts.LackDeclared,
    ordering.facts.OrderStopped,
    ordering.facts.OrderTerminated,
    ordering.facts.OrderCompleted,
    ordering.facts.StagePaid,
    # Of orders on credit and lent ones no refund of payments tells that less is paid.
    ordering.facts.UnshippedGivenBack,
)
"""Facts of orders after which what may be invoiced of them may be another."""


async def measure_orders(work: Work, facts: Sequence[Any]) -> None:
    """What happened to an order may count for or against its seller: it is judged again when the day is over."""
    await scenes.look_again(work, {fact.order_id for fact in facts})


async def tell_of_appeals(work: Work, facts: Sequence[Any]) -> None:
    """A supplier hears what became of its appeal."""
    for fact in facts:
        kind = "service_appeal_accepted" if fact.accepted else "service_appeal_refused"
        await messaging.tell(
            work, fact.seller_id, kind, {"number": fact.number}, "/desk/service#appeals", "order.view"
        )


async def tell_of_same_reports(work: Work, facts: Sequence[Any]) -> None:
    """A supplier hears what became of its objection to a group of identical goods."""
    for fact in facts:
        kind = "same_report_accepted" if fact.accepted else "same_report_refused"
        await messaging.tell(
            work, fact.seller_id, kind, {}, f"/desk/offers/{fact.offer_id}/same", "offer.view"
        )


async def note_certified(work: Work, facts: Sequence[Any]) -> None:
    """Goods are found by what they are certified for now; a certificate without goods of its own is about all of its supplier's."""
    of_all = await catalogue.on_sale_of(work, {fact.seller_id for fact in facts if not fact.offer_ids})
    await search.note_changed(work, {*of_all, *(one for fact in facts for one in fact.offer_ids)})


async def tell_of_certificates(work: Work, facts: Sequence[Any]) -> None:
    """A supplier hears what the market said of its certificate, and when one is over."""
    kinds = {"verify": "certificate_verified", "refuse": "certificate_refused", "end": "certificate_over"}
    for fact in facts:
        if kind := kinds.get(fact.event):
            about = {"number": fact.number}
            await messaging.tell(work, fact.seller_id, kind, about, "/desk/certificates", "offer.view")


async def warn_of_floors(work: Work, facts: Sequence[Any]) -> None:
    """A supplier hears that its service fell below the base floor, while there is time."""
    for fact in facts:
        await messaging.tell(
            work, fact.seller_id, "service_floor_missed", {"days": fact.days}, "/desk/service", "order.view"
        )


async def note_served(work: Work, facts: Sequence[Any]) -> None:
    """Goods of a supplier whose figures were counted again are found by what is said now."""
    sellers = {fact.seller_id for fact in facts if fact.accepted}
    await search.note_changed(work, await catalogue.on_sale_of(work, sellers))


MEASURED: tuple[type[Fact], ...] = (
    ordering.facts.OrderPaid,
    ordering.facts.OrderTakenOnCredit,
    ordering.facts.OrderShipped,
    ordering.facts.OrderLate,
    ordering.facts.LongerPromiseAnswered,
    ordering.facts.RefundAnswered,
    ordering.facts.UnshippedGivenBack,
    ordering.facts.OrderCompleted,
    ordering.facts.OrderTerminated,
    ordering.facts.OrderStopped,
    fulfilment.facts.ParcelSent,
    fulfilment.facts.ParcelScanned,
    aftersales.facts.CaseMoved,
    reviews.facts.ReviewMoved,
)
"""Facts after which an order may count otherwise in its seller's service (B3.1)."""

REACTIONS: dict[type[Fact], tuple[Reaction, ...]] = {
    OfferPublished: (note_offers,),
    OfferChanged: (note_offers,),
    OfferTakenDown: (note_offers, tell_of_taking_down),
    PriceChanged: (note_offers,),
    StockChanged: (note_offers,),
    parties.PersonErased: (search.forget_people,),
    ShopChanged: (note_shops,),
    parties.OrgFaceChanged: (note_shops,),
    scenes.facts.AppealDecided: (tell_of_appeals, note_served),
    scenes.facts.FloorMissed: (warn_of_floors,),
    certificates.facts.CertificateMoved: (note_certified, tell_of_certificates),
    search.SameReportDecided: (tell_of_same_reports,),
    parties.ProofAsked: (messaging.mail_proofs,),
    parties.PasswordChanged: (messaging.mail_password_changed,),
    parties.SupplierApplied: (messaging.tell_of_application,),
    parties.SupplierReviewed: (messaging.tell_of_review,),
    payments.facts.PaymentClosed: (ordering.go_on_once_closed,),
    payments.facts.PaymentSettled: (aftersales.note_paid,),
    payments.facts.PaymentMismatched: (payments.tell_of_mismatches,),
    payments.facts.BankMoneyCame: (payments.tell_of_bank_money,),
    payments.facts.RefundDone: (
        payments.tell_of_refunds,
        aftersales.go_on_once_refunded,
        invoicing.follow_money_back,
    ),
    payments.facts.ForeignSettled: (payments.tell_of_foreign,),
    payments.facts.RefundHeld: (invoicing.follow_money_back,),
    payments.facts.DepositMoved: (payments.tell_of_deposits,),
    payments.facts.ExportReady: (payments.tell_of_exports,),
    payments.facts.GoodwillGiven: (payments.tell_of_goodwill,),
    payments.facts.SupplierCharged: (payments.tell_of_charges,),
    payments.facts.WithdrawalWaits: (payments.tell_of_withdrawals,),
    payments.facts.WithdrawalRefused: (payments.tell_of_withdrawals,),
    payments.facts.WithdrawalDone: (payments.tell_of_withdrawals,),
    payments.facts.WithdrawalFailed: (payments.tell_of_withdrawals,),
    aftersales.facts.CaseMoved: (
        aftersales.tell_of_cases,
        aftersales.follow_insurance,
        invoicing.follow_money_back,
        reviews.note_given_back,
    ),
    disruption.facts.SuspensionMoved: (follow_suspensions,),
    fulfilment.facts.ParcelDoubted: (fulfilment.tell_of_doubts,),
    payments.facts.CarrierPayoutEnded: (carriage.go_on_once_paid,),
    carriage.facts.FreightMoved: (carriage.tell_of_freight,),
    insurance.facts.PolicyMoved: (insurance.tell_of_policies,),
    insurance.facts.ClaimMoved: (insurance.tell_of_claims,),
    finance.facts.LoanMoved: (finance.tell_of_loans,),
    finance.facts.LoanDebited: (finance.tell_of_debits,),
    finance.facts.LimitDecided: (finance.tell_of_limits,),
    finance.facts.FundingDecided: (finance.tell_of_funding,),
    finance.facts.AdvanceGiven: (finance.tell_of_advances,),
    finance.facts.AdvanceRefused: (finance.tell_of_advances,),
    **dict.fromkeys(credit.TELLINGS, (credit.tell_of_credit,)),
    **dict.fromkeys(pricebook.TELLINGS, (pricebook.tell_of_prices,)),
    **dict.fromkeys(ordering.TELLINGS, (ordering.tell_of_orders,)),
    **dict.fromkeys(contracts.FOLLOWED, (ordering.tell_of_orders, contracts.follow_orders)),
    ordering.facts.InvoiceWished: (invoicing.note_wishes,),
    reviews.facts.ReviewMoved: (reviews.tell_of_reviews,),
    invoicing.facts.InvoiceMoved: (invoicing.tell_of_invoices,),
    contracts.facts.ContractMoved: (contracts.tell_of_contracts,),
    contracts.facts.SigningFailed: (contracts.tell_of_signing,),
    contracts.facts.PackageReady: (contracts.tell_of_signing,),
}
PRICES_MOVED: tuple[type[Fact], ...] = (
    *pricebook.TELLINGS,
    pricebook.facts.LevelPriced,
    promotion.facts.PromotionsChanged,
    ordering.facts.OrderClosed,
    ordering.facts.OrderTerminated,
    ordering.facts.UnshippedGivenBack,
)
"""Facts after which goods may cost some buyers another price, or what was reserved is free again."""
REACTIONS |= {fact: (*REACTIONS.get(fact, ()), note_prices) for fact in PRICES_MOVED}
REACTIONS |= {fact: (*REACTIONS[fact], invoicing.follow_money_back) for fact in MONEY_MOVED}
REACTIONS |= {fact: (*REACTIONS[fact], invoicing.follow_wishes) for fact in ENDS_WISHES}
REACTIONS[ordering.facts.OrderCompleted] += (rank_buyers, reviews.invite)
REACTIONS |= {fact: (*REACTIONS.get(fact, ()), measure_orders) for fact in MEASURED}
