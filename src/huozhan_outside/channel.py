"""The payment channel: takes payments on its own page, pays back refunds, writes trade files."""

import secrets
from datetime import date

import msgspec

from huozhan_outside.asking import (
    Answer,
    Asked,
    Nothing,
    Refused,
    Route,
    json_answer,
    lines_answer,
    page_answer,
    see_other,
)
from huozhan_outside.callbacks import Event
from huozhan_outside.clock import as_ms
from huozhan_outside.faults import Faults
from huozhan_outside.pages import ended_page, money, pay_page, unknown_page
from huozhan_outside.party import Keys, Party, World, trading_day
from huozhan_outside.payment import KeptPayment, OpenPayment, Payment, SimulatePay
from huozhan_outside.refund import AskRefund, KeptRefund
from huozhan_outside.trading import SettlementTotal, settled_on, totals_of, trades_on

SCHEMA = """
CREATE TABLE IF NOT EXISTS payment (
    merchant_ref TEXT PRIMARY KEY,
    payment_id TEXT NOT NULL UNIQUE,
    asked BLOB NOT NULL,
    notify_path TEXT NOT NULL,
    state TEXT NOT NULL,
    channel_txn TEXT UNIQUE,
    paid_amount_minor INTEGER,
    paid_currency TEXT,
    paid_at_ms INTEGER,
    refunded_minor INTEGER NOT NULL DEFAULT 0,
    refunding_minor INTEGER NOT NULL DEFAULT 0,
    CHECK (refunded_minor + refunding_minor <= coalesce(paid_amount_minor, 0))
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS refund (
    merchant_refund_ref TEXT PRIMARY KEY,
    refund_id TEXT NOT NULL UNIQUE,
    asked BLOB NOT NULL,
    notify_path TEXT NOT NULL,
    state TEXT NOT NULL,
    refunded_minor INTEGER,
    ended_at_ms INTEGER,
    reason TEXT
) WITHOUT ROWID;
"""


