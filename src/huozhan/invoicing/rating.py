"""Rating: a shop says at which rate its goods are taxed, whether it invoices at payment, and which invoices it issues."""

from collections.abc import Mapping, Sequence

import msgspec

from huozhan import catalogue
from huozhan.catalogue import OffersByCode
from huozhan.invoicing.asks import SaveRates
from huozhan.invoicing.invoice import Kind
from huozhan.invoicing.store import titles
from huozhan.invoicing.views import OwnRateView, RatesView
from huozhan.kernel.refusals import Refusal
from huozhan.kernel.shapes import Bilingual, Nothing
from huozhan.kernel.work import Work, use_case
from huozhan.ordering import LineToTax

DEFAULT = "invoicing.default_rate"


class UnknownCategory(Refusal):
    """There is no category with this id."""

    code = "invoicing.unknown_category"


class Rates(msgspec.Struct, frozen=True, kw_only=True):
    """The rates of one shop: an offer's own before its category's before the shop's."""

    rate_bp: int
    at_payment: bool = False
    issues: tuple[Kind, ...] = ()
    own: Mapping[tuple[str, str], int] = {}

    def of(self, line: LineToTax) -> int:
        """The rate of a line, in basis points. A category's rate holds for those below it."""
        found = self.own.get(("offer", str(line.offer_id)))
        category_id = line.category_id
        while found is None and category_id:
            found = self.own.get(("category", category_id))
            category_id = category_id.rpartition("-")[0]
        return self.rate_bp if found is None else found


async def rates_of(work: Work, seller_id: int) -> Rates:
    """The rates of a shop; one that never said any has the market's."""
    shop = await titles.shop(work, seller_id)
    if shop is None:
        return Rates(rate_bp=work.rule(DEFAULT).value)
    own = {(row["scope"], row["code"]): row["rate_bp"] for row in await titles.rates(work, seller_id)}
    return Rates(
        rate_bp=shop["rate_bp"],
        at_payment=shop["at_payment"],
        issues=tuple(kind for kind in Kind if kind in shop["issues"]),
        own=own,
    )


@use_case("offer.view", writes=False)
async def my_rates(work: Work, _ask: Nothing) -> RatesView:
    """The shop's tax rates."""
    return await _view(work)


@use_case("shop.edit", writes=True)
async def save_rates(work: Work, ask: SaveRates) -> RatesView:
    """Set the shop's tax rates; invoices that were asked for keep theirs."""
    own: dict[tuple[str, str], int] = {}
    categories = [one.code for one in ask.own if one.scope == "category"]
    names = await catalogue.category_names(work, categories)
    for one in ask.own:
        if one.scope == "category":
            if one.code not in names:
                raise UnknownCategory(category=one.code)
            own["category", one.code] = one.rate_bp
    codes = tuple(one.code for one in ask.own if one.scope == "offer")
    if codes:
        found = await catalogue.offers_by_code(work, OffersByCode(codes=codes))
        by_code = dict(zip(codes, found.offer_ids, strict=True))
        own |= {("offer", by_code[one.code]): one.rate_bp for one in ask.own if one.scope == "offer"}
    rows = [(scope, code, rate_bp) for (scope, code), rate_bp in own.items()]
    await titles.save_shop(work, ask.rate_bp, rows, at_payment=ask.at_payment, issues=ask.issues)
    await catalogue.note_invoices(work, work.actor.org_id, ask.issues)
    return await _view(work)


async def _view(work: Work) -> RatesView:
    rates = await rates_of(work, work.actor.org_id)
    return RatesView(
        rate_bp=rates.rate_bp,
        at_payment=rates.at_payment,
        issues=rates.issues,
        own=await _named(work, rates.own),
    )


async def _named(work: Work, own: Mapping[tuple[str, str], int]) -> list[OwnRateView]:
    """The shop's own rates with names; an offer is told by the shop's own code again."""
    categories = await catalogue.category_names(work, _codes(own, "category"))
    offers = await catalogue.offer_names(work, [int(code) for code in _codes(own, "offer")])
    shown = []
    for (scope, code), rate_bp in own.items():
        offer = offers.get(int(code)) if scope == "offer" else None
        shown.append(
            OwnRateView(
                scope=scope,
                code=offer.offer_code if offer else code,
                name=offer.title if offer else categories.get(code, Bilingual()),
                rate_bp=rate_bp,
            )
        )
    return shown


def _codes(own: Mapping[tuple[str, str], int], wanted: str) -> Sequence[str]:
    return [code for scope, code in own if scope == wanted]
