"""Applying: a buyer asks the lender for a limit on the lender's own page; what it decides is only known here."""

from huozhan import parties
from huozhan.finance import asks
from huozhan.finance.asking import id_in, refresh_limit
from huozhan.finance.facts import LimitDecided
from huozhan.finance.lending import FREE_OF_INTEREST
from huozhan.finance.store import requests
from huozhan.finance.views import AccountErrand, LimitView
from huozhan.kernel.refusals import NotFound
from huozhan.kernel.shapes import Done, Nothing
from huozhan.kernel.work import Work, use_case


@use_case("credit.accept", writes=True)
async def apply_for_limit(work: Work, _ask: Nothing) -> LimitView:
    """Ask the lender for a limit; the buyer goes on at the lender's page, and the market decides nothing."""
    await requests.ask_for_account(work)
    row = await requests.lock_account(work, work.actor.org_id)
    assert row is not None
    refresh_limit(work, work.actor.org_id)
    return limit_view(work, row)


@use_case("system", writes=False)
async def account_errand(work: Work, ask: asks.AccountErrandAsk) -> AccountErrand:
    """Tells the worker what the lender needs to know of a buyer."""
    org_id = int(ask.org_id)
    row = await requests.account(work, org_id)
    if row is None:
        raise NotFound(org_id=ask.org_id)
    face = (await parties.org_faces(work, {org_id})).get(org_id)
    name = face.name if face else None
    return AccountErrand(
        org_id=ask.org_id,
        state=row["state"],
        name=((name.zh or name.en) if name else "") or ask.org_id,
        currency=work.terms.currency,
    )


@use_case("system", writes=True)
async def note_account(work: Work, ask: asks.NoteAccount) -> Done:
    """Writes down how the lender says an account stands; what was true earlier changes nothing any more."""
    told = ask.told
    row = await requests.lock_account(work, id_in(told.buyer_ref))
    if row is None or told.currency != work.terms.currency or told.version < row["version"]:
        return Done()
    await requests.save_account(
        work, row["org_id"], state=told.state, limit_minor=told.limit_minor, used_minor=told.used_minor,
        apply_url=told.apply_url, version=told.version,
    )  # fmt: skip
    if told.state in ("open", "refused") and (told.state, told.limit_minor) != (
        row["state"],
        row["limit_minor"],
    ):
        work.record(LimitDecided(org_id=row["org_id"], state=told.state, limit_minor=told.limit_minor))
    return Done()


def limit_view(work: Work, row: requests.Row | None) -> LimitView:
    """A buyer's limit as it is known."""
    return LimitView(
        state=row["state"] if row else "",
        limit_minor=row["limit_minor"] if row else 0,
        used_minor=row["used_minor"] if row else 0,
        left_minor=max(row["limit_minor"] - row["used_minor"], 0) if row else 0,
        apply_url=row["apply_url"] if row else "",
        known_at=row["known_at"] if row else None,
        term_days=work.rule(FREE_OF_INTEREST).span.days,
        repays_itself=bool(row and row["repays_itself"]),
    )
