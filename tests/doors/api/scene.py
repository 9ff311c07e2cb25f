"""A market in the middle of its day, so that every operation has something to be called on, and strangers to call it."""

from datetime import timedelta

import msgspec
import pyotp

from huozhan import (
    aftersales,
    catalogue,
    credit,
    fulfilment,
    ledger,
    messaging,
    ordering,
    parties,
    payments,
    pricebook,
    promotion,
)
from huozhan.aftersales.asks import SendBack, WantedAsk
from huozhan.catalogue.listing import JudgeOffer, OwnOffer
from huozhan.doors.hall import Hall
from huozhan.doors.jobs.funds import make_export
from huozhan.doors.jobs.relay import relay_once
from huozhan.fulfilment.asks import ListDoubts
from huozhan.kernel.actor import Actor, system
from huozhan.kernel.clock import MovableClock
from huozhan.kernel.shapes import Nothing
from huozhan.ordering.asks import AmendPrice, OrderRef, RefundUnshipped, TradeTypeChoice
from huozhan.parties.signing_in import open_session
from tests import world
from tests.aftersales.complaining import Desk
from tests.catalogue.making import shirts
from tests.conftest import OPENING
from tests.doors.api.calling import Caller
from tests.doors.api.scene_contracts import drawn_up
from tests.doors.api.scene_disruption import held_up
from tests.doors.api.scene_funder import advanced
from tests.doors.api.scene_insurer import insured
from tests.doors.api.scene_invoices import billed
from tests.doors.api.scene_lender import lent
from tests.doors.api.scene_logistics import hauled
from tests.doors.api.scene_photo import kept_photo
from tests.doors.api.scene_picking import assorted
from tests.doors.api.scene_reviews import reviewed
from tests.doors.api.scene_service import served
from tests.doors.api.scene_talk import talk
from tests.doors.api.search_rows import keep_search
from tests.ledger.books import earned, freed, paid
from tests.ordering.banking import Banking
from tests.ordering.staged_trade import StagedTrade
from tests.ordering.trading import Trade, open_trade

PHONE, STREET, RECEIVER = "13899990000", "春熙路 8 号 1 单元 701", "欧阳小明"
LARGE = 6_000_000
"""A withdrawal that a second person must approve."""
SCOPE_OF_LITTLE_USE = "org.view"
PICTURE = "0" * 31 + "7"


class Scene(msgspec.Struct, kw_only=True):
    """Who can call, what there is, and what strangers must never read."""

    trade: Trade
    actors: dict[str, Actor]
    sessions: dict[str, str]
    apps: dict[str, str]
    things: dict[str, str]

    def caller(self, name: str) -> Caller:
        """Somebody of the scene, by a session."""
        return Caller(session=self.sessions[name])

    def app_of(self, name: str) -> Caller:
        """An app of somebody's organisation whose token may do next to nothing."""
        return Caller(app=self.apps[name])

    @property
    def secrets(self) -> dict[str, str]:
        """Every private thing's id, and texts that stand in private rows, by name."""
        hidden = self.things.keys() - PUBLIC_THINGS - SEEN_BY_ALL
        ids = {name: self.things[name] for name in hidden}
        return ids | {"phone": PHONE, "street": STREET, "receiver": RECEIVER, "mail": "li@example.cn"}


PUBLIC_THINGS = frozenset(
    {
        "coupon_promotion",
        "offer",
        "sku",
        "blue_sku",
        "other_sku",
        "li_org",
        "seller_org",
        "notice",
        "photo",
        "review",
        "hidden_review",
    }
)
SEEN_BY_ALL = frozenset(
    {"own_sku", "own_offer", "own_offer_sku", "li_own_org", "running", "ending", "carrier", "assortment_sku"}
)
"""Others' goods and names can be seen, but only their owner may change them."""


