"""Assortments 组货: built by the solver outside of any transaction, kept, edited, shared by a link, put into the cart in one step."""

import asyncio
import hmac
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from huozhan import catalogue, ordering, parties, pricebook, search
from huozhan.catalogue import Goods
from huozhan.insight.asks import (
    CANDIDATES_MAX,
    AssortmentRef,
    BuildAssortment,
    EditAssortment,
    MyAssortments,
    ShowAssortment,
)
from huozhan.insight.assortment import Chosen, Problem, make_problem
from huozhan.insight.solving import NothingFits, solve
from huozhan.insight.store import assortments as store
from huozhan.insight.store.assortments import Assortment, Line
from huozhan.insight.views import (
    AssortmentFace,
    AssortmentLineView,
    AssortmentPage,
    AssortmentShare,
)
from huozhan.kernel.crypto import new_token
from huozhan.kernel.money import BASIS_POINTS, divide_half_up, line_amount_minor
from huozhan.kernel.paging import Page, before_in, write_cursor
from huozhan.kernel.refusals import NotFound, Refusal
from huozhan.kernel.shapes import Done
from huozhan.kernel.work import Run, Work, use_case
from huozhan.ordering import Quote

ONE_AT_A_TIME = asyncio.Semaphore(1)
"""Of one process: the solver takes a whole core."""


class AssortmentsFull(Refusal):
    """An organisation keeps so many assortments and no more."""

    code = "insight.assortments_full"


class NothingLeft(Refusal):
    """An assortment has nothing in it that could be ordered."""

    code = "insight.nothing_left"


class _Solved(msgspec.Struct, frozen=True):
    problem: Problem
    chosen: Chosen


async def _solve(run: Run, ask: BuildAssortment) -> _Solved:
    """Gathers candidates in a transaction of their own and solves in a thread, so that nothing else waits."""
    problem: Problem = await run(assortment_problem, ask)
    async with ONE_AT_A_TIME:
        return _Solved(problem, await asyncio.to_thread(solve, problem))


@use_case("cart.use", writes=False)
async def assortment_problem(work: Work, ask: BuildAssortment) -> Problem:
    """What an assortment may be made of: goods named and goods found, with every quantity's price and the freight to the door."""
    found = await _found(work, ask)
    offer_ids = list(found)[:CANDIDATES_MAX]
    leading = await catalogue.leading_skus(work, offer_ids)
    goods, templates = await catalogue.goods_with_freight(work, list(leading.values()))
    books = await pricebook.prices_for(work, goods.values())
    wishes = {
        one.offer_id: found[one.offer_id]
        | {
            place
            for place, wish in enumerate(ask.categories)
            if wish.category_id in (one.category_id, one.vertical_id)
        }
        for one in goods.values()
    }
    ordered = [goods[leading[offer_id]] for offer_id in offer_ids if leading.get(offer_id) in goods]
    seconds = work.rule("insight.solve_within").value
    return make_problem(
        ask, ordered, templates, {one: tuple(said) for one, said in books.items()}, wishes, seconds
    )


async def _found(work: Work, ask: BuildAssortment) -> dict[int, frozenset[int]]:
    """Offers by which wished category they were found for: those that were named first, then the best of each search in turn."""
    found: dict[int, frozenset[int]] = {int(one): frozenset() for one in ask.offers}
    wishes: Sequence[tuple[int, list[str]]] = [
        (place, [wish.category_id]) for place, wish in enumerate(ask.categories)
    ]
    if not wishes and (ask.words or not ask.offers):
        wishes = [(-1, [])]
    lists = []
    for place, category in wishes:
        asked = search.FindOffers(q=ask.words, category=category, limit=search.PAGE_OFFERS_MAX, count=[])
        lists.append([(place, one) for one in await search.offers_for(work, asked)])
    for rank in range(max(map(len, lists), default=0)):
        for some in lists:
            if rank < len(some):
                place, offer_id = some[rank]
                found[offer_id] = found.get(offer_id, frozenset()) | ({place} if place >= 0 else set())
    return found


