"""Depositing 保证金: a seller pays in through the channel, it answers for the seller, and comes back when the shop closes.

What is required and the floor are rules. Below the floor the shop is restricted until the deposit is paid in again.
"""

from collections.abc import Sequence

from huozhan import catalogue, ledger, parties
from huozhan.kernel.paging import read_cursor, write_cursor
from huozhan.kernel.refusals import Refusal
from huozhan.kernel.shapes import Nothing
from huozhan.kernel.work import Work, use_case
from huozhan.ledger import write_entry
from huozhan.payments.asks import FillPool, ListDeposits, PayDeposit, Penalise, SellersAfter
from huozhan.payments.deposit import MOVES
from huozhan.payments.facts import DepositMoved
from huozhan.payments.opening import open_payment
from huozhan.payments.payment import Part, Payment
from huozhan.payments.standing import FLOOR, REQUIRED, judge
from huozhan.payments.store import deposits, payments, takes
from huozhan.payments.taking import POOL_ID, net_debt
from huozhan.payments.views import DepositLine, DepositsView, DepositView, PayingDeposit, SellersJudged


class NotASupplier(Refusal):
    """Only who sells puts down a deposit."""

    code = "payments.not_a_supplier"


class MoreThanDeposit(Refusal):
    """A penalty takes no more than the deposit holds."""

    code = "payments.more_than_deposit"


@use_case("funds.view", writes=False)
async def deposit(work: Work, _ask: Nothing) -> DepositView:
    """Shows the deposit beside what the rules ask, and whether the shop may sell."""
    org_id = work.actor.org_id
    stands = (await ledger.balance(work, ledger.deposit(org_id))).posted_minor
    debt = (await ledger.balance(work, ledger.seller_debt(org_id))).posted_minor
    required = work.rule(REQUIRED).value
    why = (await catalogue.restrictions_of(work, [org_id])).get(org_id, "")
    return DepositView(
        deposit_minor=stands,
        required_minor=required,
        floor_minor=work.rule(FLOOR).value,
        debt_minor=debt,
        missing_minor=max(required - stands, 0) + debt,
        restricted_why=why,
    )


@use_case("funds.withdraw", writes=True)
async def pay_deposit(work: Work, ask: PayDeposit) -> PayingDeposit:
    """Opens a payment for a deposit at the channel; what is owed is settled out of it first."""
    face = (await parties.org_faces(work, [work.actor.org_id]))[work.actor.org_id]
    if not face.supplier_kind:
        raise NotASupplier
    deposit_id = work.new_id()
    await deposits.add_payment(work, deposit_id, ask.amount_minor)
    payment_id = await open_payment(
        work,
        payer_id=work.actor.org_id,
        # Who pays itself pays a deposit: no order is sold to its own seller.
        parts=[Part(order_id=deposit_id, seller_id=work.actor.org_id, amount_minor=ask.amount_minor)],
        subject="deposit",
        expires_at=work.now + work.rule("deposit.pay_within").span,
    )
    return PayingDeposit(payment_id=str(payment_id), amount_minor=ask.amount_minor)


async def take_deposit(work: Work, payment: Payment) -> bool:
    """Credits a deposit that the channel says was paid (E10a), debts first; tells whether the payment was one."""
    (part, *more) = payment.parts
    if more or part.seller_id != payment.payer_id:
        return False
    if await deposits.credit(work, part.order_id, payment.payment_id) is None:
        return False
    await payments.end_parts(work, payment.payment_id, [part.order_id], "escrowed")
    org_id = payment.payer_id
    debt, held = ledger.seller_debt(org_id), ledger.deposit(org_id)
    found = await ledger.lock_balances(work, [ledger.payable_available(org_id), debt, held])
    repaid = min(found[debt].posted_minor, payment.amount_minor)
    entry = write_entry(
        "E10a",
        business_key=f"E10a:{payment.payment_id}",
        about_id=org_id,
        owners={101: payment.channel_id, 105: org_id, 205: org_id},
        amounts={"debt": repaid, "deposit": payment.amount_minor - repaid},
        memo={"payment_id": str(payment.payment_id)},
    )
    await ledger.post(work, [entry])
    if repaid:
        await takes.repay(work, org_id, repaid)
    await judge(work, [org_id])
    return True


