"""Whom a lender or a funder knows: who applied for a limit, what it came to, and how much of it is in use."""

import secrets

from huozhan_outside.asking import Answer, Asked, Refused, Route, json_answer, page_answer, see_other
from huozhan_outside.callbacks import Event
from huozhan_outside.faults import draw
from huozhan_outside.loan import Account, Decision, KeptAccount, OpenAccount
from huozhan_outside.pages import apply_page, unknown_page
from huozhan_outside.party import Party

LIMITS_MINOR = (2_000_000, 5_000_000, 10_000_000)
"""What a new account may come to; which one is drawn from the seed."""


class AccountKeeper(Party):
    """A party that keeps accounts of a market's organisations."""

    used_sql: str
    """What of an account's limit is in use, and how often that has changed."""

    def account_routes(self) -> list[Route]:
        """The endpoints about accounts."""
        return [
            Route("POST", f"/{self.name}/accounts", self.open_account, OpenAccount, fate="accounts"),
            Route("GET", f"/{self.name}/accounts/{{}}", self.show_account),
            Route("POST", f"/{self.name}/accounts/{{}}/decide", self.decide_account, Decision),
            Route("GET", f"/{self.name}/apply/{{}}", self.show_apply_page, signed=False),
            Route("POST", f"/{self.name}/apply/{{}}", self.answer_apply_page, signed=False),
        ]

    def open_account(self, asked: Asked) -> Answer:
        """Take a wish for a limit; the same wish twice is one."""
        order: OpenAccount = asked.ask
        if self.account(order.buyer_ref) is None:
            with self.store.writing():
                self.store.write(
                    "INSERT INTO account (buyer_ref, account_id, asked, notify_path, state) VALUES (?, ?, ?, ?, 'applied')",
                    order.buyer_ref,
                    f"la_{secrets.token_hex(16)}",
                    order.fingerprint(),
                    self.notify_path(order.notify_url),
                )
        return json_answer(self.shown_account(order.buyer_ref))

    def show_account(self, asked: Asked) -> Answer:
        """Tell how a buyer's account stands."""
        if self.account(asked.names[0]) is None:
            raise Refused(404, "not_found")
        return json_answer(self.shown_account(asked.names[0]))

    def decide_account(self, asked: Asked) -> Answer:
        """Decide without a browser; a limit of nothing refuses or stops an account."""
        kept = self.account(asked.names[0])
        if kept is None:
            raise Refused(404, "not_found")
        decision: Decision = asked.ask
        self._decide(kept, decision.limit_minor)
        return json_answer(self.shown_account(kept.buyer_ref))

    def show_apply_page(self, asked: Asked) -> Answer:
        """The page on which a buyer applies for a limit."""
        kept = self._account_on_page(asked.names[0])
        if kept is None:
            return page_answer(unknown_page(asked.language), 404)
        account = self.shown_account(kept.buyer_ref)
        return page_answer(
            apply_page(
                self.name, kept.order.name, account.state, account.limit_minor, account.currency,
                kept.order.return_url, asked.language,
            )
        )  # fmt: skip

    def answer_apply_page(self, asked: Asked) -> Answer:
        """Decide when the buyer has agreed to the lender's terms; both buttons lead back."""
        kept = self._account_on_page(asked.names[0])
        if kept is None:
            return page_answer(unknown_page(asked.language), 404)
        if kept.state == "applied" and b"deed=apply" in asked.body.split(b"&"):
            which = int(draw(self.plan.seed, "limit", kept.buyer_ref) * len(LIMITS_MINOR))
            self._decide(kept, LIMITS_MINOR[which])
        return see_other(kept.order.return_url)

    def _decide(self, kept: KeptAccount, limit_minor: int) -> None:
        with self.store.writing():
            self.store.write(
                "UPDATE account SET state = ?, limit_minor = ?, version = version + 1 WHERE buyer_ref = ?",
                "open" if limit_minor else "refused",
                limit_minor,
                kept.buyer_ref,
            )
            account = self.shown_account(kept.buyer_ref)
            self.tell(
                Event(
                    type=f"account.{account.state}",
                    data=account,
                    reference=kept.buyer_ref,
                    subject=kept.buyer_ref,
                    notify_path=kept.notify_path,
                    reference_field="buyer_ref",
                    forged_as={"limit_minor": limit_minor * 2 + 1},
                    amount_field="limit_minor",
                    currency_field="currency",
                )
            )

    def free_minor(self, buyer_ref: str) -> int:
        """What is left of a buyer's limit."""
        account = self.shown_account(buyer_ref)
        return account.limit_minor - account.used_minor if account.state == "open" else 0

    def account(self, buyer_ref: str) -> KeptAccount | None:
        """A buyer's account, if there is one."""
        found = self.store.row("SELECT * FROM account WHERE buyer_ref = ?", buyer_ref)
        return None if found is None else KeptAccount(*found)

    def _account_on_page(self, account_id: str) -> KeptAccount | None:
        found = self.store.row("SELECT * FROM account WHERE account_id = ?", account_id)
        return None if found is None else KeptAccount(*found)

    def shown_account(self, buyer_ref: str) -> Account:
        """The account as the merchant sees it."""
        kept = self.account(buyer_ref)
        assert kept is not None
        (used_minor, version) = self.store.row(self.used_sql, buyer_ref) or (0, 0)
        return Account(
            buyer_ref=buyer_ref,
            state=kept.state,
            currency=kept.order.currency,
            limit_minor=kept.limit_minor,
            used_minor=used_minor,
            apply_url=f"{self.world.public_url}/{self.name}/apply/{kept.account_id}",
            version=kept.version + version,
        )