async def open_scene(hall: Hall, clock: MovableClock) -> Scene:
    """Plays the morning: goods, orders in every state, money on its way, an applicant, a failed job."""
    trade = await open_trade(hall, clock)
    people = trade.people
    actors = {
        "li": people.li,
        "chenguang": people.chenguang,
        "operator": people.operator,
        "foreign_buyer": people.hengxin,
        "foreign_seller": people.hongfa,
    }
    for owner in ("li", "chenguang", "operator"):
        actors[f"{owner}_viewer"] = await world.member(
            hall, actors[owner], f"{owner}-viewer@example.cn", parties.Role.viewer
        )
        actors[f"{owner}_gone"] = gone = await world.member(
            hall, actors[owner], f"{owner}-gone@example.cn", parties.Role.buyer
        )
        await hall.run(
            parties.remove_member, parties.RemoveMember(person_id=str(gone.person_id)), actors[owner]
        )
    actors["clerk"] = await world.member(hall, people.li, "clerk@example.cn", parties.Role.buyer)
    actors["applicant"] = await world.buyer(
        hall, "Newcome Ltd", "applicant@example.cn", country="GB", lang="en"
    )
    actors["newcomer"] = await world.person(hall, "newcomer@example.cn")
    scene = Scene(
        trade=trade,
        actors=actors,
        sessions={name: await _session(hall, actor) for name, actor in actors.items()},
        apps={name: await _app(hall, actors[name]) for name in ("li", "chenguang", "operator", "applicant")},
        things={},
    )
    await _fill(hall, scene)
    return scene


async def _session(hall: Hall, actor: Actor) -> str:
    async with hall.working(actor) as work:
        return (await open_session(work, actor.person_id, actor.name, "a laptop")).token


async def _app(hall: Hall, owner: Actor) -> str:
    ask = parties.MakeToken(label="little", scopes=[SCOPE_OF_LITTLE_USE])
    return (await hall.run(parties.make_token, ask, owner)).token


async def _fill(hall: Hall, scene: Scene) -> None:
    trade, things, actors = scene.trade, scene.things, scene.actors
    li, chenguang = trade.li, trade.chenguang
    address_id = await world.address(
        hall, li, division="510104", phone=PHONE, street=STREET, receiver=RECEIVER
    )
    things["address"] = trade.address_id = str(address_id)
    things["sku"], things["other_sku"] = str(trade.skus["red"]), str(trade.skus["bolt"])
    things["blue_sku"] = str(trade.skus["blue"])
    things["own_sku"], things["li_own_org"] = things["sku"], str(li.org_id)
    things["li_org"], things["seller_org"] = str(li.org_id), str(chenguang.org_id)
    await _cases(trade, things)  # which take days, in which what waits for a payment or an answer would end
    await _orders(trade, things)
    await _parties(hall, scene)
    await _offers(hall, scene)
    await _promotions(trade, things)
    await drawn_up(trade, things)
    await _prices(trade, things)
    await _money(hall, scene)
    await _bank(trade, things)
    await _credit(trade, things)
    await lent(trade, things)
    await advanced(trade, things)
    await insured(trade, things)
    await hauled(trade, things)
    await billed(trade, things)
    await held_up(hall, scene)
    await talk(trade, things)
    await keep_search(trade, things)
    await assorted(trade, things)
    await served(trade, things)
    await reviewed(trade, things)
    while await relay_once(hall):
        pass
    notices = await hall.run(messaging.notices, messaging.Notices(), li)
    things["notice"] = notices.items[0].notice_id
    things["photo"] = await kept_photo(hall)
    async with hall.pool.acquire() as db:
        things["job"] = str(hall.mint.new())
        await db.execute(
            "INSERT INTO job (job_id, kind, payload, run_at, queued_at, attempts, is_dead, last_error)"
            " VALUES ($1, 'messaging.mail', '{}', $2, $2, 9, true, 'nobody there')",
            int(things["job"]), trade.clock.now(),
        )  # fmt: skip
        things["receipt"] = str(hall.mint.new())
        await db.execute(
            "INSERT INTO parked_receipt (receipt_id, channel_id, merchant_ref, channel_txn, amount_minor, currency, parked_at)"
            " VALUES ($1, 1, 'till-7', 'ct_7', 8800, 'GBP', $2)",
            int(things["receipt"]), trade.clock.now(),
        )  # fmt: skip
        things["difference"] = str(hall.mint.new())
        await db.execute(
            "INSERT INTO channel_difference (difference_id, channel_id, on_day, source, name, payment_ref, channel_txn, nth,"
            " sort, channel_minor, ours_minor, effect_minor, found_at)"
            " VALUES ($1, 1, '2026-02-28', 'settlement', 'payment:7', '7', 'ct_8', 0, 'fee_differs', 61, 60, 0, $2)",
            int(things["difference"]), trade.clock.now(),
        )  # fmt: skip
        await db.execute(
            "INSERT INTO awaited_file (channel_id, on_day, source, due_at, asked_at, doubted_at, held)"
            " VALUES (1, '2026-02-27', 'trades', $1, $1, $1, 2)",
            trade.clock.now(),
        )
    assert actors["newcomer"].org_id == 0


