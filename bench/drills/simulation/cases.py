"""After-sales: cases of goods on their way, received or paid out; both sides, the market's rulings, one appeal."""

import msgspec

from bench.drills.simulation.happening import Happening, event, tidying
from huozhan import aftersales, operations
from huozhan.aftersales.asks import (
    AnswerCase,
    AppealRuling,
    ApplyCase,
    CancelCase,
    CaseLineAsk,
    CaseRef,
    EscalateCase,
    ExtendEvidence,
    GiveEvidence,
    ModifyCase,
    OpenCasesOf,
    PayDifference,
    ReceiveBack,
    RuleCase,
    SendBack,
    WantedAsk,
)
from huozhan.aftersales.case import REASONS
from huozhan.aftersales.views import CasePage
from huozhan.kernel.actor import Actor
from huozhan.kernel.refusals import Refusal


@event(10)
async def apply(h: Happening) -> str:
    """The buyer wants money back for goods that were sent."""
    order = await h.any_order("part_sent", "wait_receive", "success", "success")
    if order is None:
        return "none"
    page = await h.trade.page(order)
    line = h.chance.choice(page.lines)
    units = h.chance.randint(1, max(1, line.shipped // h.chance.choice((1, 2, 3))))
    goods = None if h.chance.random() < 0.5 else h.chance.randint(1, max(1, line.goods_minor // 2))
    kind = h.chance.choice(("refund_only", "refund_only", "return_refund", "exchange", "exchange", "resend"))
    ask = ApplyCase(
        order_id=order.order_id,
        kind=kind,
        wanted=await _wanted(h, order.order_id, line.line_no, units, kind),
        goods_status=h.chance.choice(("received", "received", "not_received")),
        reason_code=h.chance.choice(sorted(REASONS)),
        lines=(CaseLineAsk(line.line_no, units),),
        goods_minor=goods,
        freight_minor=None if goods is None else h.chance.choice((0, 0, 100)),
    )
    try:
        case = await h.hall.run(aftersales.apply_case, ask, h.trade.li)
    except Refusal as refusal:
        if "difference_minor" not in refusal.facts:
            raise
        agreed = msgspec.structs.replace(ask, difference_minor=refusal.facts["difference_minor"])
        case = await h.hall.run(aftersales.apply_case, agreed, h.trade.li)
    h.cases.append(case.case_id)
    return f"{case.case_id} {case.asked_minor}"


async def _wanted(h: Happening, order_id: str, line_no: int, units: int, kind: str) -> tuple[WantedAsk, ...]:
    """Sometimes other goods of the offer are wanted in an exchange, some more or fewer of them."""
    if kind != "exchange" or h.chance.random() < 0.4:
        return ()
    found = await h.hall.run(aftersales.cases_of_order, OpenCasesOf(order_id=order_id), h.trade.li)
    swaps = [swap for line in found.lines if line.line_no == line_no for swap in line.swaps]
    if not swaps:
        return ()
    swap = h.chance.choice(swaps)
    pieces = max(1, units + h.chance.choice((-2, -1, 0, 0, 1)))
    return (WantedAsk(line_no=line_no, sku_id=swap.sku_id, quantity=pieces),)


@event(16)
async def step(h: Happening) -> str:
    """Something that can be done about an open case, by whoever can do it."""
    page = await _open_case(h)
    if page is None:
        return "none"
    name = h.chance.choice(ABLE.get(page.state, ("cancel",)))
    return f"{name} {await DEEDS[name](h, page)}"


async def _open_case(h: Happening) -> CasePage | None:
    async with h.hall.pool.acquire() as db:
        rows = await db.fetch(
            "SELECT case_id::text AS id FROM aftersale_case WHERE state NOT IN ('success', 'closed', 'replaced', 'refunding')"
            " ORDER BY case_id"
        )
    if not rows:
        return None
    ask = CaseRef(case_id=h.chance.choice(rows)["id"])
    return await h.hall.run(aftersales.case_page, ask, h.trade.li)


def _seller(h: Happening, page: CasePage) -> Actor:
    return next(seller for seller in h.trade.people.suppliers if str(seller.org_id) == page.seller_id)


async def _agree(h: Happening, page: CasePage) -> str:
    ask = AnswerCase(case_id=page.case_id, agree=True)
    return (await h.hall.run(aftersales.answer_case, ask, _seller(h, page))).state


async def _refuse(h: Happening, page: CasePage) -> str:
    ask = AnswerCase(case_id=page.case_id, agree=False, reason="不认可")
    return (await h.hall.run(aftersales.answer_case, ask, _seller(h, page))).state


async def _modify(h: Happening, page: CasePage) -> str:
    goods = h.chance.randint(0, page.goods_minor)
    ask = ModifyCase(
        case_id=page.case_id, kind="refund_only", goods_minor=goods, freight_minor=page.freight_minor
    )
    return (await h.hall.run(aftersales.modify_case, ask, h.trade.li)).state


async def _cancel(h: Happening, page: CasePage) -> str:
    return (await h.hall.run(aftersales.cancel_case, CancelCase(case_id=page.case_id), h.trade.li)).state


async def _send_back(h: Happening, page: CasePage) -> str:
    ask = SendBack(case_id=page.case_id, carrier_code="SF", waybill=f"SF9{h.count:012d}")
    return (await h.hall.run(aftersales.send_back, ask, h.trade.li)).state


async def _receive(h: Happening, page: CasePage) -> str:
    accept = h.chance.random() < 0.7
    ask = ReceiveBack(
        case_id=page.case_id, accept=accept, restock=accept and h.chance.random() < 0.5, reason="已检查"
    )
    return (await h.hall.run(aftersales.receive_back, ask, _seller(h, page))).state


async def _send_again(h: Happening, page: CasePage) -> str:
    ask = SendBack(case_id=page.case_id, carrier_code="SF", waybill=f"SF8{h.count:012d}")
    return (await h.hall.run(aftersales.send_replacement, ask, _seller(h, page))).state


async def _instead(h: Happening, page: CasePage) -> str:
    return (
        await h.hall.run(aftersales.refund_instead, CaseRef(case_id=page.case_id), _seller(h, page))
    ).state


async def _got_again(h: Happening, page: CasePage) -> str:
    return (await h.hall.run(aftersales.receive_replacement, CaseRef(case_id=page.case_id), h.trade.li)).state


async def _pay(h: Happening, page: CasePage) -> str:
    ask = PayDifference(case_id=page.case_id, method="wallet")
    return (await h.hall.run(aftersales.pay_difference, ask, h.trade.li)).method


async def _decline(h: Happening, page: CasePage) -> str:
    return (await h.hall.run(aftersales.decline_difference, CaseRef(case_id=page.case_id), h.trade.li)).state


async def _escalate(h: Happening, page: CasePage) -> str:
    ask = EscalateCase(case_id=page.case_id, note="请平台裁决")
    return (await h.hall.run(aftersales.escalate_case, ask, h.trade.li)).state


async def _say(h: Happening, page: CasePage) -> str:
    ask = GiveEvidence(case_id=page.case_id, note="补充说明")
    by = h.chance.choice((h.trade.li, _seller(h, page)))
    await h.hall.run(aftersales.give_evidence, ask, by)
    return "said"


async def _extend(h: Happening, page: CasePage) -> str:
    by = h.chance.choice((h.trade.li, _seller(h, page)))
    return (await h.hall.run(aftersales.extend_evidence, ExtendEvidence(case_id=page.case_id), by)).state


async def _appeal(h: Happening, page: CasePage) -> str:
    by = h.chance.choice((h.trade.li, _seller(h, page)))
    ask = AppealRuling(case_id=page.case_id, note="有新的凭证")
    return (await h.hall.run(aftersales.appeal_ruling, ask, by)).state


async def _rule(h: Happening, page: CasePage) -> str:
    outcome = h.chance.choice(("full", "part", "none"))
    part = outcome == "part"
    ask = RuleCase(
        case_id=page.case_id,
        outcome=outcome,
        goods_minor=h.chance.randint(1, max(1, page.goods_minor)) if part else 0,
        freight_minor=h.chance.randint(0, page.freight_minor) if part else 0,
        compensation_minor=h.chance.choice((0, 0, 300)),
        freight_bearer=h.chance.choice(("buyer", "seller")),
        liability=h.chance.choice(("quality", "wish", "late")),
        needs_return=h.chance.random() < 0.3,
        restock=h.chance.random() < 0.3,
        rules=("B1.6",),
        reason="照片可见瑕疵",
    )
    return (await h.hall.run(operations.rule_case, ask, h.operator)).state


DEEDS = {
    "agree": _agree, "refuse": _refuse, "modify": _modify, "cancel": _cancel, "send_back": _send_back, "receive": _receive,
    "escalate": _escalate, "say": _say, "extend": _extend, "appeal": _appeal, "rule": _rule,
    "send_again": _send_again, "instead": _instead, "got_again": _got_again, "pay": _pay, "decline": _decline,
}  # fmt: skip
ABLE = {
    "wait_seller": ("agree", "agree", "refuse", "refuse", "cancel", "say", "escalate"),
    "wait_buyer_modify": ("modify", "modify", "cancel", "escalate", "escalate", "say"),
    "wait_buyer_send": ("send_back", "send_back", "send_back", "cancel", "say"),
    "wait_seller_receive": ("receive", "receive", "receive", "say", "cancel"),
    "wait_buyer_pay": ("pay", "pay", "pay", "decline", "instead", "say"),
    "wait_seller_send": ("send_again", "send_again", "send_again", "instead", "say"),
    "wait_buyer_receive": ("got_again", "got_again", "escalate", "say"),
    "platform": ("rule", "rule", "rule", "extend", "say", "cancel"),
    "ruled": ("appeal", "appeal", "rule", "say"),
}
"""What is tried in which state; some of it is refused."""


@tidying
async def rule_all(h: Happening) -> None:
    """The operator rules on what lies before the market."""
    async with h.hall.pool.acquire() as db:
        rows = await db.fetch(
            "SELECT case_id::text AS id FROM aftersale_case WHERE state = 'platform' ORDER BY case_id"
        )
    for row in rows:
        try:
            page = await h.hall.run(aftersales.case_page, CaseRef(case_id=row["id"]), h.trade.li)
            h.note(await _rule(h, page))
        except Refusal as refusal:
            h.note(refusal.code)