class Channel(Party):
    """The payment channel."""

    name = "channel"
    schema = SCHEMA

    def __init__(self, world: World, keys: Keys, faults: Faults, merchant: str, refund_delay_ms: int) -> None:
        super().__init__(world, keys, faults)
        self.merchant = merchant
        self.refund_delay_ms = refund_delay_ms

    def routes(self) -> list[Route]:
        """The channel's endpoints."""
        return [
            Route("POST", "/channel/payments", self.open_payment, OpenPayment, fate="payments"),
            Route("GET", "/channel/payments/{}", self.show_payment),
            Route("POST", "/channel/payments/{}/close", self.close_payment, Nothing, fate="close"),
            Route("POST", "/channel/payments/{}/simulate-pay", self.simulate_pay, SimulatePay),
            Route("POST", "/channel/refunds", self.open_refund, AskRefund, fate="refunds"),
            Route("GET", "/channel/refunds/{}", self.show_refund),
            Route("GET", "/channel/files/trades", self.trade_file),
            Route("GET", "/channel/files/settlement", self.settlement_file),
            Route("GET", "/channel/pay/{}", self.show_pay_page, signed=False),
            Route("POST", "/channel/pay/{}", self.answer_pay_page, signed=False),
        ]

    # Payments

    def open_payment(self, asked: Asked) -> Answer:
        """Take a payment order; the same order twice is one order."""
        order: OpenPayment = asked.ask
        kept = self._payment(order.merchant_ref)
        if kept is None:
            self._check_order(order)
            kept = self._keep_order(order)
        elif kept.asked != order.fingerprint():
            raise Refused(409, "other_body", f"{order.merchant_ref} was asked with another body")
        return json_answer(self._shown(self._expired(kept)))

    def show_payment(self, asked: Asked) -> Answer:
        """Tell a payment's state."""
        return json_answer(self._shown(self._known_payment(asked.names[0])))

    def close_payment(self, asked: Asked) -> Answer:
        """Let nobody pay any more."""
        kept = self._known_payment(asked.names[0])
        if kept.state == "paid":
            raise Refused(409, "already_paid", "the payer was faster", payment=self._shown(kept))
        if kept.state == "open":
            kept = self._close(kept)
        return json_answer(self._shown(kept))

    def simulate_pay(self, asked: Asked) -> Answer:
        """Pay without a browser, for tests and measurements."""
        kept = self._known_payment(asked.names[0])
        wish: SimulatePay = asked.ask
        if kept.state == "closed":
            raise Refused(409, "not_open", "the payment is closed")
        if kept.state == "open":
            kept = self._pay(kept, wish.amount_minor, wish.currency)
        return json_answer(self._shown(kept))

    def show_pay_page(self, asked: Asked) -> Answer:
        """The page on which a payer decides."""
        kept = self._payment_on_page(asked.names[0])
        if kept is None:
            return page_answer(unknown_page(asked.language), 404)
        return page_answer(self._page(kept, asked.language))

    def answer_pay_page(self, asked: Asked) -> Answer:
        """Pay or go back; both lead to the merchant's return address."""
        kept = self._payment_on_page(asked.names[0])
        if kept is None:
            return page_answer(unknown_page(asked.language), 404)
        if b"deed=cancel" in asked.body.split(b"&"):
            return see_other(kept.order.return_url)
        if kept.state == "closed":
            return page_answer(self._page(kept, asked.language), 409)
        if kept.state == "open" and b"deed=pay" in asked.body.split(b"&"):
            self._pay(kept, None, None)
        return see_other(kept.order.return_url)

    # Refunds

    def open_refund(self, asked: Asked) -> Answer:
        """Take a refund order; the same order twice is one order."""
        order: AskRefund = asked.ask
        kept = self._refund(order.merchant_refund_ref)
        if kept is None:
            payment = self._known_payment(order.merchant_ref)
            self._check_refund(order, payment)
            kept = self._keep_refund(order)
        elif kept.asked != order.fingerprint():
            raise Refused(409, "other_body", f"{order.merchant_refund_ref} was asked with another body")
        return json_answer(kept.shown())

    def show_refund(self, asked: Asked) -> Answer:
        """Tell a refund's state."""
        kept = self._refund(asked.names[0])
        if kept is None:
            raise Refused(404, "not_found")
        return json_answer(kept.shown())

    def perform(self, reference: str) -> None:
        """End a refund."""
        kept = self._refund(reference)
        assert kept is not None
        assert kept.state == "processing"
        order = kept.order
        failed = self.plan.strikes("failed_refund", reference)
        refunded_minor = 0 if failed else order.amount_minor
        if self.plan.strikes("partial_refund", reference) and not failed:
            refunded_minor = max(order.amount_minor // 2, 1)
        ended_at_ms = self.now_ms()
        if refunded_minor:
            ended_at_ms = self.happened(
                "refund", order.merchant_ref, reference, order.currency, refunded_minor
            )
        self.store.write(
            "UPDATE payment SET refunding_minor = refunding_minor - ?, refunded_minor = refunded_minor + ? "
            "WHERE merchant_ref = ?",
            order.amount_minor,
            refunded_minor,
            order.merchant_ref,
        )
        self.store.write(
            "UPDATE refund SET state = ?, refunded_minor = ?, ended_at_ms = ?, reason = ? WHERE merchant_refund_ref = ?",
            "failed" if failed else "succeeded",
            refunded_minor,
            ended_at_ms,
            "channel_refused" if failed else None,
            reference,
        )
        self._tell_refund(reference)

    # Files

    def trade_file(self, asked: Asked) -> Answer:
        """Every payment and refund of one day."""
        return lines_answer(trades_on(self.store, trading_day(asked)))

    def settlement_file(self, asked: Asked) -> Answer:
        """What the channel pays out on a day for the trades of the day before."""
        settled = settled_on(self.store, trading_day(asked))
        return lines_answer([*settled, *totals_of(settled)])

    def settlement_totals(self, day: date) -> list[SettlementTotal]:
        """What reaches the merchant's bank on a day."""
        return totals_of(settled_on(self.store, day))

    # What the endpoints stand on

    def _check_order(self, order: OpenPayment) -> None:
        if order.merchant != self.merchant:
            raise Refused(403, "foreign_merchant", "the channel knows this caller by another name")
        url = order.return_url
        if not (url.startswith(("http://", "https://")) and url.isascii() and url.isprintable()):
            raise Refused(422, "invalid", "return_url is an http or https address")
        self.notify_path(order.notify_url)

    def _keep_order(self, order: OpenPayment) -> KeptPayment:
        with self.store.writing():
            self.store.write(
                "INSERT INTO payment (merchant_ref, payment_id, asked, notify_path, state) VALUES (?, ?, ?, ?, 'open')",
                order.merchant_ref,
                f"cp_{secrets.token_hex(16)}",
                order.fingerprint(),
                self.notify_path(order.notify_url),
            )
        return self._kept(order.merchant_ref)

    def _pay(self, kept: KeptPayment, amount_minor: int | None, currency: str | None) -> KeptPayment:
        order = kept.order
        amount_minor = amount_minor or order.amount_minor
        currency = currency or order.currency
        with self.store.writing():
            paid_at_ms = self.happened("charge", kept.merchant_ref, "", currency, amount_minor)
            self.store.write(
                "UPDATE payment SET state = 'paid', channel_txn = ?, paid_amount_minor = ?, paid_currency = ?, "
                "paid_at_ms = ? WHERE merchant_ref = ?",
                f"ct_{secrets.token_hex(12)}",
                amount_minor,
                currency,
                paid_at_ms,
                kept.merchant_ref,
            )
            paid = self._kept(kept.merchant_ref)
            self.tell(
                Event(
                    type="payment.paid",
                    data=self._shown(paid),
                    reference=paid.merchant_ref,
                    subject=paid.merchant_ref,
                    notify_path=paid.notify_path,
                    reference_field="merchant_ref",
                    forged_as={"paid_amount_minor": amount_minor * 2},
                    amount_field="paid_amount_minor",
                    currency_field="paid_currency",
                    may_be_held=True,
                )
            )
        return paid

    def _close(self, kept: KeptPayment) -> KeptPayment:
        with self.store.writing():
            self.store.write("UPDATE payment SET state = 'closed' WHERE merchant_ref = ?", kept.merchant_ref)
        return msgspec.structs.replace(kept, state="closed")

    def _expired(self, kept: KeptPayment) -> KeptPayment:
        if kept.state == "open" and self.now_ms() >= as_ms(kept.order.expires_at):
            return self._close(kept)
        return kept

    def _check_refund(self, order: AskRefund, payment: KeptPayment) -> None:
        if payment.state != "paid" or payment.paid_amount_minor is None:
            raise Refused(409, "not_paid", "nothing was paid")
        if order.currency != payment.paid_currency:
            raise Refused(422, "currency_differs", f"the payment was in {payment.paid_currency}")
        refundable_minor = payment.paid_amount_minor - payment.refunded_minor - payment.refunding_minor
        if order.amount_minor > refundable_minor:
            raise Refused(422, "exceeds_paid", "more than what is left", refundable_minor=refundable_minor)
        self.notify_path(order.notify_url)

    def _keep_refund(self, order: AskRefund) -> KeptRefund:
        with self.store.writing():
            self.store.write(
                "INSERT INTO refund (merchant_refund_ref, refund_id, asked, notify_path, state) "
                "VALUES (?, ?, ?, ?, 'processing')",
                order.merchant_refund_ref,
                f"cr_{secrets.token_hex(12)}",
                order.fingerprint(),
                self.notify_path(order.notify_url),
            )
            self.store.write(
                "UPDATE payment SET refunding_minor = refunding_minor + ? WHERE merchant_ref = ?",
                order.amount_minor,
                order.merchant_ref,
            )
            self.later(order.merchant_refund_ref, self.now_ms() + self.refund_delay_ms)
        kept = self._refund(order.merchant_refund_ref)
        assert kept is not None
        return kept

    def _tell_refund(self, reference: str) -> None:
        kept = self._refund(reference)
        assert kept is not None
        view = kept.shown()
        amount_field = "refunded_minor" if view.refunded_minor else "amount_minor"
        self.tell(
            Event(
                type=f"refund.{kept.state}",
                data=view,
                reference=reference,
                subject=view.merchant_ref,
                notify_path=kept.notify_path,
                reference_field="merchant_refund_ref",
                forged_as={amount_field: getattr(view, amount_field) * 2},
                amount_field=amount_field,
                currency_field="currency",
            )
        )

    def _payment(self, merchant_ref: str) -> KeptPayment | None:
        found = self.store.row("SELECT * FROM payment WHERE merchant_ref = ?", merchant_ref)
        return None if found is None else KeptPayment(*found)

    def _kept(self, merchant_ref: str) -> KeptPayment:
        kept = self._payment(merchant_ref)
        assert kept is not None
        return kept

    def _known_payment(self, merchant_ref: str) -> KeptPayment:
        kept = self._payment(merchant_ref)
        if kept is None:
            raise Refused(404, "not_found")
        return self._expired(kept)

    def _payment_on_page(self, payment_id: str) -> KeptPayment | None:
        found = self.store.row("SELECT * FROM payment WHERE payment_id = ?", payment_id)
        return None if found is None else self._expired(KeptPayment(*found))

    def _refund(self, merchant_refund_ref: str) -> KeptRefund | None:
        found = self.store.row("SELECT * FROM refund WHERE merchant_refund_ref = ?", merchant_refund_ref)
        return None if found is None else KeptRefund(*found)

    def _page(self, kept: KeptPayment, language: str) -> str:
        if kept.state == "open":
            return pay_page(kept.order, self.now_ms(), language)
        paid = None
        if kept.paid_amount_minor is not None and kept.paid_currency is not None:
            paid = money(kept.paid_amount_minor, kept.paid_currency)
        return ended_page(kept.order, paid, language)

    def _shown(self, kept: KeptPayment) -> Payment:
        return kept.shown(self.world.public_url)