async def _promotions(trade: Trade, things: dict[str, str]) -> None:
    """One that is still ahead and coupons for larger orders, so that no price of the scene moves; 小李 holds one."""
    soon = trade.clock.now() + timedelta(days=300)
    ask = promotion.asks.MakePromotion(
        kind="item", name_zh="年末直降", starts_at=soon, ends_at=soon + timedelta(days=9), off_bp=1_000
    )
    made = await trade.hall.run(promotion.make_promotion, ask, trade.chenguang)
    things["promotion"] = made.promotion_id
    now = trade.clock.now()
    coupons = promotion.asks.MakePromotion(
        kind="shop_coupon", name_zh="大单券", starts_at=now, ends_at=now + timedelta(days=300), off_minor=10_000,
        least_minor=100_000_000, coupons_total=1_000, per_buyer=50,
    )  # fmt: skip
    made = await trade.hall.run(promotion.make_promotion, coupons, trade.chenguang)
    things["coupon_promotion"] = made.promotion_id
    theirs = promotion.asks.MakeMarketCoupon(
        name_zh="周年券", starts_at=soon, ends_at=soon + timedelta(days=9), off_minor=1_000, coupons_total=10,
        budget_minor=10_000, reason="周年活动",
    )  # fmt: skip
    of_market = await trade.hall.run(promotion.make_market_coupon, theirs, trade.people.operator)
    things["market_coupon"] = of_market.promotion_id
    claim = promotion.asks.ClaimCoupon(promotion_id=made.promotion_id)
    things["coupon"] = (await trade.hall.run(promotion.claim_coupon, claim, trade.li)).coupon_id


async def _prices(trade: Trade, things: dict[str, str]) -> None:
    """What 陈掌柜 asks of 小李 for an offer that nobody orders: a price, and a contract with a list in force and one that waits."""
    now = trade.clock.now()
    async with trade.hall.pool.acquire() as db:
        things["own_offer_sku"] = str(
            await db.fetchval("SELECT min(sku_id) FROM sku WHERE offer_id = $1", int(things["own_offer"]))
        )
    rows = (pricebook.asks.SkuPrice(sku_id=things["own_offer_sku"], price_e4=77_000),)
    give = pricebook.asks.GivePrice(
        buyer_id=things["li_org"], offer_id=things["own_offer"], rows=rows, ends_at=now + timedelta(days=300)
    )
    given = await trade.hall.run(pricebook.give_price, give, trade.chenguang)
    things["given_book"] = given.book_id
    for _ in range(2):
        offer = pricebook.asks.OfferContract(
            buyer_id=things["li_org"], starts_at=now, ends_at=now + timedelta(days=300), rows=rows
        )
        offered = await trade.hall.run(pricebook.offer_contract, offer, trade.chenguang)
        things["contract_book"] = offered.book_id
        if offered.version == 1:
            yes = pricebook.asks.AnswerContract(book_id=offered.book_id, version=1)
            await trade.hall.run(pricebook.accept_contract, yes, trade.li)