@use_case("cart.use", writes=True, before=_solve)
async def build_assortment(work: Work, ask: BuildAssortment) -> AssortmentPage:
    """Builds the assortment that earns most within what is wished, and keeps it; prices are checked again whenever it is shown."""
    solved: _Solved = work.prepared
    if not solved.chosen.options:
        raise NothingFits(without="")
    most = work.rule("insight.assortments_most").value
    lines = [
        Line(
            sku_id=solved.problem.candidates[place].goods.sku_id,
            quantity=option.quantity,
            retail_e4=solved.problem.candidates[place].retail_e4,
        )
        for place, option in solved.chosen.options.items()
    ]
    made = Assortment(
        assortment_id=work.new_id(),
        org_id=work.actor.org_id,
        link_key=new_token(),
        wishes=ask,
        lines=tuple(lines),
        is_best=solved.chosen.is_best,
        made_at=work.now,
        made_by=work.actor.person_id,
    )
    if not await store.add(work, made, most):
        raise AssortmentsFull(most=most)
    return await _page(work, made)


@use_case("public", writes=False)
async def assortment(work: Work, ask: ShowAssortment) -> AssortmentPage:
    """Shows an assortment at the reader's own prices: one's own, or one whose link one has."""
    found = await store.read(work, int(ask.assortment_id))
    is_own = found is not None and work.actor.org_id == found.org_id and work.actor.may("cart.use")
    if found is None or not (is_own or hmac.compare_digest(ask.key.encode(), found.link_key.encode())):
        raise NotFound
    return await _page(work, found)


@use_case("cart.use", writes=True)
async def edit_assortment(work: Work, ask: EditAssortment) -> AssortmentPage:
    """Sets quantities of an assortment's lines; none takes a line out."""
    found = await _own(work, ask.assortment_id)
    wanted = {int(line.sku_id): line.quantity for line in ask.lines}
    if not set(wanted) <= {line.sku_id for line in found.lines}:
        raise NotFound
    lines = [
        msgspec.structs.replace(line, quantity=wanted.get(line.sku_id, line.quantity)) for line in found.lines
    ]
    changed = msgspec.structs.replace(
        found, lines=tuple(line for line in lines if line.quantity), is_best=False
    )
    await store.save(work, changed)
    return await _page(work, changed)


@use_case("cart.use", writes=True)
async def drop_assortment(work: Work, ask: AssortmentRef) -> Done:
    """Forgets one of the organisation's assortments; its link leads nowhere then."""
    await _own(work, ask.assortment_id)
    await store.drop(work, int(ask.assortment_id))
    return Done()


@use_case("cart.use", writes=True)
async def assortment_to_cart(work: Work, ask: ShowAssortment) -> ordering.views.CartView:
    """Puts all of an assortment into the cart at once, through the cart's own use case."""
    shown = await assortment(work, ask)
    lines = [
        ordering.asks.WantedLine(sku_id=line.sku_id, quantity=line.quantity)
        for share in shown.shares
        for line in share.lines
    ]
    if not lines:
        raise NothingLeft
    return await ordering.put_in_cart(work, ordering.asks.PutInCart(lines=tuple(lines)))


@use_case("cart.use", writes=False)
async def my_assortments(work: Work, ask: MyAssortments) -> Page[AssortmentFace]:
    """The organisation's assortments, the latest first."""
    rows = await store.own(work, before_in(ask.cursor), ask.size + 1)
    shown = rows[: ask.size]
    faces = [
        AssortmentFace(
            assortment_id=str(one.assortment_id),
            made_at=one.made_at,
            budget_minor=one.wishes.budget_minor,
            words=one.wishes.words,
            to=one.wishes.to,
            lines=len(one.lines),
            pieces=sum(line.quantity for line in one.lines),
        )
        for one in shown
    ]
    return Page(faces, write_cursor(shown[-1].assortment_id) if len(rows) > ask.size else None)


