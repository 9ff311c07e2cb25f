"""Assortments kept: reckoned as a quote is, edited, shared by link at the reader's prices, put into the cart in one step."""

from itertools import pairwise

import pytest

from huozhan import catalogue, insight, ordering
from huozhan.insight import solving
from huozhan.insight.asks import (
    AssortmentLine,
    AssortmentRef,
    BuildAssortment,
    EditAssortment,
    MyAssortments,
    ShowAssortment,
)
from huozhan.insight.building import AssortmentsFull, NothingLeft
from huozhan.insight.solving import NoSolver, NothingFits
from huozhan.insight.views import AssortmentPage
from huozhan.kernel.actor import anonymous
from huozhan.kernel.refusals import NotFound
from huozhan.kernel.rules import Rule, RuleBook
from huozhan.kernel.shapes import Nothing
from tests.conftest import OPENING
from tests.interest.looking import bolts, cups
from tests.ordering.trading import Trade

pytestmark = pytest.mark.skipif(not solving.has_solver(), reason="the optional part is not installed")


async def built(trade: Trade, **more: object) -> AssortmentPage:
    """小李's assortment of cups and bolts for 3,000.00 at a mark-up of a half."""
    ask = BuildAssortment(**{
        "budget_minor": 300_000, "to": "510104", "offers": (await cups(trade), await bolts(trade)), "offers_least": 2,
        "share_bp": 10_000, **more,
    })  # type: ignore[arg-type]  # fmt: skip
    return await trade.hall.run(insight.build_assortment, ask, trade.li)


async def test_it_is_reckoned_as_a_quote_is_and_stays_within_the_budget(trade: Trade) -> None:
    made = await built(trade, margin_bp=2_000)

    lines = {line.sku_id: line.quantity for share in made.shares for line in share.lines}
    wanted = tuple(ordering.asks.WantedLine(sku_id=sku, quantity=n) for sku, n in lines.items())
    quoted = await trade.quote(*wanted)
    assert len(lines) == 2
    assert made.landed_minor == quoted.amount_minor
    assert made.freight_minor == sum(share.freight_minor for share in quoted.shares)
    assert made.left_minor == 300_000 - made.landed_minor >= 0
    assert made.profit_minor == made.retail_minor - made.landed_minor
    assert made.margin_bp >= 2_000
    assert made.is_best
    assert made.troubles == []


async def test_a_price_that_the_buyer_knows_counts_instead_of_the_mark_up(trade: Trade) -> None:
    cup = await cups(trade)

    made = await built(trade, retail=(insight.asks.RetailPrice(offer_id=cup, price_e4=250_000),))

    sold = {line.offer_id: line.retail_e4 for share in made.shares for line in share.lines}
    assert sold == {cup: 250_000, await bolts(trade): 525}


async def test_what_cannot_be_made_says_which_wish_is_in_the_way(trade: Trade) -> None:
    with pytest.raises(NothingFits) as refused:
        await built(trade, suppliers_most=1)
    with pytest.raises(NothingFits):
        await built(trade, budget_minor=10)

    assert refused.value.facts == {"without": "offers_least,suppliers"}


async def test_quantities_can_be_changed_and_lines_taken_out(trade: Trade) -> None:
    made = await built(trade)
    red, bolt = str(trade.skus["red"]), str(trade.skus["bolt"])

    changed = await trade.hall.run(
        insight.edit_assortment,
        EditAssortment(
            assortment_id=made.assortment_id,
            lines=(AssortmentLine(sku_id=red, quantity=7), AssortmentLine(sku_id=bolt, quantity=0)),
        ),
        trade.li,
    )

    (share,) = changed.shares
    assert [(line.sku_id, line.quantity) for line in share.lines] == [(red, 7)]
    assert changed.goods_minor == 7_000
    assert not changed.is_best
    with pytest.raises(NotFound):
        await trade.hall.run(
            insight.edit_assortment,
            EditAssortment(assortment_id=made.assortment_id, lines=(AssortmentLine(sku_id="5", quantity=1),)),
            trade.li,
        )