async def _orders(trade: Trade, things: dict[str, str]) -> None:
    paid, asked, sent, done = [await trade.one(red=100 + n) for n in range(4)]
    for order in (paid, asked, sent, done):
        things[f"payment_of_{order.order_id}"] = await trade.pay(order)
    things["payment"] = things.pop(f"payment_of_{paid.order_id}")
    (things["parcel"],) = await trade.ship(sent)
    await trade.ship(done)
    await trade.confirm(done)
    await trade.let_pass(days=1)
    doubts = (await trade.hall.run(fulfilment.doubts, ListDoubts(), trade.people.operator)).items
    things["doubt"] = next(doubt.doubt_id for doubt in doubts if doubt.order_id == sent.order_id)
    opened, dearer = [await trade.one(red=110 + n) for n in range(2)]
    await trade.hall.run(
        ordering.amend_price,
        AmendPrice(order_id=dearer.order_id, reason="加急包装", freight_minor=99_900),
        trade.chenguang,
    )
    refund = await trade.hall.run(
        ordering.refund_unshipped, RefundUnshipped(order_id=asked.order_id, reason="不需要了"), trade.li
    )
    assert refund.state == "asked", refund
    things["refund"] = refund.refund_id
    named = {"open": opened, "dearer": dearer, "paid": paid, "asked": asked, "sent": sent, "done": done}
    things |= {f"{name}_order": order.order_id for name, order in named.items()}
    page = await trade.hall.run(ordering.order_page, OrderRef(order_id=paid.order_id), trade.li)
    things["paid_number"] = page.number
    await _stages(trade, things)


async def _stages(trade: Trade, things: dict[str, str]) -> None:
    """Orders in stages: the seller's to act on, the buyer's to confirm, the seller's to push."""
    staged = StagedTrade(trade)
    acting, declared, pushing = [await staged.one(quantities={"blue": 100}) for _ in range(3)]
    await trade.pay(acting)
    await trade.pay(declared)
    await staged.declare(declared)
    await staged.to_second(pushing)
    named = {"acting": acting, "declared": declared, "pushing": pushing}
    things |= {f"{name}_order": order.order_id for name, order in named.items()}


async def _cases(trade: Trade, things: dict[str, str]) -> None:
    """Cases about goods that were sent: one to answer, one to send back, one on its way back."""
    desk = Desk(trade)
    await world.address(
        trade.hall, trade.chenguang, division="330102", street="稠州北路 9 号", phone="13700001111"
    )
    await _disputes(trade, things, desk)
    orders = [await trade.paid(red=10 + n) for n in range(3)]
    for order in orders:
        await trade.ship(order)
    things["complained_order"] = orders[0].order_id
    for name, order in zip(("case", "case_to_send", "case_sent"), orders, strict=True):
        case = await desk.apply(order, l1=2, kind="return_refund", note="有瑕疵", pictures=(PICTURE,))
        things[name] = case.case_id
        if name != "case":
            await desk.answer(case, agree=True)
    await desk.send_back(await desk.state(things["case_sent"]))
    for name in ("case_to_replace", "case_on_its_way_again"):
        order = await trade.paid(red=4)
        await trade.ship(order)
        case = await desk.apply(order, l1=2, kind="resend", reason_code="short")
        things[name] = case.case_id
        await desk.answer(case, agree=True)
    await _swap(trade, things, desk)
    ask = SendBack(case_id=case.case_id, carrier_code="SF", waybill="SF1234567890777")
    await trade.hall.run(aftersales.send_replacement, ask, trade.chenguang)


async def _swap(trade: Trade, things: dict[str, str], desk: Desk) -> None:
    """Two blue cups for a red one, which is back with the seller: the difference is to be paid."""
    more = catalogue.ReceiveStock(sku_id=things["blue_sku"], quantity=5, reason="到货")
    await trade.hall.run(catalogue.receive_stock, more, trade.chenguang)
    order = await trade.paid(red=4)
    await trade.ship(order)
    wanted = (WantedAsk(line_no=1, sku_id=things["blue_sku"], quantity=2),)
    case = await desk.apply(order, l1=1, kind="exchange", wanted=wanted, difference_minor=1_000)
    things["case_to_pay"] = case.case_id
    await desk.answer(case, agree=True)
    await desk.send_back(case)
    await desk.receive(case)


