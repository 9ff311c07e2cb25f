"""Ruling: the market decides by what is on file; what it decided is carried out once no appeal can come any more."""

import msgspec

from huozhan import ordering, parties, payments
from huozhan.aftersales import going
from huozhan.aftersales.applying import MoreThanRefundable, freight_most
from huozhan.aftersales.asks import CaseRef, CasesToRule, RuleCase
from huozhan.aftersales.case import (
    CLOCK,
    MARKET,
    MOVES,
    Case,
    CaseEvent,
    CaseLine,
    CaseState,
    Kind,
    Liability,
    spread,
)
from huozhan.aftersales.looking import page_of
from huozhan.aftersales.showing import state_view
from huozhan.aftersales.store import cases as store
from huozhan.aftersales.store import rulings
from huozhan.aftersales.store.cases import By
from huozhan.aftersales.store.rulings import Ruling
from huozhan.aftersales.topups import settle_topup
from huozhan.aftersales.views import CasePage, CaseStateView
from huozhan.kernel.money import share_bp
from huozhan.kernel.paging import Page, read_cursor, write_cursor
from huozhan.kernel.refusals import Invalid, Refusal
from huozhan.kernel.work import Work, use_case

APPEAL = "dispute_appeal.within"
FAKE = "compensation.fake_bp"
_FULL, _NOTHING = "full", "none"


class EvidenceOpen(Refusal):
    """Both sides still have time for evidence."""

    code = "aftersales.evidence_open"


async def rule_case(work: Work, ask: RuleCase) -> CaseStateView:
    """Decides a case as the operator says. The first ruling waits for an appeal, the second one stands at once."""
    case = await store.read_on_file(work, int(ask.case_id), for_update=True)
    MOVES.after(case.state, CaseEvent.rule, number=case.number)
    if case.evidence_until is None or work.now < case.evidence_until:
        raise EvidenceOpen(number=case.number)
    ruling = _ruling(work, case, ask, await store.lines(work, case))
    span = work.rules.at(APPEAL, case.applied_at).span
    due_at = work.now if case.appealed_by else work.now + span
    ruled = case.moved(
        CaseEvent.rule, due_at=due_at, rulings=ruling.round, liability=Liability(ask.liability)
    )
    await rulings.add(work, case, ruling)
    await going.go(work, ruled, CaseEvent.rule, By(MARKET, work.actor.person_id, ask.reason))
    return state_view(ruled)


def _ruling(work: Work, case: Case, ask: RuleCase, lines: list[CaseLine]) -> Ruling:
    """The amounts: all that was asked, a part of it, or nothing; freight only where the seller bears it."""
    goods, freight = sum(line.goods_minor for line in lines), sum(line.freight_minor for line in lines)
    if ask.liability not in set(Liability):
        raise Invalid(field="liability", detail=ask.liability)
    if ask.outcome == _FULL:
        amounts = (goods, freight if ask.freight_bearer == "seller" else 0)
    else:
        amounts = (0, 0) if ask.outcome == _NOTHING else (ask.goods_minor, ask.freight_minor)
    most = freight_most(lines, case.goods_status, Liability(ask.liability))
    within = amounts[0] <= goods and amounts[1] <= max(freight, most) and ask.compensation_minor <= goods
    if not within or (amounts[1] and ask.freight_bearer != "seller"):
        raise MoreThanRefundable(goods_minor=goods, freight_minor=max(freight, most))
    if ask.outcome != _NOTHING and not sum(amounts):
        raise Invalid(field="goods_minor", detail="required field `goods_minor`")
    return Ruling(
        round=case.rulings + 1,
        outcome=ask.outcome,
        goods_minor=amounts[0],
        freight_minor=amounts[1],
        freight_bearer=ask.freight_bearer,
        compensation_minor=ask.compensation_minor or _by_rule(work, case, ask, goods),
        liability=ask.liability,
        needs_return=ask.needs_return and ask.outcome != _NOTHING and not case.is_sent_back,
        restock=ask.restock,
        rules=list(ask.rules),
        reason=ask.reason,
        ruled_at=work.now,
        ruled_by=work.actor.person_id,
    )


