"""Opening: a shop says to buyers it does not know yet that it grants credit terms, and search finds its goods by it.

It binds nobody: how much, until when and to whom is agreed on by two, in an agreement.
"""

from huozhan import catalogue
from huozhan.catalogue import CreditTerms
from huozhan.credit.asks import SayOpenCredit
from huozhan.credit.store import opened
from huozhan.credit.views import OpenCreditView
from huozhan.kernel.shapes import Nothing
from huozhan.kernel.work import Work, use_case


@use_case("funds.view", writes=False)
async def my_open_credit(work: Work, _ask: Nothing) -> OpenCreditView:
    """The terms that the shop says it grants to buyers it does not know yet; none where it says nothing."""
    return OpenCreditView(terms=await opened.of_shop(work))


@use_case("credit.grant", writes=True)
async def say_open_credit(work: Work, ask: SayOpenCredit) -> OpenCreditView:
    """Say that the shop grants credit terms to buyers it does not know yet, or, without days, say it no more."""
    terms = (
        CreditTerms(days=ask.term_days, yearly_from_minor=ask.yearly_from_minor) if ask.term_days else None
    )
    await opened.say(work, terms)
    await catalogue.note_credit(work, work.actor.org_id, terms)
    return OpenCreditView(terms=terms)
