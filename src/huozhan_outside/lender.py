"""The lender: gives buyers a limit, pays their orders when goods are received, and is repaid by the day it names."""

import secrets
from datetime import date

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
from huozhan_outside.lender_accounts import AccountKeeper
from huozhan_outside.lending import Movement, loan_file, settlement_lines
from huozhan_outside.loan import (
    SCHEMA,
    AskAuthorisation,
    AskDeed,
    Authorisation,
    KeptAuthorisation,
    KeptDeed,
    KeptLoan,
    OwnRepayment,
)
from huozhan_outside.pages import consent_page, unknown_page
from huozhan_outside.party import Keys, World, trading_day
from huozhan_outside.trading import SettlementTotal, totals_of

DAY_MS = 24 * 3600 * 1000
OVERDUE_AFTER_MS = DAY_MS
CLAIMED_AFTER_MS = 91 * DAY_MS
"""So long after the due day the lender claims what is left from its insurer."""
_PAST = {"captures": "capture", "voids": "void", "refunds": "refund", "repayments": "repay"}


class Lender(AccountKeeper):
    """The lender."""

    name = "lender"
    schema = SCHEMA
    used_sql = (
        "SELECT coalesce(sum(authorised_minor - voided_minor - refunded_minor - repaid_minor), 0),"
        " coalesce(sum(version), 0) FROM loan WHERE buyer_ref = ?"
    )

    def __init__(self, world: World, keys: Keys, faults: Faults, merchant: str) -> None:
        super().__init__(world, keys, faults)
        self.merchant = merchant

    def routes(self) -> list[Route]:
        """The lender's endpoints."""
        return [
            *self.account_routes(),
            Route("POST", "/lender/authorisations", self.authorise, AskAuthorisation, fate="authorisations"),
            Route("GET", "/lender/authorisations/{}", self.show_authorisation),
            Route("POST", "/lender/authorisations/{}/close", self.close, Nothing, fate="close"),
            Route("POST", "/lender/authorisations/{}/simulate-consent", self.simulate_consent, Nothing),
            *(
                Route("POST", f"/lender/{kind}", getattr(self, kind), AskDeed, fate=kind)
                for kind in ("captures", "voids", "refunds", "repayments")
            ),
            Route("GET", "/lender/deeds/{}", self.show_deed),
            Route("GET", "/lender/loans/{}", self.show_loan),
            Route("POST", "/lender/loans/{}/simulate-repay", self.simulate_repay, OwnRepayment),
            Route("GET", "/lender/files/loans", self.loan_file),
            Route("GET", "/lender/files/settlement", self.settlement_file),
            Route("GET", "/lender/consent/{}", self.show_consent_page, signed=False),
            Route("POST", "/lender/consent/{}", self.answer_consent_page, signed=False),
        ]

    # Authorisations

    def authorise(self, asked: Asked) -> Answer:
        """Take an order to pay; nothing is authorised before the buyer has agreed."""
        order: AskAuthorisation = asked.ask
        kept = self._authorisation(order.merchant_ref)
        if kept is None:
            self._check_order(order)
            with self.store.writing():
                self.store.write(
                    "INSERT INTO authorisation (ref, authorisation_id, asked, notify_path, state) VALUES (?, ?, ?, ?, 'open')",
                    order.merchant_ref,
                    f"lc_{secrets.token_hex(16)}",
                    order.fingerprint(),
                    self.notify_path(order.notify_url),
                )
            kept = self._known_authorisation(order.merchant_ref)
        elif kept.asked != order.fingerprint():
            raise Refused(409, "other_body", f"{order.merchant_ref} was asked with another body")
        return json_answer(self._shown(self._expired(kept)))

    def show_authorisation(self, asked: Asked) -> Answer:
        """Tell how an authorisation stands."""
        return json_answer(self._shown(self._known_authorisation(asked.names[0])))

    def close(self, asked: Asked) -> Answer:
        """Let nobody agree any more."""
        kept = self._known_authorisation(asked.names[0])
        if kept.state == "paid":
            raise Refused(409, "already_paid", "the buyer was faster", payment=self._shown(kept))
        return json_answer(self._shown(self._closed(kept)))

    def simulate_consent(self, asked: Asked) -> Answer:
        """Agree without a browser, for tests and measurements."""
        kept = self._known_authorisation(asked.names[0])
        if kept.state == "closed":
            raise Refused(409, "not_open", "the authorisation is closed")
        if kept.state == "open":
            if not self._covers(kept.order):
                raise Refused(422, "over_limit", "the limit does not cover it")
            kept = self._agree(kept)
        return json_answer(self._shown(kept))

    def show_consent_page(self, asked: Asked) -> Answer:
        """The page on which a buyer agrees."""
        kept = self._authorisation_on_page(asked.names[0])
        if kept is None:
            return page_answer(unknown_page(asked.language), 404)
        return page_answer(self._consent_page(kept, asked.language))

    def answer_consent_page(self, asked: Asked) -> Answer:
        """Agree or go back; what is beyond the limit is not agreed to."""
        kept = self._authorisation_on_page(asked.names[0])
        if kept is None:
            return page_answer(unknown_page(asked.language), 404)
        if kept.state == "open" and b"deed=agree" in asked.body.split(b"&"):
            if not self._covers(kept.order):
                return page_answer(self._consent_page(kept, asked.language), 409)
            self._agree(kept)
        return see_other(kept.order.return_url)

    def _consent_page(self, kept: KeptAuthorisation, language: str) -> str:
        order = kept.order
        left_minor = self.free_minor(order.buyer_ref)
        return consent_page(order, kept.state, left_minor, order.term_days, self.now_ms(), language)

    def _check_order(self, order: AskAuthorisation) -> None:
        if order.merchant != self.merchant:
            raise Refused(403, "foreign_merchant", "the lender knows this caller by another name")
        account = self.account(order.buyer_ref)
        if account is None or account.state != "open":
            raise Refused(422, "no_account", "the buyer has no limit")
        if order.currency != account.order.currency:
            raise Refused(422, "currency_differs", f"the account is in {account.order.currency}")
        if sum(part.amount_minor for part in order.loans) != order.amount_minor:
            raise Refused(422, "invalid", "the loans do not add up to the amount")
        if any(self._loan(part.loan_ref) for part in order.loans):
            raise Refused(422, "loan_exists", "an order is lent for once")
        self.notify_path(order.notify_url)

    def _covers(self, order: AskAuthorisation) -> bool:
        return order.amount_minor <= self.free_minor(order.buyer_ref) and not any(
            self._loan(part.loan_ref) for part in order.loans
        )

    def _agree(self, kept: KeptAuthorisation) -> KeptAuthorisation:
        order = kept.order
        with self.store.writing():
            at_ms = self.now_ms()
            for part in order.loans:
                at_ms = self.happened("authorise", part.loan_ref, kept.ref, order.currency, part.amount_minor)
                self.store.write(
                    "INSERT INTO loan (loan_ref, buyer_ref, currency, notify_path, term_days, authorised_minor)"
                    " VALUES (?, ?, ?, ?, ?, ?)",
                    part.loan_ref,
                    order.buyer_ref,
                    order.currency,
                    kept.notify_path,
                    order.term_days,
                    part.amount_minor,
                )
            self.store.write(
                "UPDATE authorisation SET state = 'paid', lender_txn = ?, authorised_at_ms = ? WHERE ref = ?",
                f"lx_{secrets.token_hex(12)}",
                at_ms,
                kept.ref,
            )
            agreed = self._known_authorisation(kept.ref)
            self.tell(
                Event(
                    type="authorisation.granted",
                    data=self._shown(agreed),
                    reference=kept.ref,
                    subject=kept.ref,
                    notify_path=kept.notify_path,
                    reference_field="merchant_ref",
                    forged_as={"paid_amount_minor": order.amount_minor * 2},
                    amount_field="paid_amount_minor",
                    currency_field="paid_currency",
                    may_be_held=True,
                )
            )
        return agreed

    def _closed(self, kept: KeptAuthorisation) -> KeptAuthorisation:
        if kept.state == "open":
            with self.store.writing():
                self.store.write("UPDATE authorisation SET state = 'closed' WHERE ref = ?", kept.ref)
        found = self._authorisation(kept.ref)
        assert found is not None
        return found

    def _expired(self, kept: KeptAuthorisation) -> KeptAuthorisation:
        if kept.state == "open" and self.now_ms() >= as_ms(kept.order.expires_at):
            return self._closed(kept)
        return kept

    # Loans

    def captures(self, asked: Asked) -> Answer:
        """Goods were received: their price is lent from now on, and paid out on the next day."""
        return self._do("captures", asked.ask)

    def voids(self, asked: Asked) -> Answer:
        """Goods will not be sent, or came back: their price is free again."""
        return self._do("voids", asked.ask)

    def refunds(self, asked: Asked) -> Answer:
        """A refund lessens the debt; what is more than the debt is not taken."""
        return self._do("refunds", asked.ask)

    def repayments(self, asked: Asked) -> Answer:
        """A repayment that the merchant collected; what is more than the debt is not taken."""
        return self._do("repayments", asked.ask)

    def show_deed(self, asked: Asked) -> Answer:
        """Tell what was done under a reference."""
        kept = self._deed(asked.names[0])
        if kept is None:
            raise Refused(404, "not_found")
        return json_answer(kept.shown(self._known_loan(kept.loan_ref).shown()))

    def show_loan(self, asked: Asked) -> Answer:
        """Tell how a loan stands."""
        return json_answer(self._known_loan(asked.names[0]).shown())

    def simulate_repay(self, asked: Asked) -> Answer:
        """A buyer repays at the lender itself."""
        loan = self._known_loan(asked.names[0])
        wish: OwnRepayment = asked.ask
        amount_minor = min(wish.amount_minor, loan.owed_minor)
        if amount_minor:
            with self.store.writing():
                self.happened("repay_own", loan.loan_ref, "", loan.currency, amount_minor)
                self._change(loan, "repaid_minor", amount_minor)
                self._tell_loan(loan.loan_ref)
        return json_answer(self._known_loan(loan.loan_ref).shown())

    def _do(self, kind: str, order: AskDeed) -> Answer:
        """Do it once; the same order twice is one deed."""
        kept = self._deed(order.ref)
        if kept is None:
            loan = self._known_loan(order.loan_ref)
            if order.currency != loan.currency:
                raise Refused(422, "currency_differs", f"the loan is in {loan.currency}")
            taken_minor = order.amount_minor
            if kind in ("captures", "voids") and order.amount_minor > loan.held_minor:
                raise Refused(422, "exceeds_authorised", "more than is held", held_minor=loan.held_minor)
            if kind in ("refunds", "repayments"):
                taken_minor = min(order.amount_minor, loan.owed_minor)
            self._write_deed(kind, order, loan, taken_minor)
            kept = self._deed(order.ref)
        elif (kept.kind, kept.asked) != (kind, order.fingerprint()):
            raise Refused(409, "other_body", f"{order.ref} was asked with another body")
        assert kept is not None
        return json_answer(kept.shown(self._known_loan(kept.loan_ref).shown()))

    def _write_deed(self, kind: str, order: AskDeed, loan: KeptLoan, taken_minor: int) -> None:
        column = {"captures": "captured", "voids": "voided", "refunds": "refunded", "repayments": "repaid"}
        with self.store.writing():
            at_ms = self.happened(_PAST[kind], order.loan_ref, order.ref, order.currency, taken_minor)
            self.store.write(
                "INSERT INTO loan_deed (ref, lender_txn, kind, asked, loan_ref, amount_minor, taken_minor, currency, at_ms)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                order.ref,
                f"ld_{secrets.token_hex(12)}",
                kind,
                order.fingerprint(),
                order.loan_ref,
                order.amount_minor,
                taken_minor,
                order.currency,
                at_ms,
            )
            self._change(loan, f"{column[kind]}_minor", taken_minor)
            if kind == "captures":
                self._set_due(loan, at_ms)
            self._tell_loan(loan.loan_ref)

    def _change(self, loan: KeptLoan, column: str, amount_minor: int) -> None:
        self.store.write(
            f"UPDATE loan SET {column} = {column} + ?, version = version + 1 WHERE loan_ref = ?",
            amount_minor,
            loan.loan_ref,
        )

    def _set_due(self, loan: KeptLoan, at_ms: int) -> None:
        """An order is one debt: it is due so many days after its last receipt."""
        due_at_ms = at_ms + loan.term_days * DAY_MS
        self.store.write(
            "UPDATE loan SET stage = 'active', due_at_ms = ? WHERE loan_ref = ?", due_at_ms, loan.loan_ref
        )
        self.later(loan.loan_ref, due_at_ms)

    def perform(self, reference: str) -> None:
        """A day has come: what is still owed is due, overdue, or claimed from the insurer."""
        loan = self._loan(reference)
        assert loan is not None
        since_ms = self.now_ms() - (loan.due_at_ms or 0)
        if since_ms < 0 or not loan.owed_minor:
            return
        stages = (("due", 0), ("overdue", OVERDUE_AFTER_MS), ("claimed", CLAIMED_AFTER_MS))
        stage = [name for name, after_ms in stages if since_ms >= after_ms][-1]
        if stage != loan.stage:
            self.store.write(
                "UPDATE loan SET stage = ?, version = version + 1 WHERE loan_ref = ?", stage, reference
            )
            self._tell_loan(reference)
        upcoming = [after_ms for _, after_ms in stages if after_ms > since_ms]
        if upcoming:
            self.later(reference, (loan.due_at_ms or 0) + upcoming[0])

    def _tell_loan(self, loan_ref: str) -> None:
        loan = self._known_loan(loan_ref)
        self.tell(
            Event(
                type="loan.changed",
                data=loan.shown(),
                reference=f"{loan_ref}:{loan.version}",
                subject=loan_ref,
                notify_path=loan.notify_path,
                reference_field="loan_ref",
                forged_as={"repaid_minor": loan.repaid_minor + 1},
                amount_field="repaid_minor",
                currency_field="currency",
                may_be_held=True,
            )
        )

    # Files

    def loan_file(self, asked: Asked) -> Answer:
        """What was done on one day."""
        return lines_answer(self._lines(trading_day(asked)))

    def settlement_file(self, asked: Asked) -> Answer:
        """What the lender pays on a day for the day before; what it is owed is taken off."""
        lines = settlement_lines(self.store, trading_day(asked))
        return lines_answer([*lines, *totals_of(lines)])

    def settlement_totals(self, day: date) -> list[SettlementTotal]:
        """What passes between the lender's bank and the merchant's on a day."""
        return totals_of(settlement_lines(self.store, day))

    def _lines(self, day: date) -> list[Movement]:
        return loan_file(self.store, day)

    # What the endpoints stand on

    def _authorisation(self, ref: str) -> KeptAuthorisation | None:
        found = self.store.row("SELECT * FROM authorisation WHERE ref = ?", ref)
        return None if found is None else KeptAuthorisation(*found)

    def _authorisation_on_page(self, authorisation_id: str) -> KeptAuthorisation | None:
        found = self.store.row("SELECT * FROM authorisation WHERE authorisation_id = ?", authorisation_id)
        return None if found is None else self._expired(KeptAuthorisation(*found))

    def _known_authorisation(self, ref: str) -> KeptAuthorisation:
        kept = self._authorisation(ref)
        if kept is None:
            raise Refused(404, "not_found")
        return self._expired(kept)

    def _loan(self, loan_ref: str) -> KeptLoan | None:
        found = self.store.row("SELECT * FROM loan WHERE loan_ref = ?", loan_ref)
        return None if found is None else KeptLoan(*found)

    def _known_loan(self, loan_ref: str) -> KeptLoan:
        kept = self._loan(loan_ref)
        if kept is None:
            raise Refused(404, "not_found")
        return kept

    def _deed(self, ref: str) -> KeptDeed | None:
        found = self.store.row("SELECT * FROM loan_deed WHERE ref = ?", ref)
        return None if found is None else KeptDeed(*found)

    def _shown(self, kept: KeptAuthorisation) -> Authorisation:
        return kept.shown(self.world.public_url)