async def _disputes(trade: Trade, things: dict[str, str], desk: Desk) -> None:
    """Cases before the market: one the buyer may bring there, one with time for evidence, one to rule on, one ruled on."""
    names = ("case_ruled", "case_to_rule", "case_in_dispute", "case_refused")
    for at, name in enumerate(names):
        order = await trade.paid(red=5 + at)
        await trade.ship(order)
        case = await desk.apply(order, l1=2, note="有瑕疵", pictures=(PICTURE,))
        await desk.answer(case, agree=False, reason="外包装完好")
        things[name] = case.case_id
        if name in names[:2]:
            await desk.escalate(case)
    await trade.let_pass(days=3)
    await desk.rule(await desk.state(things["case_ruled"]), "full")
    await desk.escalate(await desk.state(things["case_in_dispute"]))


async def _parties(hall: Hall, scene: Scene) -> None:
    things, actors = scene.things, scene.actors
    ask = parties.InviteMember(sign_in_name="invited@example.cn", role=parties.Role.viewer)
    things["invitation"] = (await hall.run(parties.invite_member, ask, actors["li"])).invitation_id
    things["clerk_person"] = str(actors["clerk"].person_id)
    token = parties.MakeToken(label="one more", scopes=["org.view"])
    things["token"] = (await hall.run(parties.make_token, token, actors["li"])).token_id
    await _session(hall, actors["li"])
    sessions = await hall.run(parties.sessions, Nothing(), actors["li"])
    things["session"] = max(
        (s for s in sessions if not s.is_this), key=lambda s: int(s.session_id)
    ).session_id
    application = parties.ApplyToSell(supplier_kind="trader", contact="Mr Chen", phone="+441135550199")
    applied = await hall.run(parties.apply_to_sell, application, actors["applicant"])
    things["application"] = applied.application_id


async def _offers(hall: Hall, scene: Scene) -> None:
    things, seller = scene.things, scene.actors["chenguang"]
    for name in ("offer", "paused_offer", "judged_offer"):
        published = await hall.run(catalogue.publish_offer, shirts(offer_code=name), seller)
        things[name] = published.offer_id
    things["own_offer"] = things["offer"]
    await hall.run(catalogue.pause_offer, OwnOffer(offer_id=things["paused_offer"]), seller)
    judged = JudgeOffer(offer_id=things["judged_offer"], reason="无授权书")
    await hall.run(catalogue.take_down_offer, judged, scene.actors["operator"])


async def _bank(trade: Trade, things: dict[str, str]) -> None:
    """A transfer that is waited for, money of a third party, and a refund that the bank could not pay."""
    bank = Banking(trade)
    payment = await bank.choose(await trade.one(red=120))
    things["bank_payment"], things["account_no"] = payment.payment_id, payment.account_no
    await bank.send(payment, 5_000, account_name="小李的表哥")
    refunded = await trade.one(red=8)
    await bank.send(await bank.choose(refunded), refunded.amount_minor)
    ask = RefundUnshipped(order_id=refunded.order_id, reason="不需要了")
    await trade.hall.run(ordering.refund_unshipped, ask, trade.li)
    (payout,) = await bank.payouts()
    assert await bank.answer(payout, state="failed") == "ended"
    things["payout"], things["paid_receipt"] = str(payout["payout_id"]), str(payout["receipt_id"])
    (parked,) = await bank.fetch("SELECT receipt_id FROM bank_receipt WHERE state = 'parked'")
    things["bank_receipt"] = str(parked["receipt_id"])


