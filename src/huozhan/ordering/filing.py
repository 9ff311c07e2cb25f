"""Filing: a seller asks the market, with proof, to exempt one order; an operator decides (B1.8)."""

import msgspec

from huozhan import messaging, parties
from huozhan.kernel.paging import Page, read_cursor, write_cursor
from huozhan.kernel.refusals import Invalid, NotFound, Refusal
from huozhan.kernel.shapes import Bilingual, Done
from huozhan.kernel.work import Work, use_case
from huozhan.messaging import NoticeToTell
from huozhan.ordering.asks import DecideFiling, FileExemption, ListFilings, TimerDue
from huozhan.ordering.clock_views import FilingToDecide, FilingView, Granted
from huozhan.ordering.exemption import FILING_MOVES, FilingState
from huozhan.ordering.facts import FilingDecided
from huozhan.ordering.order import OrderEvent
from huozhan.ordering.store import filings as store
from huozhan.ordering.store import orders
from huozhan.ordering.store.filings import Filing

REVIEW = "exemption_review"
FOLLOW_JOB = "disruption.follow_filing"
CONSOLE_PAGE = "/console/filings"


class FilingOpen(Refusal):
    """One filing for this order waits to be decided already."""

    code = "ordering.filing_open"


class NoPromiseYet(Refusal):
    """The order has no promise that can be moved: it is not paid, or it is paid in stages, each with a time of its own."""

    code = "ordering.no_promise_yet"


@use_case("sale.amend", writes=True)
async def file_exemption(work: Work, ask: FileExemption) -> FilingView:
    """Ask the market to stop the clocks of one order while it is held up, with proof."""
    order = await orders.for_update(work, int(ask.order_id), side="seller")
    order.must_allow(OrderEvent.clock_moved)
    if order.ship_promise_at is None or order.stages:
        raise NoPromiseYet(number=order.number)
    if ask.until_at <= ask.from_at or ask.until_at - ask.from_at > work.rule("disruption.single_most").span:
        most = work.rule("disruption.single_most").value
        raise Invalid(field="until_at", detail=f"at `$.until_at`: at most {most} days after `from_at`")
    before = await store.of_order(work, order.order_id)
    if any(one.state is FilingState.filed for one in before):
        raise FilingOpen(number=order.number)
    rule = work.rule("disruption.review")
    filing = Filing(
        order_id=order.order_id,
        filing_id=work.new_id(),
        number=order.number,
        seller_id=order.seller_id,
        state=FILING_MOVES.first,
        kind=ask.kind,
        from_at=ask.from_at,
        until_at=ask.until_at,
        reason=ask.reason,
        evidence_url=ask.evidence_url,
        filed_at=work.now,
        filed_by=work.actor.person_id,
        decide_due_at=work.now + rule.span,
    )
    await store.file(work, filing)
    work.set_timer(REVIEW, about=filing.filing_id, due_at=filing.decide_due_at, rule_version=rule.version)
    return filing_view(filing)


@use_case("market.view", writes=False)
async def exemption_filings(work: Work, ask: ListFilings) -> Page[FilingToDecide]:
    """List the filings that wait to be decided, the oldest first."""
    after = read_cursor(ask.cursor, int)
    rows = await store.open_page(work, int(after[0]) if after else 0, ask.size + 1)
    shown = rows[: ask.size]
    faces = await parties.org_faces(work, {filing.seller_id for filing in shown})
    next_cursor = write_cursor(shown[-1].filing_id) if len(rows) > ask.size else None
    return Page(
        [
            FilingToDecide(
                order_id=str(filing.order_id),
                number=filing.number,
                seller_id=str(filing.seller_id),
                seller=faces[filing.seller_id].name if filing.seller_id in faces else Bilingual(),
                is_overdue=filing.decide_due_at <= work.now,
                filing=filing_view(filing),
            )
            for filing in shown
        ],
        next_cursor,
    )


async def filings_waiting(work: Work, limit: int) -> int:
    """How many filings wait to be decided; counted up to a bound."""
    return await store.open_count(work, limit)


async def decide_filing(work: Work, ask: DecideFiling) -> FilingView:
    """Grants a filing, so that a job stops the order's clocks, or rejects it; operations calls it on record."""
    filing = await store.for_update(work, int(ask.order_id), int(ask.filing_id))
    if filing is None:
        raise NotFound(filing_id=ask.filing_id)
    decided = msgspec.structs.replace(
        filing,
        state=FILING_MOVES.after(filing.state, "grant" if ask.grant else "reject"),
        decided_at=work.now,
        decided_by=work.actor.person_id,
        answer=ask.reason,
    )
    await store.decide(work, decided)
    work.clear_timer(REVIEW, about=filing.filing_id)
    if ask.grant:
        work.enqueue(
            FOLLOW_JOB,
            {"order_id": filing.order_id, "filing_id": filing.filing_id},
            dedupe_key=f"{FOLLOW_JOB}:{filing.filing_id}",
        )
    work.record(
        FilingDecided(
            order_id=filing.order_id,
            number=filing.number,
            buyer_id=0,
            seller_id=filing.seller_id,
            granted=ask.grant,
        )
    )
    return filing_view(decided)


@use_case("system", writes=True)
async def filing_overdue(work: Work, ask: TimerDue) -> Done:
    """A filing should have been decided by now: the market's operators are told."""
    filing = await store.open_one(work, int(ask.about_id))
    if filing and await work.timer_is_due(REVIEW, about=filing.filing_id):
        notice = NoticeToTell(
            org_id=await parties.market_org_id(work),
            kind="filing_overdue",
            facts={"number": filing.number},
            link=CONSOLE_PAGE,
            permission="market.operate",
        )
        await messaging.tell_all(work, [notice])
    return Done()


async def granted_filing(work: Work, order_id: int, filing_id: int) -> Granted:
    """A filing that was granted, for the job that stops the order's clocks."""
    filing = await store.for_update(work, order_id, filing_id)
    if filing is None or filing.state is not FilingState.granted or filing.decided_at is None:
        raise NotFound(filing_id=str(filing_id))
    return Granted(
        order_id=filing.order_id,
        filing_id=filing.filing_id,
        kind=filing.kind,
        reason=filing.reason,
        from_at=filing.from_at,
        until_at=filing.until_at,
        decided_at=filing.decided_at,
    )


def filing_view(filing: Filing) -> FilingView:
    """A filing, as its seller and the operators see it."""
    return FilingView(
        filing_id=str(filing.filing_id),
        state=filing.state,
        kind=filing.kind,
        from_at=filing.from_at,
        until_at=filing.until_at,
        reason=filing.reason,
        evidence_url=filing.evidence_url,
        filed_at=filing.filed_at,
        decide_due_at=filing.decide_due_at,
        answer=filing.answer,
    )
