"""The market in which every seed begins: shops, a line of credit, plans for stages, bank accounts, two operators."""

from datetime import timedelta
from typing import Any

import msgspec
import pyotp
from tests import world
from tests.credit.lending import Lending
from tests.finance.later import Later
from tests.finance.lender import PlainLender
from tests.ordering.trading import Trade, open_trade

from huozhan import catalogue, credit, insurance, parties, payments, staging
from huozhan.catalogue.goods import QuoteType, Step
from huozhan.catalogue.offer import Name, PublishOffer, SkuAsk
from huozhan.doors.hall import Hall
from huozhan.insurance.asks import ShopInsuranceAsk, SwitchInsurance
from huozhan.kernel.actor import Actor
from huozhan.kernel.clock import MovableClock
from huozhan.payments.asks import AddBankAccount
from huozhan.staging import TEMPLATES, Condition, EditStagePlans, Plan

MILL = PublishOffer(
    offer_code="MILL",
    category_id="aa-1-13-8",
    title=Name("铣床", "Milling machine"),
    quote_type=QuoteType.fixed,
    ladder=(Step(1, 300_000_000),),
    skus=(SkuAsk(sku_code="MILL-1", stock=60),),
    weight_g=900_000,
)
"""Dear enough that what is earned with one needs a second person to be withdrawn."""
LIMIT_MINOR, LENT_MINOR = 60_000, 90_000
"""What the buyer may owe a supplier, and a lender."""
PLANS = (
    Plan(plan_code="3-7", gate=TEMPLATES["3-7"], condition=Condition.sample_approved),
    Plan(plan_code="5-5", gate=TEMPLATES["5-5"], condition=Condition.production_started),
    Plan(plan_code="3-6-1", gate=TEMPLATES["3-6-1"], condition=Condition.goods_received),
    Plan(plan_code="9-1", gate=TEMPLATES["9-1"], condition=Condition.sample_approved, is_earnest=True),
)
HOLDERS = {
    "chenguang": ("义乌市晨光小商品有限公司", "6222021208001234567"),
    "hongfa": ("佛山市禅城区宏发五金厂", "6217001180000000001"),
    "li": ("小李杂货店", "6222021208009998887"),
}


class Clerk(msgspec.Struct):
    """Somebody who holds an authenticator."""

    actor: Actor
    secret: str

    def code(self, clock: MovableClock) -> str:
        """A code that was not used yet."""
        clock.pass_(seconds=31)
        return pyotp.TOTP(self.secret).at(clock.now())


class Opened(msgspec.Struct):
    """What a seed finds."""

    trade: Trade
    agreement_id: str
    second: Actor
    owner: Clerk
    clerk: Clerk
    """Two of 宏发's, who sells the dear goods."""
    accounts: dict[str, str]


async def open_market(hall: Hall, clock: MovableClock) -> Opened:
    """Opens all of it."""
    trade = await open_trade(hall, clock)
    people = trade.people
    await hall.run(catalogue.publish_offer, MILL, trade.hongfa)
    async with hall.pool.acquire() as db:
        trade.skus["mill"] = await db.fetchval("SELECT sku_id FROM sku WHERE sku_code = 'MILL-1'")
    for seller, division in ((trade.chenguang, "330782"), (trade.hongfa, "440604")):
        await world.address(hall, seller, division=division, phone="13900001111")
    lender = PlainLender(clock)
    hall.outside = msgspec.structs.replace(hall.outside, lender=lender)
    later = Later(trade, lender)
    await later.switch(trade.chenguang)
    await later.get_limit(LENT_MINOR)
    premium_bp = (await hall.run(insurance.shop_insurance, ShopInsuranceAsk(), trade.hongfa)).premium_bp
    await hall.run(
        insurance.switch_insurance, SwitchInsurance(is_on=True, premium_bp=premium_bp), trade.hongfa
    )
    lending = Lending(trade)
    await lending.grant(limit_minor=LIMIT_MINOR, expires_on=(clock.now() + timedelta(days=700)).date())
    await hall.run(staging.edit_stage_plans, EditStagePlans(plans=PLANS), trade.chenguang)
    second = await world.member(hall, people.operator, "second@market.example", parties.Role.owner)
    helper = await world.member(hall, trade.hongfa, "money@example.cn", parties.Role.finance)
    accounts = {name: await _account(hall, getattr(people, name), *HOLDERS[name]) for name in HOLDERS}
    owner, clerk = await _proven(hall, clock, trade.hongfa), await _proven(hall, clock, helper)
    return Opened(trade, lending.agreement_id, second, owner, clerk, accounts)


async def _account(hall: Hall, owner: Actor, holder: str, number: str) -> str:
    ask = AddBankAccount(number=number, holder=holder, bank_name="工商银行")
    return (await hall.run(payments.add_bank_account, ask, owner)).accounts[0].account_id


async def _proven(hall: Hall, clock: MovableClock, actor: Actor) -> Clerk:
    """Turns somebody's second step on."""
    begun: Any = await hall.run(parties.begin_two_step, parties.BeginTwoStep(world.PASSWORD), actor)
    clerk = Clerk(actor, begun.secret)
    await hall.run(parties.confirm_two_step, parties.ConfirmTwoStep(clerk.code(clock)), actor)
    return clerk


def terms(h_now: Any, limit_minor: int, buyer: Actor) -> credit.asks.GrantCredit:
    """Terms that 宏发 offers once more."""
    return credit.asks.GrantCredit(
        buyer_id=str(buyer.org_id),
        limit_minor=limit_minor,
        term_kind=credit.TermKind.after_receipt,
        term_day=30,
        expires_on=(h_now + timedelta(days=700)).date(),
        seller_size=credit.OrgSize.small,
    )