async def _money(hall: Hall, scene: Scene) -> None:
    things, seller = scene.things, scene.actors["chenguang"]
    account = payments.asks.AddBankAccount(
        number="6222021208001234567", holder="义乌市晨光小商品有限公司", bank_name="工商银行"
    )
    added = await hall.run(payments.add_bank_account, account, seller)
    things["account"] = added.accounts[0].account_id
    finance = await world.member(hall, seller, "chenguang-finance@example.cn", parties.Role.finance)
    async with hall.working(system("test")) as work:
        await ledger.post(
            work, [paid(7, LARGE), earned(7, seller.org_id, LARGE), freed(seller.org_id, LARGE)]
        )
    large = payments.asks.Withdraw(account_id=things["account"], amount_minor=LARGE)
    shown = await hall.run(parties.begin_two_step, parties.BeginTwoStep(world.PASSWORD), finance)
    totp, now = pyotp.TOTP(shown.secret), hall.clock.now()
    await hall.run(parties.confirm_two_step, parties.ConfirmTwoStep(totp.at(now)), finance)
    proven = msgspec.structs.replace(large, code=totp.at(now + timedelta(seconds=30)))
    asked = await hall.run(payments.withdraw, proven, finance)
    things["large_withdrawal"] = asked.withdrawal_id
    li = scene.actors["li"]
    owners = {204: seller.org_id, 201: li.org_id}
    put_down = ledger.write_entry(
        "E10a",
        business_key="E10a:t",
        about_id=7,
        owners={101: 1, 205: seller.org_id},
        amounts={"deposit": 10_000},
    )
    owed = ledger.write_entry(
        "E9", business_key="E9:t", about_id=7, owners=owners, amounts={"available": 500}
    )
    async with hall.working(system("test")) as work:
        await ledger.post(work, [owed, put_down])
    own = payments.asks.AddBankAccount(
        number="6217001210009876543", holder=li.org_name.say("zh"), bank_name="建设银行"
    )
    buyers = await hall.run(payments.add_bank_account, own, li)
    things["buyers_account"] = buyers.accounts[0].account_id
    for side, owner in (("seller", seller), ("buyer", li)):
        ask = payments.asks.AskExport(side=side, from_on=OPENING.date(), until_on=OPENING.date())  # type: ignore[arg-type]
        made = await hall.run(payments.ask_export, ask, owner)
        await make_export(hall, org_id=owner.org_id, export_id=int(made.export_id))
        things[f"{side}s_file"] = made.export_id


async def _credit(trade: Trade, things: dict[str, str]) -> None:
    """陈掌柜 trusts 小李: two deliveries are owed and stated, one of them is questioned."""
    hall, li, seller = trade.hall, trade.li, trade.chenguang
    offered = await offer_credit(trade)
    things["agreement"] = offered.agreement_id
    await hall.run(credit.accept_credit, accepting(offered), li)
    choice = (TradeTypeChoice(seller_id=str(seller.org_id), trade_type="period"),)
    for pieces in (20, 21):
        (order,) = (await trade.place(*trade.want(blue=pieces), trade_types=choice)).orders
        await trade.ship(order)
        await trade.confirm(order)
    await trade.let_pass(seconds=1)
    ask = credit.asks.AgreementRef(agreement_id=offered.agreement_id)
    first, second = (await hall.run(credit.credit_page, ask, li)).bills
    things["bill"] = first.bill_id
    questioned = credit.asks.DisputeBill(
        agreement_id=offered.agreement_id, bill_id=second.bill_id, amount_minor=100, reason="少了一件"
    )
    page = await hall.run(credit.dispute_bill, questioned, li)
    things["dispute"] = next(bill.dispute.dispute_id for bill in page.bills if bill.dispute)


async def offer_credit(trade: Trade) -> credit.views.AgreementView:
    """陈掌柜 offers 小李 terms under which a bill is stated at once."""
    ask = credit.asks.GrantCredit(
        buyer_id=str(trade.li.org_id),
        limit_minor=1_000_000,
        term_kind=credit.TermKind.after_receipt,
        term_day=5,
        expires_on=trade.clock.now().date() + timedelta(days=300),
        seller_size=credit.OrgSize.small,
    )
    return await trade.hall.run(credit.grant_credit, ask, trade.chenguang)


def accepting(line: credit.views.AgreementView) -> credit.asks.AcceptCredit:
    """小李's yes to what waits."""
    assert line.offered
    return credit.asks.AcceptCredit(
        agreement_id=line.agreement_id, version=line.offered.version, buyer_size=credit.OrgSize.small
    )