async def _own(work: Work, assortment_id: str) -> Assortment:
    found = await store.read(work, int(assortment_id), lock=True)
    if found is None or found.org_id != work.actor.org_id:
        raise NotFound
    return found


async def _page(work: Work, found: Assortment) -> AssortmentPage:
    wanted = [
        ordering.asks.WantedLine(sku_id=str(line.sku_id), quantity=line.quantity) for line in found.lines
    ]
    quote = (await ordering.estimate(work, [wanted], found.wishes.to))[0] if wanted else None
    retail = {line.sku_id: line.retail_e4 for line in found.lines}
    shares = list(await _shares(work, quote, retail)) if quote else []
    goods_minor = sum(share.goods_minor for share in shares)
    freight_minor = sum(share.freight_minor or 0 for share in shares)
    landed_minor = goods_minor + freight_minor
    retail_minor = sum(line.retail_minor for share in shares for line in share.lines)
    is_own = work.actor.org_id == found.org_id and work.actor.may("cart.use")
    return AssortmentPage(
        assortment_id=str(found.assortment_id),
        link_key=found.link_key if is_own else "",
        is_own=is_own,
        is_best=found.is_best,
        made_at=found.made_at,
        wishes=found.wishes,
        shares=shares,
        goods_minor=goods_minor,
        off_minor=sum(share.off_minor for share in shares),
        freight_minor=freight_minor,
        landed_minor=landed_minor,
        retail_minor=retail_minor,
        profit_minor=retail_minor - landed_minor,
        margin_bp=margin_bp(landed_minor, retail_minor),
        left_minor=found.wishes.budget_minor - landed_minor,
        troubles=ordering.trouble_views(quote.troubles) if quote else [],
        gone=[str(one.wanted.sku_id) for one in quote.invalid] if quote else [],
        is_delivered=not (quote and quote.undeliverable),
    )


def margin_bp(cost_minor: int, retail_minor: int) -> int:
    """What of the takings is left after the cost, in basis points; below nothing where it is sold at a loss."""
    return divide_half_up((retail_minor - cost_minor) * BASIS_POINTS, retail_minor) if retail_minor else 0


async def _shares(work: Work, quote: Quote, retail: Mapping[int, int]) -> Iterable[AssortmentShare]:
    """The assortment by supplier; of one supplier's goods that are charged by several templates freight is added up."""
    by_seller: dict[int, list[Any]] = defaultdict(list)
    for share in quote.shares:
        by_seller[share.seller_id].append(share)
    faces = await parties.org_faces(work, by_seller) if by_seller else {}
    return [
        AssortmentShare(
            seller_id=str(seller_id),
            seller=faces.get(seller_id),
            lines=[_line(line, retail) for share in shares for line in share.lines],
            goods_minor=sum(share.goods_minor - share.subsidy_minor for share in shares),
            off_minor=sum(
                line.priced.amount_minor - line.goods_minor + line.subsidy_minor
                for share in shares
                for line in share.lines
            ),
            freight_minor=None
            if seller_id in quote.undeliverable
            else sum(share.freight_minor for share in shares),
        )
        for seller_id, shares in by_seller.items()
    ]


def _line(line: Any, retail: Mapping[int, int]) -> AssortmentLineView:
    goods: Goods = line.goods
    retail_e4 = retail[goods.sku_id]
    retail_minor = line_amount_minor(retail_e4, line.priced.quantity)
    return AssortmentLineView(
        sku_id=str(goods.sku_id),
        offer_id=str(goods.offer_id),
        title=goods.title,
        options=goods.options,
        picture=goods.picture,
        category_id=goods.category_id,
        unit=goods.unit,
        quantity=line.priced.quantity,
        free=max(goods.free, 0),
        moq=goods.moq,
        lot=goods.lot,
        price_e4=line.priced.price_e4,
        goods_minor=line.goods_minor,
        retail_e4=retail_e4,
        retail_minor=retail_minor,
        margin_bp=margin_bp(line.goods_minor, retail_minor),
    )