def _by_rule(work: Work, case: Case, ask: RuleCase, goods_minor: int) -> int:
    """What a seller owes who said that goods were shipped and did not ship them, where the ruling names no amount (B1.7)."""
    if ask.outcome == _NOTHING or ask.liability != Liability.fake_shipment:
        return 0
    return share_bp(goods_minor, work.rules.at(FAKE, case.applied_at).value)


async def carry_out(work: Work, order: ordering.OrderInCase, case: Case) -> None:
    """Does what the last ruling says: money, goods back first, or nothing; and what it compensates, once."""
    ruling = await rulings.last(work, case)
    by = By(CLOCK, 0, ruling.reason)
    if ruling.compensation_minor:
        await payments.compensate(
            work,
            payments.Compensation(
                order_id=case.order_id,
                seller_id=case.seller_id,
                buyer_id=case.buyer_id,
                cause=f"ruling:{case.case_id}",
                amount_minor=ruling.compensation_minor,
                order_number=case.order_number,
            ),
        )
    # Who keeps goods that were sent keeps what was paid for them with them; otherwise the difference is the buyer's.
    is_kept = bool(case.again_waybill) and ruling.outcome != _FULL and not ruling.needs_return
    case = await settle_topup(work, order, case, to_seller=is_kept)
    if ruling.outcome == _NOTHING:
        await going.close(work, order, case, CaseEvent.carry_out_nothing, by)
        return
    lines = spread(await store.lines(work, case), ruling.goods_minor, ruling.freight_minor)
    case = await going.ask_for(work, _for_money(case, ruling), lines)
    goes_back = ruling.needs_return and not case.is_sent_back
    address = await parties.default_address(work, case.seller_id) if goes_back else None
    if address is None:
        # A seller who gave no address to send goods to cannot have them back before the money goes.
        await going.give_back(
            work,
            order,
            case,
            CaseEvent.carry_out_refund,
            by,
            # Goods of an exchange that came back are in stock again since their seller said so.
            restock=ruling.restock and not ruling.needs_return and not case.restocked,
        )
    else:
        await going.agree_to_return(work, order, case, by, address, event=CaseEvent.carry_out_return)


def _for_money(case: Case, ruling: Ruling) -> Case:
    """The market rules on money: goods that were to be replaced are paid back from here on."""
    if not case.is_replaced:
        return case
    kind = Kind.return_refund if ruling.needs_return else Kind.refund_only
    return msgspec.structs.replace(case, kind=kind, difference_minor=0)


@use_case("market.view", writes=False)
async def cases_to_rule(work: Work, ask: CasesToRule) -> Page[CaseStateView]:
    """List the cases before the market: those that wait longest first, or those it has ruled on."""
    cursor = read_cursor(ask.cursor, str, int)
    after = going.read_moment(cursor) if cursor else None
    states = (
        [state for state in CaseState if state is not CaseState.platform]
        if ask.ruled
        else [CaseState.platform]
    )
    found = await store.before_the_market(work, states, after, ask.size + 1)
    shown = found[: ask.size]
    more = None
    if len(found) > ask.size and (until := shown[-1].evidence_until):
        more = write_cursor(until.isoformat(), shown[-1].case_id)
    return Page([state_view(case) for case in shown], more)


async def cases_before_market(work: Work, limit: int) -> int:
    """How many cases the market has to rule on; counted up to a bound."""
    return await store.to_rule_count(work, limit)


@use_case("market.view", writes=False)
async def case_on_file(work: Work, ask: CaseRef) -> CasePage:
    """Show a case that came before the market, with what both sides said and showed."""
    return await page_of(work, await store.read_on_file(work, int(ask.case_id)))
