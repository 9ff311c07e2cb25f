"""Reactions: who hears of money that went back, went out, or did not fit."""

from collections.abc import Sequence

from huozhan import messaging
from huozhan.kernel.money import written
from huozhan.kernel.work import Work
from huozhan.messaging import NoticeToTell
from huozhan.payments.facts import (
    BankMoneyCame,
    DepositMoved,
    ExportReady,
    ForeignSettled,
    GoodwillGiven,
    PaymentMismatched,
    RefundDone,
    SupplierCharged,
    WithdrawalDone,
    WithdrawalFailed,
    WithdrawalRefused,
    WithdrawalWaits,
)
from huozhan.payments.payment import Purpose

FUNDS_PAGE = "/desk/funds"
WALLET_PAGE = "/money"
PAYMENT_PAGE = "/pay/{payment_id}"
ORDER_PAGE, CASE_PAGE = "/orders/{order_id}", "/cases/{order_id}"
SALE_PAGE = "/desk/orders/{order_id}"


WITHDRAWAL_NOTICES = {
    WithdrawalDone: "withdrawal_done",
    WithdrawalFailed: "withdrawal_failed",
    WithdrawalWaits: "withdrawal_waits",
    WithdrawalRefused: "withdrawal_refused",
}


async def tell_of_withdrawals(
    work: Work, facts: Sequence[WithdrawalDone | WithdrawalFailed | WithdrawalWaits | WithdrawalRefused]
) -> None:
    """Tells the organisation's money people how a withdrawal ended, or that it waits for one of them."""
    await messaging.tell_all(
        work,
        [
            NoticeToTell(
                org_id=fact.org_id,
                kind=WITHDRAWAL_NOTICES[type(fact)],
                facts={"amount_minor": fact.amount_minor},
                link=WALLET_PAGE if fact.source == "wallet" else FUNDS_PAGE,
                permission="funds.withdraw" if isinstance(fact, WithdrawalWaits) else "funds.view",
            )
            for fact in facts
        ],
    )


async def tell_of_refunds(work: Work, facts: Sequence[RefundDone]) -> None:
    """Tells the buyer where the money of a refund is now."""
    await messaging.tell_all(
        work,
        [
            NoticeToTell(
                org_id=fact.buyer_id,
                kind="refund_in_wallet" if fact.to_wallet_minor else "refund_done",
                facts={"amount_minor": fact.to_channel_minor + fact.to_wallet_minor},
                link=_page_of(fact),
                permission="order.view",
            )
            for fact in facts
        ],
    )


def _page_of(fact: RefundDone) -> str:
    page = CASE_PAGE if fact.purpose == Purpose.difference else ORDER_PAGE
    return page.format(order_id=fact.order_id) if fact.order_id else ""


async def tell_of_mismatches(work: Work, facts: Sequence[PaymentMismatched]) -> None:
    """Tells the payer that another amount came than was asked, and that it goes back."""
    await messaging.tell_all(
        work,
        [
            NoticeToTell(
                org_id=fact.payer_id,
                kind="payment_mismatched",
                facts={"amount_minor": fact.paid_minor},
                link=PAYMENT_PAGE.format(payment_id=fact.payment_id),
                permission="order.view",
            )
            for fact in facts
        ],
    )


async def tell_of_foreign(work: Work, facts: Sequence[ForeignSettled]) -> None:
    """Tells the payer, where one is known, that money in another currency was given back some other way."""
    await messaging.tell_all(
        work,
        [
            NoticeToTell(
                org_id=fact.payer_id,
                kind="foreign_settled",
                facts={"reason": fact.reason},
                link=PAYMENT_PAGE.format(payment_id=fact.merchant_ref),
                permission="order.view",
            )
            for fact in facts
            if fact.payer_id
        ],
    )


async def tell_of_deposits(work: Work, facts: Sequence[DepositMoved]) -> None:
    """Tells a seller how its deposit stands: low, below the floor and therefore restricted, enough again, penalised, or given back."""
    await messaging.tell_all(
        work,
        [
            NoticeToTell(
                org_id=fact.org_id,
                kind=f"deposit_{fact.state}",
                link=f"{FUNDS_PAGE}/deposit",
                permission="funds.view",
            )
            for fact in facts
        ],
    )


async def tell_of_exports(work: Work, facts: Sequence[ExportReady]) -> None:
    """Tells the organisation's money people that a file of records is there."""
    await messaging.tell_all(
        work,
        [
            NoticeToTell(
                org_id=fact.org_id,
                kind="export_ready",
                link=f"{WALLET_PAGE if fact.side == 'buyer' else FUNDS_PAGE}/records#files",
                permission="funds.view",
            )
            for fact in facts
        ],
    )


async def tell_of_goodwill(work: Work, facts: Sequence[GoodwillGiven]) -> None:
    """Tells the buyer that a seller has put something into the wallet."""
    await messaging.tell_all(
        work,
        [
            NoticeToTell(
                org_id=fact.buyer_id,
                kind="goodwill_of_order" if fact.order_id else "goodwill",
                facts={"amount_minor": fact.amount_minor, "number": fact.number},
                link=ORDER_PAGE.format(order_id=fact.order_id) if fact.order_id else WALLET_PAGE,
                permission="order.view",
            )
            for fact in facts
        ],
    )


async def tell_of_charges(work: Work, facts: Sequence[SupplierCharged]) -> None:
    """Tells a seller what it had to pay for an order, and the buyer what is in the wallet now."""
    await messaging.tell_all(work, [notice for fact in facts for notice in _of_charge(fact)])


def _of_charge(fact: SupplierCharged) -> list[NoticeToTell]:
    is_refund = fact.cause.startswith("refund:")
    # A ruling's cause names its case after a colon; the words are the same for all of them.
    cause = fact.cause.partition(":")[0]
    kind = "clawed_back" if is_refund else f"charged_{cause}"
    said = {"amount_minor": fact.amount_minor, "number": fact.number}
    seller = NoticeToTell(
        org_id=fact.seller_id, kind=kind, facts=said, permission="funds.view",
        link=SALE_PAGE.format(order_id=fact.order_id),
    )  # fmt: skip
    notices = [seller]
    if fact.debt_minor:
        owes = {"amount_minor": fact.debt_minor, "number": fact.number}
        notices.append(
            NoticeToTell(
                org_id=fact.seller_id, kind="owes", facts=owes, permission="funds.view", link=FUNDS_PAGE
            )
        )
    if not is_refund:
        notices.append(
            NoticeToTell(
                org_id=fact.buyer_id,
                kind=f"compensated_{cause}",
                facts=said,
                permission="order.view",
                link=ORDER_PAGE.format(order_id=fact.order_id),
            )
        )
    return notices


async def tell_of_bank_money(work: Work, facts: Sequence[BankMoneyCame]) -> None:
    """Tells the payer of a transfer that was too little or too much; one that was right is told of by its order."""
    await messaging.tell_all(
        work,
        [
            NoticeToTell(
                org_id=fact.payer_id,
                kind="bank_money_short" if fact.left_minor else "bank_money_over",
                facts={"amount": written(fact.left_minor or fact.excess_minor)},
                link=PAYMENT_PAGE.format(payment_id=fact.payment_id) if fact.left_minor else WALLET_PAGE,
                permission="order.view",
            )
            for fact in facts
            if fact.left_minor or fact.excess_minor
        ],
    )
