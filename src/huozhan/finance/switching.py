"""Switching fast arrival: a shop applies at the funder, agrees to its fee, sees what it was advanced, and ends it."""

from huozhan import parties
from huozhan.finance import funder_asks as asks
from huozhan.finance.advance import Advance
from huozhan.finance.advancing import FAST, FEE, why_not
from huozhan.finance.asking import id_in
from huozhan.finance.facts import FundingDecided
from huozhan.finance.funder_views import AdvanceView, FastArrivalView, FunderErrand, FunderLimitView
from huozhan.finance.looking import FeeMoved
from huozhan.finance.store import advances, funder, requests
from huozhan.kernel.paging import before_in, write_cursor
from huozhan.kernel.refusals import NotFound, Refusal
from huozhan.kernel.shapes import Done, Nothing
from huozhan.kernel.work import Work, use_case

FUNDER_ACCOUNT_JOB = "finance.funder_account"


class NoFunding(Refusal):
    """The funder has opened no limit for this shop."""

    code = "finance.no_funding"


@use_case("funds.view", writes=False)
async def fast_arrival(work: Work, ask: asks.FastArrivalAsk) -> FastArrivalView:
    """Show whether the shop is paid at pick-up, what that costs, what the funder allows, and what it has advanced."""
    found = await advances.of_seller(work, before_in(ask.cursor), ask.size + 1)
    shown, more = found[: ask.size], len(found) > ask.size
    sums = await advances.sums_of_seller(work)
    switch = await requests.switch_of(work, work.actor.org_id, FAST)
    fee_bp = work.rule(FEE).value
    return FastArrivalView(
        limit=_limit_view(await funder.account(work, work.actor.org_id)),
        is_on=bool(switch and switch["is_on"]),
        fee_bp=fee_bp,
        agreed_fee_bp=switch["fee_bp"] if switch and switch["is_on"] else None,
        switched_at=switch["switched_at"] if switch else None,
        why=await why_not(work, work.actor.org_id, fee_bp),
        advanced_minor=sums["advanced_minor"],
        fees_minor=sums["fee_minor"],
        open_minor=sums["open_minor"],
        borne_minor=sums["borne_minor"],
        advances=[advance_view(one) for one in shown],
        next_cursor=write_cursor(shown[-1].parcel_id) if more else None,
    )


@use_case("credit.grant", writes=True)
async def apply_for_fast_arrival(work: Work, _ask: Nothing) -> FunderLimitView:
    """Ask the funder to advance the shop's money; the shop goes on at the funder's page, and the market decides nothing."""
    await funder.ask_for_account(work)
    row = await funder.lock_account(work, work.actor.org_id)
    refresh_funder_account(work, work.actor.org_id)
    return _limit_view(row)


@use_case("credit.grant", writes=True)
async def switch_fast_arrival(work: Work, ask: asks.SwitchFastArrival) -> FastArrivalView:
    """Be paid when parcels are picked up, at the fee that was shown, or no more; what was advanced goes on to its end."""
    fee_bp = work.rule(FEE).value
    if ask.is_on:
        account = await funder.account(work, work.actor.org_id)
        if account is None or account["state"] != "open":
            raise NoFunding
        if ask.fee_bp != fee_bp:
            raise FeeMoved(fee_bp=fee_bp)
    await requests.switch(work, FAST, is_on=ask.is_on, fee_bp=fee_bp)
    return await fast_arrival(work, asks.FastArrivalAsk())


def refresh_funder_account(work: Work, org_id: int) -> None:
    """Leaves the funder to be asked how a supplier's account stands."""
    work.enqueue(FUNDER_ACCOUNT_JOB, {"org_id": org_id})


@use_case("system", writes=False)
async def funder_errand(work: Work, ask: asks.FunderAccountAsk) -> FunderErrand:
    """Tells the worker what the funder needs to know of a supplier."""
    org_id = int(ask.org_id)
    if await funder.account(work, org_id) is None:
        raise NotFound(org_id=ask.org_id)
    face = (await parties.org_faces(work, {org_id})).get(org_id)
    name = face.name if face else None
    return FunderErrand(
        org_id=ask.org_id,
        name=((name.zh or name.en) if name else "") or ask.org_id,
        currency=work.terms.currency,
    )


@use_case("system", writes=True)
async def note_funder_account(work: Work, ask: asks.NoteFunderAccount) -> Done:
    """Writes down how the funder says an account stands; what was true earlier changes nothing any more."""
    told = ask.told
    row = await funder.lock_account(work, id_in(told.buyer_ref))
    if row is None or told.currency != work.terms.currency or told.version < row["version"]:
        return Done()
    await funder.save_account(
        work, row["org_id"], state=told.state, limit_minor=told.limit_minor, used_minor=told.used_minor,
        apply_url=told.apply_url, version=told.version,
    )  # fmt: skip
    if told.state in ("open", "refused") and told.state != row["state"]:
        work.record(FundingDecided(org_id=row["org_id"], state=told.state, limit_minor=told.limit_minor))
    return Done()


def advance_view(one: Advance) -> AdvanceView:
    """An advance as its seller sees it."""
    return AdvanceView(
        order_id=str(one.order_id),
        order_number=one.order_number,
        parcel_id=str(one.parcel_id),
        state=one.state,
        advanced_minor=one.advanced_minor,
        fee_minor=one.fee_minor,
        fee_bp=one.fee_bp,
        paid_out_minor=one.paid_out_minor,
        repaid_minor=one.repaid_minor,
        borne_minor=one.borne_minor,
        open_minor=one.open_minor,
        why=one.why,
        asked_at=one.asked_at,
        opened_at=one.opened_at,
        ended_at=one.ended_at,
    )


async def advances_on_order(work: Work, order_id: int) -> list[AdvanceView]:
    """The advances on an order that the actor's organisation bought or sold, for ordering to show to the side they concern."""
    return [advance_view(one) for one in await advances.of_order(work, order_id)]


def _limit_view(row: funder.Row | None) -> FunderLimitView:
    return FunderLimitView(
        state=row["state"] if row else "",
        limit_minor=row["limit_minor"] if row else 0,
        used_minor=row["used_minor"] if row else 0,
        left_minor=max(row["limit_minor"] - row["used_minor"], 0) if row else 0,
        apply_url=row["apply_url"] if row else "",
        known_at=row["known_at"] if row else None,
    )
