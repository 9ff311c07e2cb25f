"""The wallet 钱包: money of a buyer's that refunds and overpaid transfers left with the market, and paying from it (E3)."""

from huozhan import ledger
from huozhan.kernel.money import written
from huozhan.kernel.refusals import Refusal
from huozhan.kernel.work import Work
from huozhan.payments.crediting import settle_here
from huozhan.payments.payment import Settled
from huozhan.payments.store import payments


class WalletShort(Refusal):
    """The wallet holds less than is to be paid; nothing was taken from it."""

    code = "payments.wallet_short"


async def pay_from_wallet(work: Work, payment_id: int) -> Settled:
    """Pays an open payment from the payer's wallet, all of it or nothing; the book itself refuses to overdraw it."""
    row = await payments.lock(work, payment_id)
    assert row is not None, f"there is no payment {payment_id}"
    payment = payments.as_payment(row)
    assert payment.payer_id == work.actor.org_id, "a wallet pays for its owner only"
    balance_minor = await wallet_balance(work)
    if balance_minor < payment.amount_minor:
        raise WalletShort(
            balance_minor=balance_minor,
            amount_minor=payment.amount_minor,
            missing_minor=payment.amount_minor - balance_minor,
            balance=written(balance_minor),
            missing=written(payment.amount_minor - balance_minor),
        )
    return await settle_here(work, payment, f"wallet:{payment_id}")


async def wallet_balance(work: Work) -> int:
    """What the actor's organisation can pay from its wallet."""
    return (await ledger.balance(work, ledger.wallet(work.actor.org_id))).free_minor
