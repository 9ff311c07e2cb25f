"""The funder of fast arrival: advances suppliers their money when a parcel is picked up, and is repaid when it is received."""

import secrets
from datetime import date

from huozhan_outside.advance import (
    SCHEMA,
    Advance,
    AskAdvance,
    AskDeed,
    KeptDeed,
    advance_file,
    settlement_lines,
)
from huozhan_outside.asking import Answer, Asked, Refused, Route, json_answer, lines_answer
from huozhan_outside.lender_accounts import AccountKeeper
from huozhan_outside.party import trading_day
from huozhan_outside.trading import SettlementTotal, totals_of

_PAST = {"advances": "advance", "repayments": "repay", "losses": "lose", "cancels": "cancel"}
_COLUMNS = {"repayments": "repaid_minor", "losses": "lost_minor", "cancels": "cancelled_minor"}


class Funder(AccountKeeper):
    """The funder."""

    name = "funder"
    schema = SCHEMA
    used_sql = (
        "SELECT coalesce(sum(advanced_minor - repaid_minor - lost_minor - cancelled_minor), 0),"
        " coalesce(sum(version), 0) FROM advance WHERE account_ref = ?"
    )

    def routes(self) -> list[Route]:
        """The funder's endpoints."""
        return [
            *self.account_routes(),
            Route("POST", "/funder/advances", self.advances, AskAdvance, fate="advances"),
            *(
                Route("POST", f"/funder/{kind}", getattr(self, kind), AskDeed, fate=kind)
                for kind in ("repayments", "losses", "cancels")
            ),
            Route("GET", "/funder/advances/{}", self.show_advance),
            Route("GET", "/funder/deeds/{}", self.show_deed),
            Route("GET", "/funder/files/advances", self.advance_file),
            Route("GET", "/funder/files/settlement", self.settlement_file),
        ]

    def perform(self, reference: str) -> None:
        """Nothing falls due at a funder: it waits for releases."""
        raise AssertionError(reference)

    def advances(self, asked: Asked) -> Answer:
        """Advance what a parcel will bring, once, within the supplier's limit; paid out on the next day less the fee."""
        order: AskAdvance = asked.ask
        kept = self._deed(order.ref)
        if kept is None:
            self._check(order)
            with self.store.writing():
                self.store.write(
                    "INSERT INTO advance (advance_ref, account_ref, currency, advanced_minor, fee_minor) VALUES (?, ?, ?, ?, ?)",
                    order.advance_ref,
                    order.account_ref,
                    order.currency,
                    order.amount_minor,
                    order.fee_minor,
                )
                self._write_deed("advances", order)
        return self._told(order.ref, "advances", order.fingerprint())

    def repayments(self, asked: Asked) -> Answer:
        """A release brought some of it back."""
        return self._do("repayments", asked.ask)

    def losses(self, asked: Asked) -> Answer:
        """A refund took some of what was to bring it back: it is the funder's loss."""
        return self._do("losses", asked.ask)

    def cancels(self, asked: Asked) -> Answer:
        """The market needs the advance no more and has given nobody its money: it is undone, the fee too."""
        return self._do("cancels", asked.ask)

    def show_advance(self, asked: Asked) -> Answer:
        """Tell how an advance stands."""
        return json_answer(self._known(asked.names[0]))

    def show_deed(self, asked: Asked) -> Answer:
        """Tell what was done under a reference."""
        kept = self._deed(asked.names[0])
        if kept is None:
            raise Refused(404, "not_found")
        return json_answer(kept.shown(self._known(kept.advance_ref)))

    def advance_file(self, asked: Asked) -> Answer:
        """What was done on one day."""
        return lines_answer(advance_file(self.store, trading_day(asked)))

    def settlement_file(self, asked: Asked) -> Answer:
        """What passes between the banks on a day for the day before."""
        lines = settlement_lines(self.store, trading_day(asked))
        return lines_answer([*lines, *totals_of(lines)])

    def settlement_totals(self, day: date) -> list[SettlementTotal]:
        """What passes between the funder's bank and the market's on a day."""
        return totals_of(settlement_lines(self.store, day))

    def _check(self, order: AskAdvance) -> None:
        account = self.account(order.account_ref)
        if account is None or account.state != "open":
            raise Refused(422, "no_account", "the supplier has no limit")
        if order.currency != account.order.currency:
            raise Refused(422, "currency_differs", f"the account is in {account.order.currency}")
        if not 0 <= order.fee_minor < order.amount_minor:
            raise Refused(422, "invalid", "a fee is a part of what is advanced")
        if self._advance(order.advance_ref) is not None:
            raise Refused(422, "advance_exists", "a parcel is advanced once")
        if order.amount_minor > self.free_minor(order.account_ref):
            raise Refused(422, "over_limit", "the limit does not cover it")

    def _do(self, kind: str, order: AskDeed) -> Answer:
        """Do it once; the same order twice is one deed."""
        if self._deed(order.ref) is None:
            advance = self._known(order.advance_ref)
            if order.currency != advance.currency:
                raise Refused(422, "currency_differs", f"the advance is in {advance.currency}")
            if order.amount_minor > advance.open_minor:
                raise Refused(422, "exceeds_open", "more than is open", open_minor=advance.open_minor)
            undoes = (advance.advanced_minor, advance.fee_minor)
            if kind == "cancels" and (order.amount_minor, order.fee_minor) != undoes:
                raise Refused(422, "not_whole", "an advance is undone whole or not at all")
            if kind != "cancels" and order.fee_minor:
                raise Refused(422, "invalid", "only an advance has a fee")
            with self.store.writing():
                self._write_deed(kind, order)
                column = _COLUMNS[kind]
                self.store.write(
                    f"UPDATE advance SET {column} = {column} + ?, version = version + 1 WHERE advance_ref = ?",
                    order.amount_minor,
                    order.advance_ref,
                )
        return self._told(order.ref, kind, order.fingerprint())

    def _write_deed(self, kind: str, order: AskAdvance | AskDeed) -> None:
        at_ms = self.happened(_PAST[kind], order.advance_ref, order.ref, order.currency, order.amount_minor)
        self.store.write(
            "INSERT INTO advance_deed (ref, funder_txn, kind, asked, advance_ref, amount_minor, fee_minor, currency, at_ms)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            order.ref,
            f"fd_{secrets.token_hex(12)}",
            kind,
            order.fingerprint(),
            order.advance_ref,
            order.amount_minor,
            order.fee_minor,
            order.currency,
            at_ms,
        )

    def _told(self, ref: str, kind: str, fingerprint: bytes) -> Answer:
        kept = self._deed(ref)
        assert kept is not None
        if (kept.kind, kept.asked) != (kind, fingerprint):
            raise Refused(409, "other_body", f"{ref} was asked with another body")
        return json_answer(kept.shown(self._known(kept.advance_ref)))

    def _advance(self, advance_ref: str) -> Advance | None:
        found = self.store.row(
            "SELECT advance_ref, account_ref, currency, advanced_minor, fee_minor, repaid_minor, lost_minor,"
            " cancelled_minor, version FROM advance WHERE advance_ref = ?",
            advance_ref,
        )
        return None if found is None else Advance(**dict(zip(Advance.__struct_fields__, found, strict=True)))

    def _known(self, advance_ref: str) -> Advance:
        advance = self._advance(advance_ref)
        if advance is None:
            raise Refused(404, "not_found")
        return advance

    def _deed(self, ref: str) -> KeptDeed | None:
        found = self.store.row("SELECT * FROM advance_deed WHERE ref = ?", ref)
        return None if found is None else KeptDeed(*found)