async def test_whoever_has_the_link_sees_it_and_may_order_it_but_not_change_it(trade: Trade) -> None:
    hall, made = trade.hall, await built(trade)
    by_link = ShowAssortment(assortment_id=made.assortment_id, key=made.link_key)

    seen = await hall.run(insight.assortment, by_link, anonymous())
    cart = await hall.run(insight.assortment_to_cart, by_link, trade.people.hengxin_buyer)

    assert (seen.is_own, seen.link_key, seen.landed_minor) == (False, "", made.landed_minor)
    assert cart.lines == 2
    for ask in (
        ShowAssortment(assortment_id=made.assortment_id),
        ShowAssortment(assortment_id=made.assortment_id, key="é"),
    ):
        with pytest.raises(NotFound):
            await hall.run(insight.assortment, ask, trade.people.hengxin_buyer)
    with pytest.raises(NotFound):
        await hall.run(
            insight.drop_assortment, AssortmentRef(assortment_id=made.assortment_id), trade.people.hengxin
        )


async def test_the_cart_holds_exactly_what_the_assortment_holds(trade: Trade) -> None:
    made = await built(trade)

    await trade.hall.run(
        insight.assortment_to_cart, ShowAssortment(assortment_id=made.assortment_id), trade.li
    )
    cart = await trade.hall.run(ordering.cart, Nothing(), trade.li)

    assert {line.goods.sku_id: line.quantity for group in cart.groups for line in group.lines} == {
        line.sku_id: line.quantity for share in made.shares for line in share.lines
    }
    assert cart.goods_minor == made.goods_minor


async def test_goods_that_went_off_sale_are_named_and_not_counted(trade: Trade) -> None:
    made = await built(trade)
    await trade.hall.run(
        catalogue.pause_offer, catalogue.OwnOffer(offer_id=await cups(trade)), trade.chenguang
    )
    await trade.hall.run(catalogue.pause_offer, catalogue.OwnOffer(offer_id=await bolts(trade)), trade.hongfa)
    ask = ShowAssortment(assortment_id=made.assortment_id)

    shown = await trade.hall.run(insight.assortment, ask, trade.li)

    assert len(shown.gone) == 2
    assert (shown.shares, shown.landed_minor) == ([], 0)
    with pytest.raises(NothingLeft):
        await trade.hall.run(insight.assortment_to_cart, ask, trade.li)


async def test_as_many_are_kept_as_the_rule_says(trade: Trade) -> None:
    one = Rule(code="insight.assortments_most", version=9, value=2, unit="count", effective_from=OPENING)
    trade.hall.rules = RuleBook([*trade.hall.rules, one])
    first, second = await built(trade), await built(trade)

    with pytest.raises(AssortmentsFull):
        await built(trade)
    page = await trade.hall.run(insight.my_assortments, MyAssortments(size=1), trade.li)
    after = await trade.hall.run(
        insight.my_assortments, MyAssortments(size=1, cursor=page.next_cursor or ""), trade.li
    )

    assert [one.assortment_id for one in (*page.items, *after.items)] == [
        second.assortment_id,
        first.assortment_id,
    ]
    await trade.hall.run(insight.drop_assortment, AssortmentRef(assortment_id=first.assortment_id), trade.li)
    assert (await built(trade)).is_own


async def test_the_ladder_is_the_catalogues(trade: Trade) -> None:
    ask = BuildAssortment(budget_minor=10_000_000, to="510104", offers=(await cups(trade),), pieces_most=200)

    problem = await trade.hall.run(insight.assortment_problem, ask, trade.li)

    (candidate,) = problem.candidates
    assert all(
        option.price_e4 == (90_000 if option.quantity >= 100 else 100_000) for option in candidate.options
    )
    assert candidate.options[0].quantity == 1
    assert candidate.options[-1].quantity == 200
    assert all(a.quantity < b.quantity for a, b in pairwise(candidate.options))


async def test_a_market_without_the_solver_builds_nothing(
    trade: Trade, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(solving, "LIBRARY", "a_part_that_is_not_installed")

    with pytest.raises(NoSolver):
        await built(trade)