async def release_deposit(work: Work, org_id: int) -> int:
    """Gives a deposit back into the seller's available money (E10b), and tells how much; the caller has closed the shop."""
    held = ledger.deposit(org_id)
    amount_minor = (await ledger.lock_balances(work, [ledger.payable_available(org_id), held]))[
        held
    ].free_minor
    if amount_minor:
        entry = write_entry(
            "E10b",
            business_key=f"E10b:{work.new_id()}",
            about_id=org_id,
            owners={204: org_id, 205: org_id},
            amounts={"deposit": amount_minor},
        )
        await ledger.post(work, [entry])
        await net_debt(work, org_id)
        work.record(DepositMoved(org_id=org_id, state="returned", amount_minor=amount_minor))
    return amount_minor


@use_case("market.ledger", writes=True)
async def penalise(work: Work, ask: Penalise) -> DepositLine:
    """Takes a penalty out of a seller's deposit (E10c), never more than it holds."""
    org_id = int(ask.org_id)
    held = ledger.deposit(org_id)
    stands = (await ledger.lock_balances(work, [ledger.payable_available(org_id), held]))[held].free_minor
    if ask.amount_minor > stands:
        raise MoreThanDeposit(deposit_minor=stands, amount_minor=ask.amount_minor)
    entry = write_entry(
        "E10c",
        business_key=f"E10c:{work.new_id()}",
        about_id=org_id,
        owners={205: org_id},
        amounts={"penalty": ask.amount_minor},
        memo={"reason": ask.reason},
    )
    await ledger.post(work, [entry])
    work.record(DepositMoved(org_id=org_id, state="penalised", amount_minor=ask.amount_minor))
    await judge(work, [org_id])
    return (await _lines(work, [org_id]))[0]


@use_case("market.ledger", writes=True)
async def fill_pool(work: Work, ask: FillPool) -> DepositsView:
    """Sets the market's own money aside for what shipping badges promise (E16m)."""
    entry = write_entry(
        "E16m",
        business_key=f"E16m:{work.new_id()}",
        about_id=POOL_ID,
        owners={209: POOL_ID},
        amounts={"market": ask.amount_minor},
        memo={"reason": ask.reason},
    )
    await ledger.post(work, [entry])
    return await list_deposits(work, ListDeposits())


@use_case("market.ledger", writes=False)
async def list_deposits(work: Work, ask: ListDeposits) -> DepositsView:
    """Sellers who have a deposit or owe something, in order of their ids, and what the pool holds."""
    key = read_cursor(ask.cursor, int)
    after, size = int(key[0]) if key else 0, ask.size
    found = {
        org_id
        for code in (ledger.DEPOSIT, ledger.SELLER_DEBT)
        for org_id, _ in await ledger.open_balances(work, code, after, size + 1)
    }
    shown = sorted(found)[:size]
    return DepositsView(
        pool_minor=(await ledger.balance(work, ledger.insurance_pool(POOL_ID))).posted_minor,
        required_minor=work.rule(REQUIRED).value,
        floor_minor=work.rule(FLOOR).value,
        sellers=await _lines(work, shown),
        next_cursor=write_cursor(shown[-1]) if len(found) > size else None,
    )


@use_case("system", writes=True)
async def watch_deposits(work: Work, ask: SellersAfter) -> SellersJudged:
    """A part of the round over sellers: whoever fell below what the rules ask now is told, and restricted below the floor.

    Where the rules ask for nothing, only those are looked at who were short when they did.
    """
    if not work.rule(REQUIRED).value and not work.rule(FLOOR).value:
        sellers = await deposits.short_after(work, ask.after, ask.limit)
    else:
        sellers = await parties.suppliers_after(work, ask.after, ask.limit)
    await judge(work, sellers)
    return SellersJudged(last=sellers[-1] if len(sellers) == ask.limit else 0)


async def _lines(work: Work, org_ids: Sequence[int]) -> list[DepositLine]:
    accounts = [
        account for org_id in org_ids for account in (ledger.deposit(org_id), ledger.seller_debt(org_id))
    ]
    found = await ledger.balances(work, accounts)
    faces = await parties.org_faces(work, org_ids)
    standings = await deposits.standings(work, org_ids)
    return [
        DepositLine(
            org_id=str(org_id),
            organisation=faces[org_id].name,
            deposit_minor=found[ledger.deposit(org_id)].posted_minor,
            debt_minor=found[ledger.seller_debt(org_id)].posted_minor,
            state=standings.get(org_id, MOVES.first),
        )
        for org_id in org_ids
        if org_id in faces
    ]
